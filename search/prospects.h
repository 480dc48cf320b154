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

private:
    /// What the model says of one figure of all candidates.
    struct Belief {
        Eigen::VectorXd means;
        Eigen::VectorXd variances;
    };
    [[nodiscard]] std::vector<double> weigh(const Candidates& candidates, const std::vector<Belief>& beliefs) const;
    [[nodiscard]] double improvement(const Point& known, std::span<const Outcome> learned) const;
    [[nodiscard]] double chance_of_bounds(std::span<const Outcome> figures) const;

    Surrogate* surrogate_;
    std::vector<Encoding> pending_;
    double optimism_;
    ExpectedImprovement expected_;
};

}  // namespace hwnas
