#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "predictors/evaluator.h"
#include "search/early_stopping.h"
#include "search/front_repeats.h"
#include "search/strategy.h"
#include "search/trial_pool.h"
#include "study/store.h"

namespace hwnas {

/// A network that a search starts from.
struct StartingNetwork {
    std::string name;
    Encoding encoding;
};

struct ControllerSettings {
    std::int64_t trials = 1;  ///< evaluations to make, those of earlier runs included; 0 for no limit
    /// What the evaluations may cost together, each by its part of a whole one (`Fidelity`); 0 for no limit.
    double full_evaluations = 0;
    double hours = 0;          ///< of this run; 0 for no limit
    std::int64_t workers = 1;  ///< evaluations at a time
    /// Whether the trials are the same however long each takes: a trial is then asked
    /// for when all but the `workers - 1` before it have been told, in their order.
    bool deterministic = true;
    /// Whether a network without a parent of its own starts from the weights of the told one that is the most like it.
    bool inherit = false;
    std::int64_t repeats = 1;  ///< evaluations of each architecture, with seeds of their own
    std::uint64_t seed = 0;
    /// Evaluated first, whatever the strategy asks for, beside the budget.
    std::optional<StartingNetwork> reference;
    /// Evaluated next, in this order, within the budget.
    std::vector<StartingNetwork> start;
    /// Whether trainings that can't come to anything may be given up, and when.
    std::optional<EarlyStoppingSettings> early_stopping;
    /// Whether the budget's last part goes into networks whose place on the front is not sure.
    std::optional<FrontRepeatsSettings> front_repeats;
    /// The search ends when the strategy asks this often in a row for what is known.
    std::int64_t most_duplicates = 500;
};

/// Why a search ended: `nothing_new` where the strategy asked for nothing but known
/// networks, `finished` where it has nothing more to ask.
enum class SearchEnd { budget, time, nothing_new, finished, stopped };

/// What a watcher may show. Called on the controller's own thread.
struct ControllerEvents {
    std::function<void(const Trial&)> started;
    std::function<void(const Trial&)> ended;  ///< durable; the strategy may hear of it later
};

/// The loop of a search: asks the strategy, evaluates, makes the
/// answer durable, then tells the strategy. (Answers that come more than ten times a
/// second are made durable together, within a tenth of a second, so that the strategy
/// may hear of one sooner; a watcher never does.) Whatever the study already holds is
/// taken up where it was: ended trials are told in the order they were told in,
/// trials that were running run again with their number and seed.
class Controller {
public:
    /// All references must outlive the controller.
    Controller(const SearchProblem& problem, Strategy& strategy, TrialPool& pool, Study& study,
               ControllerSettings settings, ControllerEvents events = {});
    /// Evaluates on this machine.
    Controller(const SearchProblem& problem, Strategy& strategy, Evaluator& evaluator, Study& study,
               ControllerSettings settings, ControllerEvents events = {});

    /// Blocks until the search ends. On a stop, running evaluations are given up
    /// and left in the study as running, to be run again by the next one.
    SearchEnd run(const std::stop_token& stop);

private:
    struct Standing {  ///< of a pending trial
        bool ended = false;
        std::int64_t waits_for = -1;  ///< the pending trial that will answer this duplicate
        bool unsaved = false;         ///< not durable as it is
    };
    /// What of a told trial is still needed: thousands of them may be known.
    struct Answer {
        std::int64_t number = 0;
        Encoding encoding;
        std::uint64_t seed = 0;
        std::map<std::string, double> values;
        std::string weights;
        std::string error;
    };
    static void give(Trial& duplicate, const Answer& answer);

    void take_up();
    /// What `ask_next` came to.
    enum class Asked { start, answered, nothing };
    /// Asks for the next trial; where it has to be started it is the last pending one.
    Asked ask_next();
    /// The reference, a starting network or a repeat whose turn it is, or what the strategy asks for.
    std::optional<std::pair<Proposal, std::int64_t>> next_proposal();
    /// Counts an evaluation that was asked for.
    void count(const Trial& trial);
    [[nodiscard]] bool budget_is_spent() const;
    /// Of the budget, whichever of its limits is nearest, in this run where that is time.
    [[nodiscard]] double spent_share() const;
    [[nodiscard]] EvaluationRequest request_of(const Trial& trial) const;
    void record(Trial ended);
    /// Tells the next ended trial, if its turn has come.
    bool tell_one();
    /// The trial is then one of `unsaved_`.
    void tell(Trial& trial);
    void remember(const Trial& told);
    /// Makes durable what changed since the last time, in one transaction.
    void flush();
    /// The told trial with weights whose network has the fewest choices otherwise, the latest of several; none where
    /// they are of this network, or there is none.
    [[nodiscard]] std::optional<std::int64_t> relative_of(const Encoding& encoding) const;
    /// What is asked of an evaluator: equal texts are the same question.
    [[nodiscard]] std::string question_of(const Trial& trial) const;
    [[nodiscard]] Trial new_trial(const Proposal& proposal, std::int64_t repeat) const;

    const SearchProblem* problem_;
    Strategy* strategy_;
    std::unique_ptr<TrialPool> own_pool_;
    TrialPool* pool_;
    Study* study_;
    ControllerSettings settings_;
    ControllerEvents events_;
    std::optional<EarlyStopping> early_stopping_;
    std::optional<FrontRepeats> front_repeats_;
    std::chrono::steady_clock::time_point started_;  ///< of this run

    /// Asked for and not yet told, by number: side by side, so that a strategy is shown them and not copies.
    std::vector<Trial> pending_;
    std::vector<Standing> standings_;  ///< of each of these
    std::deque<std::pair<Proposal, std::int64_t>> repeats_due_;
    std::map<std::string, std::int64_t> told_;  ///< number of the told trial by its question
    std::map<std::int64_t, Answer> answers_;    ///< of told trials, by number
    std::vector<Trial> unsaved_;                ///< told ones that are not durable as they are
    std::vector<Trial> ended_now_;              ///< to be shown once they are durable
    std::chrono::steady_clock::time_point last_flush_;
    std::int64_t next_number_ = 0;
    std::int64_t next_told_ = 0;
    std::size_t starts_asked_ = 0;  ///< of `settings_.start`
    std::int64_t evaluations_ = 0;  ///< asked for, within the budget
    double spent_ = 0;              ///< on them, in whole evaluations
    std::int64_t duplicates_in_a_row_ = 0;
};

/// The seed of an evaluation: below 2^53, so that any JSON reader keeps it.
[[nodiscard]] std::uint64_t evaluation_seed(std::uint64_t study_seed, const std::string& architecture_id,
                                            std::int64_t repeat);

}  // namespace hwnas
