#include "devices/trainer_runner.h"

#include <cmath>

namespace hwnas {

TrainerRunner::TrainerRunner(std::vector<std::string> command, std::int64_t threads, double limit_seconds)
    : program_(command.empty() ? "" : command.front()),
      process_(computing_program(std::move(command), threads)),
      limit_seconds_(limit_seconds) {}

Json TrainerRunner::ask(Json question) {
    auto reply = process_.ask(std::move(question), std::chrono::duration<double>(limit_seconds_), {});
    if (reply.outcome != JsonProcess::Outcome::answer) throw RunError(reply.reason);
    return std::move(reply.answer);
}

std::vector<double> TrainerRunner::measure(const Graph& graph, const RunSettings& settings) {
    const Json answer = ask({{"task", "measure"},
                             {"graph", to_json(graph)},
                             {"batch", settings.batch},
                             {"threads", settings.threads},
                             {"data_type", settings.data_type},
                             {"warmup_runs", settings.warmup_runs},
                             {"least_runs", settings.least_runs},
                             {"least_milliseconds", settings.least_milliseconds}});
    const auto times = answer.find("milliseconds");
    std::vector<double> milliseconds;
    if (times != answer.end() && times->is_array())
        for (const auto& time : *times)
            if (time.is_number()) milliseconds.push_back(time.get<double>());
    if (milliseconds.empty() || milliseconds.size() != times->size()) {
        process_.end();
        throw RunError(program_ + " answered a measurement without \"milliseconds\", an array of numbers");
    }
    return milliseconds;
}

Json TrainerRunner::context() {
    Json answer = ask({{"task", "describe"}});
    const auto context = answer.find("context");
    if (context == answer.end() || !context->is_object()) {
        process_.end();
        throw RunError(program_ + " described itself without \"context\", an object");
    }
    return *context;
}

}  // namespace hwnas
