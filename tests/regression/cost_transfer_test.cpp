#include "regression/cost_transfer.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <stdexcept>

#include "core/rng.h"
#include "regression/agreement.h"

using namespace hwnas;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Eigen::Index items = 300;

/// Devices whose log costs are made of two properties of an item, with some noise of their own.
MatrixXd made_costs(Eigen::Index devices, double noise, Rng& rng) {
    MatrixXd properties(items, 2);
    for (double& value : properties.reshaped()) value = rng.normal();
    MatrixXd costs(items, devices);
    for (Eigen::Index device = 0; device < devices; ++device) {
        const double share = rng.uniform();
        const double speed = 3 * rng.normal();
        for (Eigen::Index i = 0; i < items; ++i)
            costs(i, device) = std::exp(speed + 0.4 * (share * properties(i, 0) + (1 - share) * properties(i, 1)) +
                                        noise * rng.normal());
    }
    return costs;
}

std::vector<double> at(const VectorXd& costs, const std::vector<std::size_t>& probes) {
    std::vector<double> some;
    for (const std::size_t probe : probes) some.push_back(costs[static_cast<Eigen::Index>(probe)]);
    return some;
}

}  // namespace

TEST_CASE("a new device's costs follow from ten measurements and eight known devices") {
    Rng rng(1);
    const MatrixXd all = made_costs(9, 0.02, rng);
    const MatrixXd known = all.leftCols(8);
    const VectorXd truth = all.col(8);
    const auto probes = choose_probes(known, 10);
    REQUIRE(std::set<std::size_t>(probes.begin(), probes.end()).size() == 10);
    const auto completed = complete_costs(known, probes, at(truth, probes));
    const auto figures = agreement(completed.costs, {truth.begin(), truth.end()});
    CHECK(figures.spearman > 0.98);
    CHECK(figures.mean_error_percent < 5);
    // Errors are about as large as they are said to be.
    double ratio = 0;
    for (Eigen::Index i = 0; i < items; ++i) {
        const auto k = static_cast<std::size_t>(i);
        ratio += std::pow(std::log(completed.costs[k] / truth[i]) / completed.deviations[k], 2) / items;
    }
    CHECK(ratio > 0.05);
    CHECK(ratio < 3);
    // In other units the same.
    const auto scaled = complete_costs(known, probes, at(1000 * truth, probes));
    CHECK(scaled.costs[5] == Approx(1000 * completed.costs[5]));
}

TEST_CASE("chosen probes tell more than random ones, and are chosen on from those that are there") {
    Rng rng(2);
    const MatrixXd all = made_costs(7, 0.05, rng);
    const MatrixXd known = all.leftCols(6);
    const VectorXd truth = all.col(6);
    const std::vector<double> expected(truth.begin(), truth.end());
    const auto probes = choose_probes(known, 5);
    const auto chosen = agreement(complete_costs(known, probes, at(truth, probes)).costs, expected);
    double random_error = 0;
    for (int round = 0; round < 20; ++round) {
        std::set<std::size_t> drawn;
        while (drawn.size() < 5) drawn.insert(rng.below(items));
        const std::vector<std::size_t> some(drawn.begin(), drawn.end());
        random_error += agreement(complete_costs(known, some, at(truth, some)).costs, expected).mean_error_percent / 20;
    }
    CHECK(chosen.mean_error_percent < random_error);
    const std::vector<std::size_t> first(probes.begin(), probes.begin() + 2);
    CHECK(choose_probes(known, 3, first) == std::vector<std::size_t>(probes.begin() + 2, probes.end()));
    CHECK(choose_probes(known, items + 5).size() == items);
}

TEST_CASE("devices or items that are all equal are no error") {
    const MatrixXd known = MatrixXd::Constant(4, 2, 3.0);
    const auto completed = complete_costs(known, {0, 2}, {7, 7});
    for (const double cost : completed.costs) CHECK(cost == Approx(7));
    CHECK(choose_probes(known, 2).size() == 2);
}

TEST_CASE("what is no cost is refused") {
    const MatrixXd known = MatrixXd::Ones(3, 2);
    CHECK_THROWS_AS(choose_probes(MatrixXd(0, 2), 1), std::invalid_argument);
    CHECK_THROWS_AS(choose_probes(MatrixXd::Zero(3, 2), 1), std::invalid_argument);
    CHECK_THROWS_AS(choose_probes(known, 1, {3}), std::invalid_argument);
    CHECK_THROWS_AS(complete_costs(known, {}, {}), std::invalid_argument);
    CHECK_THROWS_AS(complete_costs(known, {0}, {1, 2}), std::invalid_argument);
    CHECK_THROWS_AS(complete_costs(known, {3}, {1}), std::invalid_argument);
    CHECK_THROWS_AS(complete_costs(known, {0}, {0}), std::invalid_argument);
}
