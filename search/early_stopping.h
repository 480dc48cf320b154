#pragma once

#include <optional>
#include <set>
#include <string>

#include "predictors/early_stop.h"
#include "regression/learning_curves.h"
#include "search/objective.h"
#include "search/pareto_front.h"
#include "study/trial.h"

namespace hwnas {

struct EarlyStoppingSettings {
    /// Given up is a training that stays below what is needed with this probability.
    double confidence = 0.95;
    /// Whole trainings that have to be known first.
    std::int64_t least_curves = 12;
    /// Every so many-th trial is trained to its end whatever it promises, so that the lines are not learnt from
    /// good networks alone.
    std::int64_t audited = 8;
};

/// Learns from a study's trainings when another one may be given up: where it is nearly sure that a network that costs
/// no more, on every other objective, is better. A fold over told trials, as a strategy is.
class EarlyStopping {
public:
    /// Objectives but `top1` must be known before a trial is evaluated; networks beyond a limit are no measure.
    EarlyStopping(EarlyStoppingSettings settings, std::vector<Objective> objectives, std::vector<Limit> limits);

    /// A told trial of any state.
    void tell(const Trial& trial);
    /// For a trial with its known figures in `values`; nothing where it is to be trained to its end.
    [[nodiscard]] std::optional<EarlyStop> rule(const Trial& trial) const;

private:
    /// The other objectives' figures, turned so that less is better; nothing where one is missing.
    [[nodiscard]] std::optional<Point> costs(const Trial& trial) const;

    EarlyStoppingSettings settings_;
    std::vector<Objective> costs_;
    std::vector<Limit> limits_;
    LearningCurves curves_;
    ParetoFront front_;  ///< costs, then -top1
};

/// What a trial was asked with, kept in its notes.
[[nodiscard]] std::optional<EarlyStop> early_stop_of(const Trial& trial);
void note_early_stop(Trial& trial, const EarlyStop& rule);
/// Whether its training was given up: its `top1` is then foretold, and its fidelity what it had.
[[nodiscard]] bool was_given_up(const Trial& trial);

}  // namespace hwnas
