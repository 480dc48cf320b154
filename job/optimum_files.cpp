#include "job/optimum_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "report/csv_text.h"
#include "report/figures.h"

namespace hwnas {
namespace {

/// To the last bit.
std::string whole(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

struct AskedFigure {
    std::string key;
    std::string unit;
};

/// Objectives and what is limited, each once.
std::vector<AskedFigure> asked_figures(const Optimum& optimum) {
    std::vector<AskedFigure> asked;
    const auto add = [&](const std::string& key, const std::string& unit) {
        if (std::none_of(asked.begin(), asked.end(), [&](const auto& other) { return other.key == key; }))
            asked.push_back({key, unit});
    };
    for (const auto& objective : optimum.objectives) add(objective.key, objective.unit);
    for (const auto& limit : optimum.limits) add(limit.key, limit.unit);
    return asked;
}

std::string effort_text(const Optimum& optimum) {
    return "(" + format_figure(optimum.seconds, "s", 1) + " s, " +
           format_count(static_cast<std::int64_t>(optimum.looked_at)) +
           (optimum.enumerated ? " networks, all there are)" : " parts of networks looked at)");
}

/// "within 0.1 %"
std::string within_text(const Optimum& optimum) {
    return "to within " + number_text(optimum.within) + " " + optimum.objectives[0].unit + " of " +
           optimum.objectives[0].key;
}

std::string conditions_text(const Optimum& optimum) {
    std::string text;
    for (const auto& limit : optimum.limits) {
        if (limit.most)
            text += (text.empty() ? "" : ", ") + limit.key + " <= " + number_text(*limit.most) + " " + limit.unit;
        if (limit.least)
            text += (text.empty() ? "" : ", ") + limit.key + " >= " + number_text(*limit.least) + " " + limit.unit;
    }
    return text.empty() ? "" : " with " + text;
}

std::string best_text(const Optimum& optimum) {
    const auto& objective = optimum.objectives[0];
    const std::string unit = " " + objective.unit;
    std::string text = "the best " + objective.key + conditions_text(optimum) + ": ";
    if (optimum.networks.empty()) return text + "none found, nothing proved";
    const double best = optimum.networks[0].figures.at(objective.key);
    text += number_text(best) + unit;
    if (optimum.complete && optimum.within == 0) return text + ", proved";
    if (!optimum.bound || std::isinf(*optimum.bound)) return text + " found, nothing proved";
    const double gap = std::abs(*optimum.bound - best);
    return text + (optimum.complete ? ", proved " + within_text(optimum) : std::string(" found, ended early")) +
           ": none has more than " + number_text(gap) + unit + " over it";
}

std::string front_text(const Optimum& optimum) {
    std::string text = "the front" + conditions_text(optimum) + ": " +
                       format_count(static_cast<std::int64_t>(optimum.networks.size())) + " networks, ";
    if (!optimum.complete)
        text += "ended early: there may be others";
    else
        text += optimum.within == 0 ? "proved to be all" : "proved " + within_text(optimum);
    if (!optimum.hypervolume) return text;
    text += "\nhypervolume " + whole(*optimum.hypervolume);
    if (*optimum.hypervolume_bound <= *optimum.hypervolume) return text + ", which is the greatest there is";
    if (std::isinf(*optimum.hypervolume_bound)) return text + ", nothing is proved of it";
    return text + ", and none has more than " + whole(*optimum.hypervolume_bound) +
           ": the share of it that is proved is " + number_text(*optimum.hypervolume / *optimum.hypervolume_bound);
}

std::string networks_table(const Optimum& optimum) {
    std::vector<Column> columns{{"network"}};
    const auto asked = asked_figures(optimum);
    for (const auto& figure : asked) columns.push_back({with_unit(figure.key, figure.unit), true});
    std::vector<std::vector<std::string>> rows;
    for (const auto& network : optimum.networks) {
        rows.push_back({network.id});
        for (const auto& figure : asked)
            rows.back().push_back(is_count(figure.unit) ? format_figure(network.figures.at(figure.key), figure.unit, 0)
                                                        : number_text(network.figures.at(figure.key)));
    }
    return format_table(columns, rows, TableStyle::plain);
}

/// Infinite figures are nothing in JSON.
Json finite_or_null(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? Json(*value) : Json();
}

}  // namespace

std::string optimum_text(const Optimum& optimum) {
    std::string text = (optimum.front ? front_text(optimum) : best_text(optimum)) + " " + effort_text(optimum) + "\n";
    if (optimum.networks.empty()) return text;
    text += "\n" + networks_table(optimum);
    if (!optimum.front) text += "\n" + optimum.networks[0].choices.dump() + "\n";
    return text;
}

std::string optimum_csv(const Optimum& optimum) {
    const auto asked = asked_figures(optimum);
    std::string text = "id";
    for (const auto& figure : asked) text += "," + csv_cell(with_unit(figure.key, figure.unit));
    text += ",architecture\n";
    for (const auto& network : optimum.networks) {
        text += network.id;
        for (const auto& figure : asked) text += "," + whole(network.figures.at(figure.key));
        text += "," + csv_cell(network.choices.dump()) + "\n";
    }
    return text;
}

Json optimum_json(const Optimum& optimum) {
    Json objectives = Json::array();
    for (const auto& objective : optimum.objectives)
        objectives.push_back(
            {{"name", objective.key}, {"unit", objective.unit}, {"direction", to_string(objective.direction)}});
    Json limits = Json::array();
    for (const auto& limit : optimum.limits)
        limits.push_back({{"name", limit.key},
                          {"unit", limit.unit},
                          {"at_least", finite_or_null(limit.least)},
                          {"at_most", finite_or_null(limit.most)}});
    Json networks = Json::array();
    for (const auto& network : optimum.networks)
        networks.push_back({{"id", network.id}, {"architecture", network.choices}, {"figures", network.figures}});
    Json json{{"job", optimum.job},
              {"objectives", objectives},
              {"limits", limits},
              {"networks", networks},
              {"complete", optimum.complete},
              {"within", optimum.within},
              {"enumerated", optimum.enumerated},
              {"looked_at", optimum.looked_at},
              {"seconds", optimum.seconds}};
    if (!optimum.front) json["bound"] = finite_or_null(optimum.bound);
    if (optimum.hypervolume) {
        json["hypervolume"] = *optimum.hypervolume;
        json["hypervolume_bound"] = finite_or_null(optimum.hypervolume_bound);
    }
    return json;
}

}  // namespace hwnas
