#include <filesystem>

#include "predictors/command_evaluator.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

std::string argument(const std::string& text, const fs::path& folder) {
    std::error_code ignored;
    const fs::path path = folder / text;
    if (text.find('/') == std::string::npos || !fs::exists(path, ignored)) return text;
    return fs::absolute(path).lexically_normal().string();
}

// No system call takes one.
bool has_zero(const std::string& text) { return text.find('\0') != std::string::npos; }

std::vector<std::string> read_command(const JsonValue& value, const fs::path& folder) {
    std::vector<std::string> command;
    for (const auto& item : value.items(1)) {
        const std::string text = item.text();
        if (has_zero(text)) item.problem("an argument without a zero byte");
        command.push_back(argument(text, folder));
        if (command.size() == 1 && item.is_string() && text.empty()) item.problem("the name of a program");
    }
    return command;
}

std::map<std::string, std::string> read_metrics(const JsonValue& value) {
    JsonObject object(value);
    std::map<std::string, std::string> metrics;
    for (const auto& key : object.keys()) {
        const auto item = object.required(key);
        metrics[key] = item.text();
        if (key.empty()) item.problem("a metric with a name");
        if (item.is_string() && metrics[key].empty()) item.problem("a unit", "write \"1\" for a number without one");
    }
    if (value.is_object() && metrics.empty())
        value.problem("at least one metric", "such as {\"top1\": \"%\"}, a unit by each key that the program answers");
    return metrics;
}

}  // namespace

CommandEvaluator::Options CommandEvaluator::Options::read(JsonObject& object, const fs::path& folder) {
    Options options;
    options.command = read_command(object.required("command"), folder);
    options.metrics = read_metrics(object.required("metrics"));
    if (const auto budget = object.optional("budget")) {
        if (budget->is_object())
            options.budget = budget->json();
        else
            budget->problem("an object, handed to the program as it is");
    }
    options.limit_seconds = object.number("time_limit_s", 0, {0, 1e9});
    options.limit_mebibytes = object.integer("memory_limit_mib", 0, {0, 1 << 24});
    options.batch = object.integer("batch", 1, {1, 1024});
    return options;
}

}  // namespace hwnas
