#pragma once

#include "study/trial.h"

namespace hwnas {

/// How much of the evaluator's whole budget a trial had. It stands in the trial's notes where it was asked for so,
/// in its details where the evaluator gave up earlier: `{"fidelity": {"share": 0.33, "cost": 0.22}}`; without that a
/// trial is one in full.
struct Fidelity {
    /// Of the whole budget, what stands behind the figures: of a training that went on from
    /// another one's weights, both.
    double share = 1;
    double cost = 1;  ///< of a whole evaluation, what the trial itself took
};

[[nodiscard]] Json fidelity_notes(const Fidelity& fidelity);
/// Shares that are no number above 0 and up to 1, whoever wrote them, count as 1.
[[nodiscard]] Fidelity fidelity_of(const Trial& trial);
/// Whether the figures are those of the whole budget, to be compared with other networks' on a front.
[[nodiscard]] bool is_in_full(const Trial& trial);

}  // namespace hwnas
