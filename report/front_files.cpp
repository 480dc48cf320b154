#include "report/front_files.h"

#include <algorithm>
#include <cmath>

#include "report/csv_text.h"

namespace hwnas {
namespace {

const char* truth(bool value) { return value ? "true" : "false"; }

/// A count as an integer, any other figure as it is.
Json number(double value, bool count) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (count && std::abs(value) <= kExact && value == std::floor(value)) return static_cast<std::int64_t>(value);
    return value;
}

Json entry_json(const Front& front, std::size_t index) {
    const auto& entry = front.networks[index];
    Json objectives = Json::object();
    for (std::size_t i = 0; i < front.objectives.size(); ++i)
        objectives[front.objectives[i].key] = number(front.value(index, i), is_count(front.objectives[i].unit));
    Json json{{"id", entry.id},
              {"architecture", entry.choices},
              {"objectives", std::move(objectives)},
              {"trial", entry.trials.front()},
              {"trials", entry.trials},
              {"reference", entry.reference},
              {"figures", entry.values}};
    for (const char* key : {"parameters", "macs"})
        if (const auto found = entry.values.find(key); found != entry.values.end())
            json[key] = number(found->second, true);
    if (!entry.weights.empty()) {
        json["weights"] = entry.weights;
        json["weights_from"] = entry.weights_from;
    }
    if (!entry.onnx.empty()) json["onnx"] = entry.onnx;
    return json;
}

std::string note_of(const Front& front, const FrontEntry& entry) {
    std::string note;
    const auto add = [&note](const std::string& part) { note += (note.empty() ? "" : ", ") + part; };
    if (entry.reference) add(entry.reference_name + " (reference)");
    if (!entry.within_limits)
        add("beyond the limits");
    else if (!entry.on_front)
        add("dominated");
    if (entry.trials.size() > 1) add("mean of " + std::to_string(entry.trials.size()));
    if (knee(front) == static_cast<std::size_t>(&entry - front.networks.data())) add("knee");
    return note;
}

struct Figure {
    std::string key;
    std::string unit;
    std::string label;
};

/// What a training of its own says of networks of the front, where one of those shown had it.
std::vector<Figure> full_training_figures(const Front& front, const std::vector<std::size_t>& shown) {
    std::vector<Figure> figures;
    for (const auto& figure : {Figure{"full_top1", "%", "full top1"}, Figure{"test_top1", "%", "test top1"}})
        if (std::any_of(shown.begin(), shown.end(),
                        [&](std::size_t index) { return front.networks[index].values.contains(figure.key); }))
            figures.push_back(figure);
    return figures;
}

/// The objectives, what a full training came to, and then the counts that tell a network's size.
std::vector<Figure> figures_of(const Front& front, const std::vector<std::size_t>& shown) {
    std::vector<Figure> figures;
    for (const auto& objective : front.objectives)
        figures.push_back({objective.key, objective.unit, label_of(objective)});
    for (auto& figure : full_training_figures(front, shown)) figures.push_back(std::move(figure));
    for (const auto& [key, unit, label] :
         {Figure{"parameters", "parameters", "parameters"}, Figure{"macs", "MACs", "macs"}}) {
        bool wanted = true;
        for (const auto& figure : figures) wanted = wanted && figure.key != key;
        for (const auto index : shown) wanted = wanted && front.networks[index].values.contains(key);
        if (wanted) figures.push_back({key, unit, label});
    }
    return figures;
}

std::string nothing_text(const Front& front) {
    std::string text = "The front is empty: ";
    if (!front.networks.empty())
        return text + "none of the " + std::to_string(front.networks.size()) + " networks is within the limits.\n";
    text += "no trial is complete";
    if (front.unusable_trials > 0)
        text += " with a figure for every objective (" + std::to_string(front.unusable_trials) + " lack one)";
    return text + ".\n";
}

}  // namespace

Json front_json(const Front& front) {
    Json objectives = Json::array();
    for (const auto& objective : front.objectives) {
        objectives.push_back(
            {{"name", objective.key}, {"unit", objective.unit}, {"direction", to_string(objective.direction)}});
        if (objective.modelled) objectives.back()["modelled"] = true;
    }
    Json entries = Json::array();
    for (const auto index : front.entries) entries.push_back(entry_json(front, index));
    Json reference = nullptr;
    if (front.reference) {
        reference = entry_json(front, *front.reference);
        reference["on_front"] = front.networks[*front.reference].on_front;
    }
    return {{"objectives", objectives}, {"front", entries}, {"reference", reference}};
}

std::string front_csv(const Front& front) {
    std::string text = "id,trial,repeats,on_front,reference";
    for (const auto& objective : front.objectives)
        text += "," + csv_cell(with_unit(label_of(objective), objective.unit));
    const auto trained = full_training_figures(front, front.shown());
    for (const auto& figure : trained) text += "," + csv_cell(with_unit(figure.key, figure.unit));
    text += ",weights,onnx,architecture\n";
    for (const auto index : front.shown()) {
        const auto& entry = front.networks[index];
        text += csv_cell(entry.id) + "," + std::to_string(entry.trials.front()) + "," +
                std::to_string(entry.trials.size()) + "," + truth(entry.on_front) + "," + truth(entry.reference);
        for (std::size_t i = 0; i < front.objectives.size(); ++i)
            text += "," + number(front.value(index, i), is_count(front.objectives[i].unit)).dump();
        for (const auto& figure : trained) {
            const auto found = entry.values.find(figure.key);
            text += "," + (found == entry.values.end() ? "" : number(found->second, false).dump());
        }
        text += "," + entry.weights + "," + csv_cell(entry.onnx) + "," + csv_cell(entry.choices.dump()) + "\n";
    }
    return text;
}

std::string front_table(const Front& front, TableStyle style) {
    const auto shown = front.shown();
    std::string text = front.entries.empty() ? nothing_text(front) : "";
    if (shown.empty()) return text;
    if (!text.empty()) text += "\n";

    const auto figures = figures_of(front, shown);
    std::vector<Column> columns{{"network", false}, {"trial", true}};
    std::vector<std::vector<std::string>> rows;
    bool noted = false;
    for (const auto index : shown) {
        const auto& entry = front.networks[index];
        rows.push_back({entry.id, std::to_string(entry.trials.front())});
    }
    for (const auto& [key, unit, label] : figures) {
        columns.push_back({with_unit(label, unit), true});
        std::vector<double> values;
        for (const auto index : shown)
            if (const auto found = front.networks[index].values.find(key); found != front.networks[index].values.end())
                values.push_back(found->second);
        const int decimals = decimals_for(values, unit);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto found = front.networks[shown[i]].values.find(key);
            const bool there = found != front.networks[shown[i]].values.end();  // a full training may have failed
            rows[i].push_back(there ? format_figure(found->second, unit, decimals) : "");
        }
    }
    columns.push_back({"note", false});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].push_back(note_of(front, front.networks[shown[i]]));
        noted = noted || !rows[i].back().empty();
    }
    if (!noted) {
        columns.pop_back();
        for (auto& row : rows) row.pop_back();
    }
    return text + format_table(columns, rows, style);
}

}  // namespace hwnas
