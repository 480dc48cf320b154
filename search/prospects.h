#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/expected_improvement.h"
#include "search/surrogate.h"

namespace hwnas {

/// What the question of this number multiplies the model's deviations by. A model of what it chose itself is too sure
/// of what it never looked at: one question in five looks there.
[[nodiscard]] double optimism_of(std::int64_t number);

/// What networks promise, seen from one question: the expected hypervolume improvement of the front, in the box of
/// the surrogate's worst corner. Trials under way count as if they had come out as the model expects. Two learned
/// objectives and more are integrated by four levels of all but the last; limits on learned figures weigh a network by
/// the probability that it meets them.
class Prospects {
public:
    /// The surrogate is ready, and outlives this. `optimism`: what its deviations are multiplied by.
    Prospects(Surrogate& surrogate, std::vector<Encoding> pending, double optimism);

    /// Of each candidate. Quadratic in the trials for each.
    [[nodiscard]] std::vector<double> promise(Candidates& candidates);
    /// The same of those that may be among the `wanted` best and promise more than `least`, and 0 of the others, which
    /// were only glanced at: what they promise if they are as unsure as a few trials near them leave them is no more
    /// than that.
    [[nodiscard]] std::vector<double> promise_of_best(const Candidates& candidates, std::size_t wanted, double least);

private:
    /// What the model says of one figure of all candidates.
    struct Belief {
        Eigen::VectorXd means;
        Eigen::VectorXd variances;
    };
    /// What the model says of all figures of one candidate.
    [[nodiscard]] std::vector<Outcome> outcomes(const std::vector<Belief>& beliefs, std::size_t candidate) const;
    [[nodiscard]] double improvement(const Point& known, std::span<const Outcome> learned) const;
    [[nodiscard]] double chance_of_bounds(std::span<const Outcome> figures) const;

    Surrogate* surrogate_;
    std::vector<Encoding> pending_;
    double optimism_;
    ExpectedImprovement expected_;
};

}  // namespace hwnas
