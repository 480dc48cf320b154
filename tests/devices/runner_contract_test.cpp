#include "devices/runner_contract.h"

#include <cstdlib>

#include "devices/runners.h"
#include "support.h"

using namespace hwnas;

namespace {

const std::filesystem::path packages = test::source("build/onnxruntime/node_modules");

/// Where the programs of a build are; empty for one that was not built or got.
std::string program(const std::string& name) {
    if (name == "web/runner.mjs") return test::source("runners/web/runner.mjs").string();
    if (name == "onnxruntime-web") return (packages / "onnxruntime-web").string();
    if (name == "libonnxruntime")
        for (const char* machine : {"x64", "arm64"}) {
            const auto library = packages / "onnxruntime-node/bin/napi-v6/linux" / machine / "libonnxruntime.so.1";
#if defined(__aarch64__)
            if (machine == std::string("x64")) continue;
#endif
            return library.string();
        }
    return std::string(HWNAS_BINARY_DIR) + "/" + name;
}

bool there(const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (!std::filesystem::exists(program(name))) {
            WARN("SKIPPED: " + program(name) + " is not there");
            return false;
        }
    return true;
}

bool command_there(const std::string& command) {
    if (std::system(("command -v " + command + " >/dev/null 2>&1").c_str()) == 0) return true;
    WARN("SKIPPED: " + command + " is not installed");
    return false;
}

DeviceConfig config(const std::string& text) {
    JsonDocument document = JsonDocument::parse(text, "device.json");
    auto read = DeviceConfig::read(JsonValue(document));
    document.throw_problems();
    return read;
}

void check(const DeviceConfig& device) {
    const auto& kind = runner_kind(device.runner);
    const auto runner = make_runner(device, program);
    auto types = kind.data_types;
    if (device.accelerator) types.insert(types.begin(), device.run.data_type);
    test::check_runner_contract(*runner, device.run, {types, kind.modelled});
}

}  // namespace

TEST_CASE("contract: libtorch", "[engine]") {
    if (there({"hwnas-trainer"})) check(config(R"({"name": "d", "runner": "libtorch"})"));
}

TEST_CASE("contract: ONNX Runtime", "[engine]") {
    if (there({"hwnas-onnxruntime", "libonnxruntime"})) check(config(R"({"name": "d", "runner": "onnxruntime"})"));
}

TEST_CASE("contract: ONNX Runtime, two threads, without optimisation and arena", "[engine]") {
    if (there({"hwnas-onnxruntime", "libonnxruntime"}))
        check(config(R"({"name": "d", "runner": "onnxruntime", "threads": 2, "engine": {"optimisation": "none",
                         "memory_arena": false, "memory_pattern": false, "parallel_nodes": true,
                         "config": {"session.intra_op.allow_spinning": "0"}}})"));
}

TEST_CASE("contract: WebAssembly in Node", "[engine]") {
    if (there({"web/runner.mjs", "onnxruntime-web"}) && command_there("node"))
        check(config(R"({"name": "d", "runner": "wasm", "engine": {"host": "node"}})"));
}

TEST_CASE("contract: WebAssembly in Chromium", "[engine]") {
    if (there({"web/runner.mjs", "onnxruntime-web"}) && command_there("node") && command_there("chromium"))
        check(config(R"({"name": "d", "runner": "wasm", "engine": {"host": "chromium"}})"));
}

TEST_CASE("contract: every shipped accelerator") {
    for (const char* name : {"eyeriss", "tpu-v1", "mobile-npu", "vpu", "edge-gpu"}) {
        INFO(name);
        check(DeviceConfig::load(test::source("configs/devices/" + std::string(name) + ".json")));
    }
}

TEST_CASE("contract: a program of the user's own", "[engine]") {
    if (there({"hwnas-onnxruntime", "libonnxruntime"}))
        check(config(R"({"name": "d", "runner": "command", "command": [")" + program("hwnas-onnxruntime") + R"(", ")" +
                     program("libonnxruntime") + R"("]})"));
}

TEST_CASE("streams of ONNX Runtime together get more done than one alone is asked for", "[engine]") {
    if (!there({"hwnas-onnxruntime", "libonnxruntime"})) return;
    const auto runner = make_runner(config(R"({"name": "d", "runner": "onnxruntime"})"), program);
    RunSettings two{.streams = 2, .least_runs = 20, .least_milliseconds = 0};
    const Burst burst = runner->measure(test::contract_network(64), two);
    REQUIRE(burst.milliseconds.size() >= 40);
    REQUIRE(burst.throughput.value() > 0);
}

TEST_CASE("a library that is none, or an engine's setting that it does not know, is a failure with its reason",
          "[engine]") {
    if (!there({"hwnas-onnxruntime"})) return;
    const auto failure = [](const std::string& engine) -> std::string {
        const auto device = config(R"({"name": "d", "runner": "onnxruntime", "engine": )" + engine + "}");
        const auto runner = make_runner(device, program);
        try {
            static_cast<void>(runner->measure(test::contract_network(8), device.run));
        } catch (const RunError& error) {
            return error.what();
        }
        return "none";
    };
    REQUIRE_THAT(failure(R"({"library": "/no/such/libonnxruntime.so"})"),
                 Catch::Contains("can't be loaded") && Catch::Contains("scripts/get-onnxruntime.sh"));
    REQUIRE_THAT(failure(R"({"library": "libz.so.1"})"), Catch::Contains("is no ONNX Runtime"));
    if (there({"libonnxruntime"})) REQUIRE(failure(R"({"provider": "NoSuchProvider"})") != "none");
}
