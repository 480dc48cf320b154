#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.h"
#include "report/comparison.h"
#include "report/csv_text.h"
#include "report/figures.h"

namespace hwnas {
namespace {

constexpr std::size_t kListedSegments = 8;  // of one network on one table
constexpr std::size_t kLongestSegment = 110;

std::string header_of(const Comparison& comparison, const Comparison::Column& column) {
    if (column.key == "peak_activation_bytes") return "activation bytes";
    if (column.key == "onnx_bytes") return "ONNX bytes";
    if (column.key == "macs") return "MACs";
    if (column.key == "top1") return "top-1 %";
    auto label = figure_label(column.label_key());
    if (column.unit == column.key) return label;
    const bool of_batch = !column.device.empty() && comparison.batch > 1;
    return label + " (" + column.unit + (of_batch ? ", batch " + std::to_string(comparison.batch) : "") + ")";
}

/// How many of a table's rows the network lacks, for its cell.
std::string absent(const Comparison& comparison, const Comparison::Row& row, const Comparison::Column& column) {
    for (const auto& missing : comparison.missing)
        if (missing.network == row.name && missing.device == column.device)
            return std::to_string(missing.segments.size()) + " to profile";
    return column.key.starts_with("energy") ? "not measured" : "-";
}

std::vector<double> known(const Comparison& comparison, std::size_t column) {
    std::vector<double> values;
    for (const auto& row : comparison.rows)
        if (row.values[column]) values.push_back(*row.values[column]);
    return values;
}

Json number(double value, const std::string& unit) {
    return is_count(unit) ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

}  // namespace

std::string comparison_table(const Comparison& comparison) {
    std::vector<Column> columns{{"network"}};
    for (const auto& column : comparison.columns) columns.push_back({header_of(comparison, column), true});
    columns.push_back({"top-1 from"});
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : comparison.rows) {
        std::vector<std::string> cells{row.name};
        for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
            const auto& column = comparison.columns[i];
            cells.push_back(row.values[i] ? format_figure(*row.values[i], column.unit,
                                                          decimals_for(known(comparison, i), column.unit))
                                          : absent(comparison, row, column));
        }
        cells.push_back(row.top1_source);
        rows.push_back(std::move(cells));
    }
    return format_table(columns, rows, TableStyle::plain);
}

std::string missing_text(const Comparison& comparison) {
    std::string text;
    for (const auto& missing : comparison.missing) {
        text += missing.file + " (" + missing.device + ") lacks " + std::to_string(missing.segments.size()) +
                (missing.segments.size() == 1 ? " segment" : " segments") + " of " + missing.network + ":\n";
        for (std::size_t i = 0; i < std::min(kListedSegments, missing.segments.size()); ++i)
            text += "  " + shortened(missing.segments[i], kLongestSegment) + "\n";
        if (missing.segments.size() > kListedSegments)
            text += "  and " + std::to_string(missing.segments.size() - kListedSegments) + " more\n";
    }
    if (!text.empty())
        text +=
            "`hwnas profile DEVICE.json --space SPACE.json -o TABLE` measures what a space lacks; a network is a "
            "space of its own\nby {\"type\": \"widths\", \"network\": FILE}.\n";
    return text;
}

std::string comparison_csv(const Comparison& comparison) {
    std::string text = "network,id";
    for (const auto& column : comparison.columns) text += "," + csv_cell(with_unit(column.key, column.unit));
    text += ",top1_source\n";
    for (const auto& row : comparison.rows) {
        text += csv_cell(row.name) + "," + row.id;
        for (std::size_t i = 0; i < row.values.size(); ++i)
            text += "," + (row.values[i] ? number(*row.values[i], comparison.columns[i].unit).dump() : std::string());
        text += "," + csv_cell(row.top1_source) + "\n";
    }
    return text;
}

Json comparison_json(const Comparison& comparison) {
    Json columns = Json::array();
    for (const auto& column : comparison.columns) columns.push_back({{"name", column.key}, {"unit", column.unit}});
    Json networks = Json::array();
    for (const auto& row : comparison.rows) {
        Json json{{"name", row.name}, {"id", row.id}};
        for (std::size_t i = 0; i < row.values.size(); ++i)
            json[comparison.columns[i].key] =
                row.values[i] ? number(*row.values[i], comparison.columns[i].unit) : Json();
        json["top1_source"] = row.top1_source.empty() ? Json() : Json(row.top1_source);
        networks.push_back(std::move(json));
    }
    Json missing = Json::array();
    for (const auto& entry : comparison.missing)
        missing.push_back({{"network", entry.network},
                           {"device", entry.device},
                           {"table", entry.file},
                           {"segments", entry.segments}});
    return {{"columns", std::move(columns)}, {"networks", std::move(networks)}, {"missing", std::move(missing)}};
}

}  // namespace hwnas
