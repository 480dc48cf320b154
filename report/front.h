#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/objective.h"
#include "search/pareto_front.h"
#include "study/trial.h"

namespace hwnas {

/// A network that was evaluated: the complete trials of one architecture id.
struct FrontEntry {
    std::string id;
    Json choices;
    std::vector<std::int64_t> trials;      ///< numbers of its complete trials, ascending
    std::map<std::string, double> values;  ///< means over the trials, of figures that all of them have
    std::string weights;                   ///< content hash, of the first trial that has one
    std::string weights_from;              ///< `proxy`, `full`; empty without weights
    std::string onnx;                      ///< file name, empty without
    std::string reference_name;            ///< what the reference network is called; empty for others
    bool reference = false;                ///< asked for as `{"origin": "reference"}` in a trial's notes
    bool within_limits = false;
    bool on_front = false;
};

/// The networks of a study and which of them stand on the front: those within
/// the limits that no other one within the limits dominates. Of networks with
/// equal objectives the one that was tried first stands there.
struct Front {
    std::vector<Objective> objectives;
    std::vector<Limit> limits;
    std::vector<FrontEntry> networks;      ///< in the order of their first trials
    std::vector<std::size_t> entries;      ///< of `networks`: the front, best first objective first
    std::optional<std::size_t> reference;  ///< of `networks`, on the front or not
    std::size_t unusable_trials = 0;       ///< complete ones without a finite figure for each objective
    std::size_t partial_trials = 0;        ///< complete ones with a part of the evaluator's budget only

    /// The front and, wherever it stands, the reference, in the same order.
    [[nodiscard]] std::vector<std::size_t> shown() const;
    /// In objective order, as measured.
    [[nodiscard]] double value(std::size_t network, std::size_t objective) const;
    /// Less is better on every axis.
    [[nodiscard]] Point point(std::size_t network) const;
};

/// Trials with a part of the evaluator's budget (`Fidelity`) are left out, since their figures are not comparable with
/// those of the whole one. A network that was evaluated in several ways (budget, parent) counts as it was in
/// the last one; repeats in the same way are averaged. `reference_name` is what the space calls its reference network
/// (`SearchSpace::reference_name`). Throws InputError where there is no objective.
[[nodiscard]] Front make_front(std::span<const Trial> trials, std::vector<Objective> objectives,
                               std::vector<Limit> limits, const std::string& reference_name = "");

/// The entry of the front where giving up a little of one objective stops
/// buying much of another: with each objective scaled over the front to 0
/// (best) .. 1 (worst), the one farthest on the near side of the plane through
/// the ends, which is the one with the least sum (Das, "On characterizing the
/// knee of the Pareto curve", 1999). Empty for fewer than three entries, one
/// objective, or a front that nowhere bulges towards the ideal point.
[[nodiscard]] std::optional<std::size_t> knee(const Front& front);

}  // namespace hwnas
