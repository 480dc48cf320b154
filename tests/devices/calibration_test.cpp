#include "devices/calibration.h"

#include <catch2/catch.hpp>

#include "core/rng.h"
#include "devices/scripted_runner.h"

using namespace hwnas;

namespace {

SegmentTraits drawn(Rng& rng) {
    SegmentTraits traits;
    traits.row = 0.1 + rng.uniform();
    traits.weight_megabytes = rng.uniform();
    traits.border_megabytes = rng.uniform();
    traits.large_border_megabytes = rng.below(4) == 0 ? rng.uniform() : 0;
    traits.kernels = 1 + static_cast<double>(rng.below(4));
    return traits;
}

struct Made {
    std::vector<std::vector<SegmentTraits>> networks;
    std::vector<double> measured;
};

// Networks of 5 to 14 segments, whose latency follows a rule, with an error of its own for each.
template <class Rule>
Made made(std::size_t count, double relative_noise, const Rule& rule) {
    Rng rng(7);
    Made made;
    for (std::size_t i = 0; i < count; ++i) {
        auto& network = made.networks.emplace_back();
        const auto segments = 5 + rng.below(10);
        for (std::uint64_t s = 0; s < segments; ++s) network.push_back(drawn(rng));
        double sum = 0;
        for (const auto& segment : network) sum += rule(segment);
        made.measured.push_back((sum + 0.5) * (1 + relative_noise * rng.normal()));
    }
    return made;
}

double worst_error(const Calibration& calibration, const Made& made) {
    double worst = 0;
    for (std::size_t i = 0; i < made.networks.size(); ++i)
        worst = std::max(worst, std::abs(calibration.of(made.networks[i]) / made.measured[i] - 1));
    return worst;
}

}  // namespace

TEST_CASE("a calibration finds the rule by which latencies were made") {
    const auto rule = [](const SegmentTraits& s) { return 1.2 * s.row + 0.3 * s.weight_megabytes; };
    const Made all = made(40, 0, rule);
    const Calibration calibration = fit_calibration(all.networks, all.measured);
    REQUIRE(worst_error(calibration, all) < 1e-9);
    REQUIRE(calibration.constant == Approx(0.5));
}

TEST_CASE("a calibration tells borders that a cache holds from those that it does not") {
    const auto rule = [](const SegmentTraits& s) {
        return 1.1 * s.row + 0.1 * s.weight_megabytes - 0.3 * s.large_border_megabytes;
    };
    const Made all = made(40, 0.001, rule);
    REQUIRE(worst_error(fit_calibration(all.networks, all.measured), all) < 0.01);
}

TEST_CASE("a fitted calibration gives the same to the last bit once it was written and read") {
    const Made data = made(60, 0.02, [](const SegmentTraits& s) {
        return 1.3 * s.row + 0.4 * s.weight_megabytes + 0.2 * s.border_megabytes + 0.1 * s.kernels + 0.2 * s.dense_row;
    });
    const Calibration fitted = fit_calibration(data.networks, data.measured);
    REQUIRE(fitted.terms.size() > 2);
    auto document = JsonDocument::from_value(to_json(fitted), "written");
    const Calibration read = read_calibration(JsonValue(document));
    for (const auto& network : data.networks) REQUIRE(read.of(network) == fitted.of(network));
}

TEST_CASE("noise does not tempt a calibration to more terms than there are") {
    const Made noisy = made(40, 0.02, [](const SegmentTraits& s) { return 1.1 * s.row; });
    const Calibration calibration = fit_calibration(noisy.networks, noisy.measured);
    REQUIRE(calibration.terms.size() <= 2);
    REQUIRE(calibration.terms.front().trait == "row");
    const Made exact = made(40, 0, [](const SegmentTraits& s) { return 1.1 * s.row; });
    REQUIRE(worst_error(calibration, exact) < 0.05);
}

TEST_CASE("a calibration of too few networks is the plain sum") {
    const Made few = made(2, 0, [](const SegmentTraits& s) { return 3 * s.row; });
    const Calibration calibration = fit_calibration(few.networks, few.measured);
    REQUIRE(calibration.constant == 0);
    SegmentTraits one;
    one.row = 2.5;
    REQUIRE(calibration.of(one) == 2.5);
}

TEST_CASE("the calibration of a network is the constant and each segment's share") {
    Rng rng(3);
    const Calibration calibration{{{"row", 1.5}, {"kernels", 0.25}, {"segments", -0.125}}, 2};
    const std::vector<SegmentTraits> network{drawn(rng), drawn(rng)};
    REQUIRE(calibration.of(network) ==
            Approx(2 + calibration.of(network[0]) + calibration.of(network[1])).epsilon(1e-12));
    REQUIRE(calibration.of(network[0]) == Approx(1.5 * network[0].row + 0.25 * network[0].kernels - 0.125));
}

TEST_CASE("a segment's traits are counted from its graph") {
    Graph graph({8, 4, 4});
    graph.add("conv", op::Conv{.filters = 16}, {0});
    graph.add("relu", op::Activation{}, {1});
    const Segment segment{graph, canonical_text(graph), count(graph)};
    const SegmentTraits traits = segment_traits(segment, 0.75);
    REQUIRE(traits.row == 0.75);
    REQUIRE(traits.weight_megabytes == Approx(8 * 16 * 4e-6));
    REQUIRE(traits.border_megabytes == Approx((8 * 16 + 16 * 16) * 4e-6));
    REQUIRE(traits.segments == 1);
    REQUIRE(traits.kernels == 1);
}
