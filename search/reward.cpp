#include "search/reward.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

/// Keeps the power finite where a figure of zero or less is told.
constexpr double least_ratio = 1e-9;

std::optional<double> figure(const std::map<std::string, double>& values, const std::string& key) {
    const auto found = values.find(key);
    if (found == values.end() || !std::isfinite(found->second)) return std::nullopt;
    return found->second;
}

}  // namespace

Reward::Reward(const std::vector<Objective>& objectives, RewardExponents exponents) : exponents_(exponents) {
    for (const auto& objective : objectives) {
        if (objective.direction == Direction::minimize)
            minimized_.push_back(objective.key);
        else if (!accuracy_)
            accuracy_ = objective;
    }
}

std::optional<double> Reward::operator()(const std::map<std::string, double>& values, const Goal& goal) const {
    double reward = 1;
    if (accuracy_) {
        const auto accuracy = figure(values, accuracy_->key);
        if (!accuracy) return std::nullopt;
        reward = std::max(0.0, accuracy_->unit == "%" ? *accuracy / 100 : *accuracy);
    }
    for (const auto& key : minimized_) {
        const auto value = figure(values, key);
        if (!value) return std::nullopt;
        const auto target = goal.find(key);
        const bool aimed = target != goal.end();
        const double ratio = std::max(least_ratio, aimed ? *value / target->second : *value);
        const RewardExponents exponents = aimed ? exponents_ : RewardExponents::soft();
        reward *= std::pow(ratio, ratio <= 1 ? exponents.alpha : exponents.beta);
    }
    return reward;
}

}  // namespace hwnas
