#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "regression/categorical_choices.h"
#include "search/strategy.h"

namespace hwnas {

/// A problem's encodings as points of a Gaussian process: the choices as categories, and as features the logs of what
/// is known of a network before it is evaluated (its latency says something of its accuracy too), and what is added.
/// Choices whose names differ in their numbers alone are of one kind, as `b1_e` and `b2_e`, or in their stages, as
/// `stage1.kernel` and `head.kernel`.
class ModelledSpace {
public:
    /// Features are scaled by a sample of the feasible set. What `problem` points to must outlive this.
    explicit ModelledSpace(const SearchProblem& problem);

    /// A feature that follows from the points without it, of about mean 0 and deviation 1.
    using Derived = std::function<Eigen::VectorXd(const CategoricalPoints&)>;
    void add(Derived feature) { derived_.push_back(std::move(feature)); }

    /// `encodings` are canonical.
    [[nodiscard]] CategoricalPoints points(std::span<const Encoding> encodings) const;
    /// Values that are all numbers are apart as these are.
    [[nodiscard]] const CategoricalChoices& choices() const { return choices_; }

private:
    struct Feature {
        std::function<double(const Encoding&)> figure;
        double mean = 0;
        double deviation = 1;
    };
    std::vector<Feature> features_;
    std::vector<Derived> derived_;
    CategoricalChoices choices_;
};

}  // namespace hwnas
