#include "regression/ascent.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double longest_step = 2;
constexpr double sufficient = 1e-4;  // Armijo's constant
constexpr int most_halvings = 30;

}  // namespace

Ascent ascend(VectorXd place, const std::function<double(const VectorXd&, VectorXd&)>& function, std::size_t steps) {
    VectorXd gradient = VectorXd::Zero(place.size());
    double value = function(place, gradient);
    MatrixXd inverse = MatrixXd::Identity(place.size(), place.size());  // of minus the Hessian, estimated
    if (!std::isfinite(value)) return {std::move(place), value};
    for (std::size_t step = 0; step < steps; ++step) {
        VectorXd direction = inverse * gradient;
        if (direction.dot(gradient) <= 0) {
            inverse.setIdentity();
            direction = gradient;
        }
        if (direction.norm() > longest_step) direction *= longest_step / direction.norm();
        const double slope = direction.dot(gradient);
        VectorXd next_gradient = gradient;
        double next_value = value;
        double length = 1;
        int halvings = 0;
        for (; halvings < most_halvings; ++halvings, length /= 2) {
            next_value = function(place + length * direction, next_gradient);
            if (std::isfinite(next_value) && next_value >= value + sufficient * length * slope) break;
        }
        if (halvings == most_halvings) break;
        const VectorXd moved = length * direction;
        const VectorXd change = gradient - next_gradient;
        const double curvature = moved.dot(change);
        if (curvature > 1e-12) {
            const MatrixXd left =
                MatrixXd::Identity(place.size(), place.size()) - moved * change.transpose() / curvature;
            inverse = left * inverse * left.transpose() + moved * moved.transpose() / curvature;
        }
        const bool settled = next_value - value < 1e-7 * (1 + std::abs(value));
        place += moved;
        value = next_value;
        gradient = next_gradient;
        if (settled) break;
    }
    return {std::move(place), value};
}

}  // namespace hwnas
