#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "core/json_service.h"
#include "runners/onnxruntime/burst.h"
#include "runners/onnxruntime/session.h"

namespace hwnas::ort {
namespace {

/// Answers `describe` and `measure` of the runners' protocol (docs/protocols.md).
class Service {
public:
    explicit Service(const Api& api) : api_(api), environment_(api) {}

    Json perform(JsonDocument& document) {
        JsonObject request{JsonValue(document)};
        (void)request.optional("id");
        const std::string task = request.required("task").one_of({"describe", "measure"});
        document.throw_problems();
        return task == "describe" ? describe() : measure(request, document);
    }

private:
    Json describe() {
        return {{"context",
                 {{"engine", "ONNX Runtime"},
                  {"version", api_.version()},
                  {"library", api_.path()},
                  {"providers", api_.providers()}}}};
    }

    Json measure(JsonObject& request, JsonDocument& document) {
        const std::string path = request.required("model").text();
        std::vector<std::int64_t> shape{request.integer("batch", 1, {1, 65536})};
        for (const auto& extent : request.required("input").items()) shape.push_back(extent.integer({1, 1e9}));
        const std::string data_type =
            request.one_of("data_type", {"float32", "float16", "bfloat16", "int8"}, "float32");
        const auto streams = static_cast<std::size_t>(request.integer("streams", 1, {1, 1024}));
        BurstSettings burst;
        burst.warmup_runs = request.integer("warmup_runs", burst.warmup_runs, {0, 1e6});
        burst.least_runs = request.integer("least_runs", burst.least_runs, {1, 1e6});
        burst.least_milliseconds = request.number("least_milliseconds", burst.least_milliseconds, {0, 1e7});
        OnnxRuntimeSettings settings;
        if (const auto engine = request.optional("engine")) settings = OnnxRuntimeSettings::read(*engine);
        const std::int64_t threads = request.integer("threads", 1, {1, 1024});
        document.throw_problems();

        const std::string model = read_file(path);
        std::vector<std::unique_ptr<Session>> sessions;
        std::vector<std::function<void()>> runs;
        for (std::size_t i = 0; i < streams; ++i) {
            sessions.push_back(std::make_unique<Session>(environment_, model, settings, threads, shape, data_type));
            runs.emplace_back([session = sessions.back().get()] { session->run(); });
        }
        const auto times = timed_burst(runs, burst);
        return {{"milliseconds", times.milliseconds},
                {"throughput", times.runs_per_second * static_cast<double>(shape.front())}};
    }

    const Api& api_;
    Environment environment_;
};

/// What every request is answered with where there is no engine.
std::string refusal(const std::string& line, const std::string& reason) {
    return json_answer(line, [&reason](JsonDocument&) -> Json { throw RunError(reason); });
}

}  // namespace
}  // namespace hwnas::ort

/// Measures networks on ONNX Runtime: `hwnas-onnxruntime LIBRARY`, requests on standard
/// input, answers on standard output, one JSON object a line. Ends with its input.
int main(int count, char** arguments) {
    std::ios::sync_with_stdio(false);
    std::unique_ptr<hwnas::ort::Api> api;
    std::unique_ptr<hwnas::ort::Service> service;
    std::string failure = "usage: hwnas-onnxruntime LIBRARY";
    if (count == 2) {
        try {
            api = std::make_unique<hwnas::ort::Api>(arguments[1]);
            service = std::make_unique<hwnas::ort::Service>(*api);
        } catch (const std::exception& error) {
            failure = error.what();
        }
    }
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.empty()) continue;
        std::cout << (service ? hwnas::json_answer(
                                    line, [&](hwnas::JsonDocument& document) { return service->perform(document); })
                              : hwnas::ort::refusal(line, failure))
                  << '\n'
                  << std::flush;
    }
    return 0;
}
