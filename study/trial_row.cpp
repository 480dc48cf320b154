#include "study/trial_row.h"

#include "study/trial_numbers.h"

namespace hwnas {
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
