#include "devices/segment_sampling.h"

#include <catch2/catch.hpp>
#include <set>

#include "devices/made_space.h"
#include "devices/segment_features.h"
#include "regression/agreement.h"

using namespace hwnas;

namespace {

/// A device whose latencies follow from arithmetic and memory, as devices' do.
double latency_of_made_device(const Segment& segment) {
    const auto elements =
        element_count(segment.graph.shape(0)) + element_count(segment.graph.shape(segment.graph.output()));
    return 0.01 + 2e-7 * static_cast<double>(segment.counts.macs) +
           1e-7 * static_cast<double>(segment.counts.parameters) + 2e-6 * static_cast<double>(elements);
}

std::vector<const Segment*> all(const CompiledSpace& space) {
    std::vector<const Segment*> segments;
    for (const auto& segment : space.segments()) segments.push_back(&segment);
    return segments;
}

CostTable sampled(const CompiledSpace& space, std::size_t budget) {
    const SegmentSampling sampling(all(space), 1);
    CostTable table;
    while (table.rows.size() < budget)
        for (const Segment* segment : sampling.next(table, 40)) {
            table.rows[segment->key].latency_ms = latency_of_made_device(*segment);
            table.rows[segment->key].energy_mj = 3 * latency_of_made_device(*segment);
        }
    return table;
}

}  // namespace

TEST_CASE("a few segments tell the others' latency and energy, and which are told is marked", "[one-thread]") {
    const CompiledSpace space = test::small_space();
    CostTable table = sampled(space, 160);
    const std::size_t filled = SegmentSampling(all(space), 1).fill(table);
    REQUIRE(filled == space.segments().size() - 160);
    REQUIRE(table.has(RowOrigin::interpolated));
    std::vector<double> predicted, truth;
    for (const auto& segment : space.segments()) {
        const auto& row = table.rows.at(segment.key);
        if (row.origin != RowOrigin::interpolated) continue;
        predicted.push_back(row.latency_ms);
        truth.push_back(latency_of_made_device(segment));
        REQUIRE(row.details.at("deviation_percent").get<double>() >= 0);
        REQUIRE(*row.energy_mj == Approx(3 * truth.back()).epsilon(0.5));
    }
    REQUIRE(agreement(predicted, truth).mean_error_percent < 3);
    REQUIRE(table.has_energy());
}

TEST_CASE("samples are drawn once each, and the first ones lie apart", "[one-thread]") {
    const CompiledSpace space = test::small_space();
    const SegmentSampling sampling(all(space), 1);
    CostTable table;
    std::set<const Segment*> seen;
    const auto first = sampling.next(table, 50);
    REQUIRE(first.size() == 50);
    for (const Segment* segment : first) REQUIRE(seen.insert(segment).second);
    std::set<std::int64_t> extents;
    for (const Segment* segment : first) extents.insert(segment->graph.shape(0).back());
    REQUIRE(extents.size() >= 3);
    for (const Segment* segment : first) table.rows[segment->key].latency_ms = latency_of_made_device(*segment);
    for (const Segment* segment : sampling.next(table, 50)) REQUIRE(seen.insert(segment).second);
    for (const auto& segment : space.segments()) table.rows[segment.key].latency_ms = 1;
    REQUIRE(sampling.next(table, 50).empty());
    REQUIRE(sampling.fill(table) == 0);
}

TEST_CASE("what is like a segment that the device can't run is taken for one that it can't run either",
          "[one-thread]") {
    const CompiledSpace space = test::small_space();
    CostTable table = sampled(space, 160);
    const auto wide = [](const std::string& key) { return key.find("kernel=5x5") != std::string::npos; };
    for (auto& [key, row] : table.rows)
        if (wide(key)) {
            row = {};
            row.unsupported = "no 5x5";
        }
    SegmentSampling(all(space), 1).fill(table);
    std::size_t refused = 0;
    for (const auto& [key, row] : table.rows) {
        if (row.origin != RowOrigin::interpolated || row.unsupported.empty()) continue;
        REQUIRE(wide(key));
        ++refused;
    }
    REQUIRE(refused > 0);
}

TEST_CASE("features tell segments of one space apart") {
    const CompiledSpace space = test::small_space();
    const Eigen::MatrixXd features = segment_features(all(space));
    std::set<std::vector<double>> rows;
    for (Eigen::Index i = 0; i < features.rows(); ++i) {
        const Eigen::RowVectorXd row = features.row(i);
        rows.insert({row.data(), row.data() + row.size()});
    }
    REQUIRE(rows.size() > space.segments().size() * 95 / 100);
}
