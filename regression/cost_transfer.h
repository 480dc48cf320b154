#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace hwnas {

/// Costs of things (networks, segments) on devices: items x devices, each above 0, in any unit
/// a device. What follows tells a new device's costs from few measurements ("probes"), as HELP
/// (arXiv 2106.08630) does by meta-learning; here by a Bayesian linear model. The log of an
/// item's cost on the new device is a constant plus a weighted sum of its log costs on the known
/// devices, each scaled to a deviation of 1; the weights are normal around 0, so that the
/// directions in which the known devices agree weigh most. The noise's share is the likeliest
/// given the probes, near a fifth. (Bishop, "Pattern Recognition and Machine Learning", 2006,
/// sections 3.3 and 3.5.)
using KnownCosts = Eigen::MatrixXd;

/// The items to measure on a new device, best first: each time the one after whose measurement
/// the variances of all items' costs sum to the least (Bayesian A-optimality; Chaloner and
/// Verdinelli, "Bayesian experimental design", 1995). `measured` are known already. Fewer than
/// `budget` where there are fewer items. Takes O(items devices^2) a probe. Throws
/// std::invalid_argument where `known` is empty or a cost not above 0.
[[nodiscard]] std::vector<std::size_t> choose_probes(const KnownCosts& known, std::size_t budget,
                                                     const std::vector<std::size_t>& measured = {});

/// What is known of a new device's costs.
struct CompletedCosts {
    std::vector<double> costs;       ///< of all items, in the probes' unit; the probes' as predicted too
    std::vector<double> deviations;  ///< of the log cost: about the relative error to expect, noise included
    double noise_share = 0;          ///< variance of the noise over that which the known devices explain
};

/// Tells every item's cost from those of the `probes` (items), measured in the same order.
/// Throws as `choose_probes`, and where there are no probes, their number differs from that of
/// the costs, an item is not there, or a measured cost is not above 0.
[[nodiscard]] CompletedCosts complete_costs(const KnownCosts& known, const std::vector<std::size_t>& probes,
                                            const std::vector<double>& measured);

}  // namespace hwnas
