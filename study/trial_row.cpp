#include "study/trial_row.h"

#include "study/trial_numbers.h"

namespace hwnas {
namespace {

void read_rest(Trial& trial, sql::Row& row) {
    trial.architecture.id = row.text();
    trial.architecture.encoding = row.bytes();
    trial.choices = Json::parse(row.text());
    trial.repeat = row.integer();
    trial.seed = seed_from_text(row.text());
    trial.budget = Json::parse(row.text());
    trial.parent = sql::optional_integer(row);
    trial.state = trial_state_from(row.text());
    const auto values = Json::parse(row.text());
    for (const auto& [key, value] : values.items()) trial.values[key] = figure_from_json(value);
    trial.error = row.text();
    trial.duplicate_of = sql::optional_integer(row);
    trial.told = sql::optional_integer(row);
    trial.weights = row.text();
    trial.notes = Json::parse(row.text());
    trial.details = Json::parse(row.text());
    trial.host = row.text();
    trial.started = row.number();
    trial.finished = row.number();
    trial.cpu_seconds = row.number();
}

/// `INSERT INTO trials (number, ..., study) VALUES ($1, ...)`, in place of a row of that number.
std::string insertion() {
    const std::string columns = kTrialColumns + std::string(", study");
    std::string marks = "$1";
    std::string renewed;
    std::size_t count = 1;
    for (std::size_t at = 0; at < columns.size();) {
        const auto end = std::min(columns.find(", ", at), columns.size());
        const auto column = columns.substr(at, end - at);
        renewed += (renewed.empty() ? "" : ", ") + column + " = excluded." + column;
        if (count > 1) marks += ", $" + std::to_string(count);
        ++count;
        at = end + 2;
    }
    return "INSERT INTO trials (" + columns + ") VALUES (" + marks + ") ON CONFLICT (study, number) DO UPDATE SET " +
           renewed;
}

}  // namespace

const char* const kTrialColumns =
    "number, architecture, encoding, choices, repeat, seed, budget, parent, state, \"values\", error, duplicate_of, "
    "told, weights, notes, details, host, started, finished, cpu_seconds";

std::string to_column(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<sql::Value> trial_values(const Trial& trial) {
    Json figures = Json::object();
    for (const auto& [key, value] : trial.values) figures[key] = figure_to_json(value);
    return {trial.number,
            trial.architecture.id,
            trial.architecture.encoding,
            to_column(trial.choices),
            trial.repeat,
            std::to_string(trial.seed),
            to_column(trial.budget),
            sql::optional_value(trial.parent),
            to_string(trial.state),
            to_column(figures),
            trial.error,
            sql::optional_value(trial.duplicate_of),
            sql::optional_value(trial.told),
            trial.weights,
            to_column(trial.notes),
            to_column(trial.details),
            trial.host,
            trial.started,
            trial.finished,
            trial.cpu_seconds};
}

Trial read_trial(sql::Row& row) {
    Trial trial;
    trial.number = row.integer();
    try {
        read_rest(trial, row);
    } catch (const std::exception& error) {
        throw RunError("trial " + std::to_string(trial.number) + " cannot be read (" + error.what() + ")");
    }
    return trial;
}

void put_trials(sql::Session& session, std::int64_t study, std::span<const Trial> trials) {
    static const std::string statement = insertion();
    for (const auto& trial : trials) {
        auto values = trial_values(trial);
        values.emplace_back(study);
        session.run(statement, values, {});
    }
}

}  // namespace hwnas
