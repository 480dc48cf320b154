#include "report/comparison.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/error.h"
#include "report/segment_costs.h"

namespace hwnas {
namespace {

void check_tables(const std::vector<ComparedTable>& tables) {
    std::vector<Problem> problems;
    for (std::size_t i = 1; i < tables.size(); ++i) {
        const auto& first = tables.front();
        const auto& [file, table] = tables[i];
        const auto setting = [](const CostTable& t) { return "batch " + std::to_string(t.batch) + ", " + t.data_type; };
        if (table.batch != first.table.batch || table.data_type != first.table.data_type)
            problems.push_back({file, setting(first.table) + ", as in " + first.file, setting(table),
                                "compare tables of one batch and data type, or run compare once for each"});
        for (std::size_t j = 0; j < i; ++j)
            if (tables[j].table.device == table.device)
                problems.push_back({file, "one table a device",
                                    "a second one of \"" + table.device + "\" beside " + tables[j].file,
                                    "run compare once for each"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

bool knows_energy(const CostTable& table) {
    return std::any_of(table.rows.begin(), table.rows.end(), [](const auto& row) { return row.second.energy_mj; });
}

std::vector<Comparison::Column> columns_for(const std::vector<ComparedTable>& tables) {
    std::vector<Comparison::Column> columns{
        {"parameters", "parameters"}, {"macs", "MACs"}, {"peak_activation_bytes", "bytes"}, {"onnx_bytes", "bytes"}};
    for (const auto& [file, table] : tables) {
        const std::string device = tables.size() > 1 ? "@" + table.device : "";
        columns.push_back({"latency" + device, "ms", table.device});
        if (knows_energy(table)) columns.push_back({"energy" + device, "mJ", table.device});
    }
    columns.push_back({"top1", "%"});
    return columns;
}

void add_missing(Comparison& comparison, const std::string& network, const ComparedTable& table,
                 const SegmentCosts& costs) {
    const auto missing = costs.missing();
    if (missing.empty()) return;
    Comparison::Missing entry{network, table.table.device, table.file, {}};
    for (const auto* segment : missing) {
        std::string text =
            segment->key.empty() ? segment->name + " (several tensors enter or leave: no table has it)" : segment->key;
        // A segment that stands several times is profiled once.
        if (std::find(entry.segments.begin(), entry.segments.end(), text) == entry.segments.end())
            entry.segments.push_back(std::move(text));
    }
    comparison.missing.push_back(std::move(entry));
}

}  // namespace

std::string Comparison::Column::label_key() const {
    return device.empty() ? key : key.substr(0, key.find('@')) + "@" + device;
}

std::size_t Comparison::column(const std::string& key) const {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].key == key) return i;
        keys.push_back(columns[i].key);
    }
    std::string list = "name";
    for (const auto& known : keys) list += ", " + known;
    const auto near = nearest_word(key, keys);
    throw InputError({"--sort", "a column: " + list, "\"" + key + "\"", near ? "did you mean \"" + *near + "\"?" : ""});
}

Comparison compare(const std::vector<ComparedNetwork>& networks, const std::vector<ComparedTable>& tables) {
    check_tables(tables);
    Comparison comparison;
    comparison.columns = columns_for(tables);
    if (!tables.empty()) comparison.batch = tables.front().table.batch;
    for (const auto& network : networks) {
        const auto counts = count(network.graph);
        Comparison::Row row{network.name, graph_id(network.graph), {}, {}};
        for (const auto value : {counts.parameters, counts.macs, counts.peak_activation_bytes, network.onnx_bytes})
            row.values.emplace_back(static_cast<double>(value));
        for (const auto& table : tables) {
            const auto costs = segment_costs(network.graph, table.table);
            row.values.push_back(costs.latency());
            if (knows_energy(table.table)) row.values.push_back(costs.energy());
            add_missing(comparison, network.name, table, costs);
        }
        row.values.push_back(network.top1 ? std::optional(network.top1->percent) : std::nullopt);
        if (network.top1) row.top1_source = network.top1->source;
        comparison.rows.push_back(std::move(row));
    }
    return comparison;
}

void sort_rows(Comparison& comparison, const std::string& key) {
    if (key == "name") {
        std::stable_sort(comparison.rows.begin(), comparison.rows.end(),
                         [](const auto& a, const auto& b) { return a.name < b.name; });
        return;
    }
    const auto column = comparison.column(key);
    const bool most_first = comparison.columns[column].unit == "%";
    std::stable_sort(comparison.rows.begin(), comparison.rows.end(), [&](const auto& a, const auto& b) {
        const auto& x = a.values[column];
        const auto& y = b.values[column];
        if (!x || !y) return x.has_value() && !y.has_value();
        return most_first ? *x > *y : *x < *y;
    });
}

}  // namespace hwnas
