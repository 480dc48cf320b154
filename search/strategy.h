#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "core/rng.h"
#include "search/objective.h"
#include "space/feasible_set.h"
#include "study/trial.h"

namespace hwnas {

/// What an earlier study told of networks of the same space: another figure, which says something of those that are
/// sought (a zero-cost proxy, a shorter training, accuracy on another data set).
struct EarlierFigure {
    std::string name;
    std::vector<Encoding> encodings;
    std::vector<double> values;  ///< one an encoding, finite
};

/// The question that a search answers: the space, its hard bounds, the objectives,
/// and the figures that cost nothing to look up.
struct SearchProblem {
    const ChoiceSpace* space = nullptr;
    const FeasibleSet* feasible = nullptr;
    std::vector<Objective> objectives;
    std::vector<Limit> limits;
    /// Known figures by key; a strategy may call them as often as it likes.
    std::map<std::string, std::function<double(const Encoding&)>> known;
    /// The network of an encoding; empty for a space with no networks behind it.
    std::function<Graph(const Encoding&)> network;
    /// Where a strategy that walks from one network to the next begins, if that is known.
    std::optional<Encoding> start;
    std::vector<EarlierFigure> earlier = {};  ///< what models of the learned figures may go by
};

struct Proposal {
    Encoding encoding;
    Json notes = Json::object();  ///< kept with the trial and given back by `tell`
    /// What of the evaluator's budget is otherwise: a shorter training, say.
    Json budget = Json::object();
    /// Number of a told, complete trial whose weights are the start. The same network
    /// with another budget or parent is another question, not a duplicate.
    std::optional<std::int64_t> parent = {};
};

/// Decides what to evaluate next. It never owns the loop, prints or writes. It
/// is a fold: its state is a function of (seed, the calls of `tell` so far), and
/// `ask` a pure function of that state, the trial's number and the pending trials;
/// so replaying a study's trials in their told order restores it exactly.
class Strategy {
public:
    virtual ~Strategy() = default;
    /// The proposal for trial `number`, inside the feasible set; nothing where
    /// there is none before a pending trial is told. With none pending that ends the search.
    [[nodiscard]] virtual std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) = 0;
    /// A trial that ended: complete, failed, or a duplicate (with the values of
    /// the trial that answered it).
    virtual void tell(const Trial& trial) = 0;
};

/// Builds the strategy whose options were read.
using StrategyFactory = std::function<std::unique_ptr<Strategy>(const SearchProblem&, std::uint64_t seed)>;
/// Reads `strategy` of a job; problems go to the value's document.
[[nodiscard]] StrategyFactory read_strategy(const JsonValue& value);
[[nodiscard]] std::vector<std::string> strategy_names();

}  // namespace hwnas
