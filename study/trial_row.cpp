#include "study/trial_row.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hwnas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// JSON has no words for infinity and NaN; an evaluator may well give them.
Json figure_to_json(double value) {
    if (std::isfinite(value)) return value;
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

double figure_from_json(const Json& value) {
    if (value.is_number()) return value.get<double>();
    const auto text = value.get<std::string>();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return kInfinity;
    if (text == "-Infinity") return -kInfinity;
    throw std::invalid_argument("\"" + text + "\" is no number");
}

std::uint64_t seed_from_text(const std::string& text) {
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size())
        throw std::invalid_argument("\"" + text + "\" is no seed");
    return seed;
}

}  // namespace

const char* const kTrialColumns =
    "number, architecture, encoding, choices, repeat, seed, budget, parent, state, \"values\", error, duplicate_of, "
    "told, "
    "weights, notes, details, host, started, finished, cpu_seconds";

std::string to_column(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void bind_trial(sqlite::Statement& statement, const Trial& trial) {
    Json values = Json::object();
    for (const auto& [key, value] : trial.values) values[key] = figure_to_json(value);
    statement.bind(trial.number)
        .bind(trial.architecture.id)
        .bind(trial.architecture.encoding)
        .bind(to_column(trial.choices))
        .bind(trial.repeat)
        .bind(std::to_string(trial.seed))
        .bind(to_column(trial.budget))
        .bind(trial.parent)
        .bind(to_string(trial.state))
        .bind(to_column(values))
        .bind(trial.error)
        .bind(trial.duplicate_of)
        .bind(trial.told)
        .bind(trial.weights)
        .bind(to_column(trial.notes))
        .bind(to_column(trial.details))
        .bind(trial.host)
        .bind(trial.started)
        .bind(trial.finished)
        .bind(trial.cpu_seconds);
}

Trial read_trial(sqlite::Statement& row) {
    Trial trial;
    trial.number = row.integer();
    trial.architecture.id = row.text();
    trial.architecture.encoding = row.bytes();
    trial.choices = Json::parse(row.text());
    trial.repeat = row.integer();
    trial.seed = seed_from_text(row.text());
    trial.budget = Json::parse(row.text());
    trial.parent = row.optional_integer();
    trial.state = trial_state_from(row.text());
    const auto values = Json::parse(row.text());
    for (const auto& [key, value] : values.items()) trial.values[key] = figure_from_json(value);
    trial.error = row.text();
    trial.duplicate_of = row.optional_integer();
    trial.told = row.optional_integer();
    trial.weights = row.text();
    trial.notes = Json::parse(row.text());
    trial.details = Json::parse(row.text());
    trial.host = row.text();
    trial.started = row.number();
    trial.finished = row.number();
    trial.cpu_seconds = row.number();
    return trial;
}

}  // namespace hwnas
