#include "report/trial_csv.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "report/csv_text.h"
#include "study/trial_numbers.h"

namespace hwnas {
namespace {

std::string text_of(const Json& json) {
    return json.is_string() ? json.get<std::string>() : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

/// The leaves of choices, by their path.
void flatten(const Json& json, const std::string& path, std::map<std::string, std::string>& cells) {
    if (!json.is_object()) {
        cells[path] = text_of(json);
        return;
    }
    for (const auto& [key, value] : json.items()) flatten(value, path + "." + key, cells);
}

/// Names in the order in which they are first met.
class Columns {
public:
    void add(const std::string& name) {
        if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

private:
    std::vector<std::string> names_;
};

/// What a figure's column is called in a study.
std::string column_of(const std::string& key, const std::vector<Objective>& objectives) {
    for (const auto& objective : objectives)
        if (objective.key == key) return with_unit(label_of(objective), objective.unit);
    return key;
}

void add_cell(std::string& line, const std::string& text) { line += "," + csv_cell(valid_utf8(text)); }

void add_cells(std::string& line, const Columns& columns, const std::map<std::string, std::string>& cells) {
    for (const auto& name : columns.names()) {
        const auto found = cells.find(name);
        add_cell(line, found == cells.end() ? "" : found->second);
    }
}

}  // namespace

std::string trials_csv(std::span<const StudyTable> studies) {
    Columns figures;
    Columns choices;
    for (const auto& [study, objectives] : studies)
        for (const auto& objective : objectives) figures.add(with_unit(label_of(objective), objective.unit));
    for (const auto& [study, objectives] : studies)
        for (const auto& trial : study.trials) {
            for (const auto& [key, value] : trial.values) figures.add(column_of(key, objectives));
            std::map<std::string, std::string> cells;
            flatten(trial.choices, "choices", cells);
            for (const auto& [name, cell] : cells) choices.add(name);
        }

    std::string text = "study,number,state,id";
    for (const auto* columns : {&figures, &choices})
        for (const auto& name : columns->names()) add_cell(text, name);
    text += ",repeat,seed,budget,parent,duplicate_of,told,weights,host,started,finished,cpu_seconds,error\n";
    for (const auto& [study, objectives] : studies)
        for (const auto& trial : study.trials) {
            std::string line = csv_cell(valid_utf8(study.info.name));
            add_cell(line, std::to_string(trial.number));
            add_cell(line, to_string(trial.state));
            add_cell(line, trial.architecture.id);
            std::map<std::string, std::string> cells;
            for (const auto& [key, value] : trial.values)
                cells[column_of(key, objectives)] = text_of(figure_to_json(value));
            add_cells(line, figures, cells);
            cells.clear();
            flatten(trial.choices, "choices", cells);
            add_cells(line, choices, cells);
            add_cell(line, std::to_string(trial.repeat));
            add_cell(line, std::to_string(trial.seed));
            add_cell(line, text_of(trial.budget));
            add_cell(line, text_of(trial.parent));
            add_cell(line, text_of(trial.duplicate_of));
            add_cell(line, text_of(trial.told));
            add_cell(line, trial.weights);
            add_cell(line, trial.host);
            add_cell(line, text_of(Json(trial.started)));
            add_cell(line, text_of(Json(trial.finished)));
            add_cell(line, text_of(Json(trial.cpu_seconds)));
            add_cell(line, trial.error);
            text += line + "\n";
        }
    return text;
}

}  // namespace hwnas
