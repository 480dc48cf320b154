#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search/objective.h"

namespace hwnas {

/// The exponent w of MnasNet's reward (arXiv 1807.11626, equation 3): alpha where
/// a figure meets its target, beta where it doesn't.
struct RewardExponents {
    double alpha = 0;
    double beta = 0;

    /// Figures trade against accuracy on both sides of the target, which then only
    /// scales the reward: -0.07 says that 5 % more accuracy is worth twice the latency.
    static constexpr RewardExponents soft() { return {-0.07, -0.07}; }
    /// The target is a limit: accuracy alone counts below it.
    static constexpr RewardExponents hard() { return {0, -1}; }
    [[nodiscard]] bool depend_on_target() const { return alpha != beta; }
};

/// Targets by the key of a minimised objective, in its unit.
using Goal = std::map<std::string, double>;

/// ACC x product over the minimised objectives of (LAT / T)^w.
///
/// ACC is the first maximised objective, a percentage as a fraction, less than zero
/// as zero; 1 where nothing is maximised. A minimised objective without a target in
/// the goal counts softly with T = 1 of its unit, which scales all rewards alike.
class Reward {
public:
    Reward(const std::vector<Objective>& objectives, RewardExponents exponents);
    /// Empty where a figure is missing or is not a finite number.
    [[nodiscard]] std::optional<double> operator()(const std::map<std::string, double>& values, const Goal& goal) const;

private:
    std::optional<Objective> accuracy_;
    std::vector<std::string> minimized_;
    RewardExponents exponents_;
};

}  // namespace hwnas
