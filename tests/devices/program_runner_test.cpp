#include "devices/program_runner.h"

#include <catch2/catch.hpp>

#include "core/files.h"
#include "devices/profiler.h"
#include "devices/scripted_runner.h"
#include "onnx/reader.h"

using namespace hwnas;

namespace {

std::unique_ptr<ProgramRunner> runner(const std::string& behaviour, double limit = 20,
                                      ProgramRunner::Form form = ProgramRunner::Form::graph) {
    return std::make_unique<ProgramRunner>(
        ProgramRunner::Options{{std::string(HWNAS_BINARY_DIR) + "/fake_trainer", behaviour}, form, 1, limit});
}

std::string failure_of(Runner& subject, const Graph& graph) {
    try {
        static_cast<void>(subject.measure(graph, {}));
    } catch (const RunError& error) {
        return error.what();
    }
    return "no failure";
}

Graph small() { return test::made_segment(3).graph; }

Graph larger() {
    Graph graph = small();
    graph.add("again", op::Activation{}, {graph.output()});
    return graph;
}

}  // namespace

TEST_CASE("a burst comes back run by run") {
    auto subject = runner("");
    const auto times = subject->measure(small(), {.least_runs = 12}).milliseconds;
    REQUIRE(times.size() == 12);
    REQUIRE(times[0] == Approx(0.5));
    REQUIRE(times[11] == Approx(0.61));
}

TEST_CASE("the engine describes itself, and one process serves all calls") {
    auto subject = runner("");
    const Json context = subject->context();
    REQUIRE(context["engine"] == "fake");
    static_cast<void>(subject->measure(small(), {}));
    REQUIRE(subject->context()["process"] == context["process"]);
}

TEST_CASE("a crash is an error with its explanation, and the next call has a new process") {
    auto subject = runner("crash_on_crash");
    const Json before = subject->context()["process"];
    REQUIRE_THAT(failure_of(*subject, larger()), Catch::Contains("killed by signal 11 (Segmentation fault)"));
    REQUIRE(failure_of(*subject, small()) == "no failure");
    REQUIRE(subject->context()["process"] != before);
}

TEST_CASE("a runner's refusal, silence or nonsense is an error that says so") {
    const auto [behaviour, reason] = GENERATE(
        table<std::string, std::string>({{"refuse", "diverged: loss"},
                                         {"hang", "no answer within 0.3 s"},
                                         {"garbage", "no JSON object"},
                                         {"no_times", "without \"milliseconds\""},
                                         {"negative_energy", "with \"millijoules\" that is no number from 0 up"},
                                         {"exit", "exit code 3; its standard error ended with: out of cheese"}}));
    auto subject = runner(behaviour, 0.3);
    REQUIRE_THAT(failure_of(*subject, small()), Catch::Contains(reason));
}

TEST_CASE("a runner that does not exist is an error that names it") {
    const auto subject = std::make_unique<ProgramRunner>(ProgramRunner::Options{{"/no/such/trainer"}});
    REQUIRE_THAT(failure_of(*subject, small()), Catch::Contains("/no/such/trainer: cannot start"));
    REQUIRE_THROWS_AS(subject->context(), RunError);
}

TEST_CASE("a profile over a crashing runner has all rows but the crashing one's") {
    auto subject = runner("crash_on_crash");
    const auto good = test::made_segment(3);
    const Segment bad{larger(), canonical_text(larger()), {}};
    DeviceConfig device;
    device.name = "made";
    CostTable table;
    REQUIRE_THROWS_WITH(profile({&bad, &good}, *subject, nullptr, device, table, {}, {}),
                        Catch::Contains("1 of 2 segments") && Catch::Contains(bad.key.substr(0, 60)));
    REQUIRE(table.rows.size() == 1);
    REQUIRE(table.rows.contains(good.key));
}

TEST_CASE("energy, throughput and details come with a burst") {
    auto subject = runner("metered");
    const Burst burst = subject->measure(small(), {});
    REQUIRE(burst.throughput == 1800.0);
    REQUIRE(burst.millijoules == 2.5);
    REQUIRE(burst.idle_millijoules == 0.5);
    REQUIRE(burst.details == Json{{"timer_resolution_ms", 0.005}});
}

TEST_CASE("what a program can't run is told apart from what failed") {
    auto subject = runner("unsupported");
    REQUIRE_THROWS_AS(subject->measure(small(), {}), UnsupportedError);
    REQUIRE_THROWS_WITH(subject->measure(small(), {}), "no kernel for Relu");
}

TEST_CASE("a program that wants ONNX gets a file of the batch and data type, the settings, and no file is left") {
    std::filesystem::path file;
    {
        auto subject = runner("echo", 20, ProgramRunner::Form::onnx);
        RunSettings settings{.batch = 4, .threads = 2, .streams = 3, .engine = {{"key", "value"}}};
        const Json asked = subject->measure(small(), settings).details;
        REQUIRE(asked["batch"] == 4);
        REQUIRE(asked["threads"] == 2);
        REQUIRE(asked["streams"] == 3);
        REQUIRE(asked["engine"] == Json{{"key", "value"}});
        REQUIRE(asked["input"] == Json{3, 4, 4});
        REQUIRE(!asked.contains("graph"));
        file = asked["model"].get<std::string>();
        REQUIRE(read_onnx(read_file(file), file.string()).graph.shape(0) == Shape{3, 4, 4});
    }
    REQUIRE(!std::filesystem::exists(file));
}

TEST_CASE("a restarted program is a new process") {
    auto subject = runner("");
    const Json before = subject->context()["process"];
    subject->restart();
    REQUIRE(subject->context()["process"] != before);
}
