#include "devices/table_transfer.h"

#include <catch2/catch.hpp>
#include <set>

#include "devices/made_space.h"
#include "regression/agreement.h"

using namespace hwnas;

namespace {

/// Devices of one kind: each weighs arithmetic, memory and a constant otherwise.
struct Kind {
    double constant, per_mac, per_element;
    [[nodiscard]] double operator()(const Graph& graph) const {
        double elements = 0;
        for (const auto& node : graph.nodes()) elements += static_cast<double>(element_count(node.shape));
        return constant + per_mac * static_cast<double>(count(graph).macs) + per_element * elements;
    }
};

class KindRunner : public Runner {
public:
    explicit KindRunner(Kind kind) : kind_(kind) {}
    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings&) override {
        measured.insert(canonical_text(graph));
        Burst burst;
        burst.milliseconds.assign(10, kind_(graph));
        return burst;
    }
    [[nodiscard]] Json context() override { return {{"engine", "kind"}, {"version", "1"}}; }
    std::set<std::string> measured;

private:
    Kind kind_;
};

CostTable table_of(const CompiledSpace& space, const std::string& name, const Kind& kind) {
    CostTable table;
    table.device = name;
    for (const auto& segment : space.segments()) table.rows[segment.key].latency_ms = kind(segment.graph);
    return table;
}

DeviceConfig device() {
    DeviceConfig config;
    config.name = "new";
    config.source = {{"name", "new"}};
    return config;
}

}  // namespace

TEST_CASE("twenty measurements and three other devices make a table") {
    const CompiledSpace space = test::small_space();
    const std::vector<CostTable> known{table_of(space, "a", {0.01, 1e-6, 1e-6}),
                                       table_of(space, "b", {0.05, 1e-7, 3e-6}),
                                       table_of(space, "c", {0.002, 4e-6, 1e-7})};
    const Kind kind{0.02, 1e-6, 2e-6};
    KindRunner runner(kind);
    CostTable table;
    const auto outcome = transfer_table(space, runner, device(), table, known, 20, {}, {});
    REQUIRE(runner.measured.size() == 20);
    REQUIRE(outcome.measured == 20);
    REQUIRE(outcome.transferred == space.segments().size() - 20);
    REQUIRE(table.rows.size() == space.segments().size());
    std::vector<double> predicted, truth;
    for (const auto& segment : space.segments()) {
        const auto& row = table.rows.at(segment.key);
        REQUIRE((row.origin == RowOrigin::transferred) == !runner.measured.contains(segment.key));
        predicted.push_back(row.latency_ms);
        truth.push_back(kind(segment.graph));
    }
    const Agreement agreed = agreement(predicted, truth);
    REQUIRE(agreed.spearman > 0.97);
    REQUIRE(agreed.mean_error_percent < 10);

    // With more of a budget only the difference is measured.
    runner.measured.clear();
    transfer_table(space, runner, device(), table, known, 30, {}, {});
    REQUIRE(runner.measured.size() == 10);
    REQUIRE(table.has(RowOrigin::transferred));
}

TEST_CASE("a known table that lacks a segment of the space is told of") {
    const CompiledSpace space = test::small_space();
    auto lacking = table_of(space, "lacking", {0.01, 1e-6, 1e-6});
    lacking.rows.erase(space.segments().front().key);
    KindRunner runner({0.01, 1e-6, 1e-6});
    CostTable table;
    REQUIRE_THAT(test::input_error_of(
                     [&] { static_cast<void>(transfer_table(space, runner, device(), table, {lacking}, 20, {}, {})); }),
                 Catch::Contains("the cost table of lacking") && Catch::Contains("1 missing") &&
                     Catch::Contains("profile that device on this space first"));
    REQUIRE(runner.measured.empty());
    REQUIRE_THAT(test::input_error_of(
                     [&] { static_cast<void>(transfer_table(space, runner, device(), table, {}, 20, {}, {})); }),
                 Catch::Contains("--from"));
}
