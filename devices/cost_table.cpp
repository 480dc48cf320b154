#include "devices/cost_table.h"

#include <cmath>

#include "core/files.h"

namespace hwnas {
namespace {

constexpr std::int64_t schema_version = 1;
const Range positive{std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()};
const Range not_negative{0, std::numeric_limits<double>::max()};

Json to_json(const std::string& key, const CostRow& row) {
    Json json = {{"segment", key},
                 {"latency_ms", row.latency_ms},
                 {"latency_median_ms", row.latency_median_ms},
                 {"spread_percent", row.spread_percent},
                 {"round_gap_percent", row.round_gap_percent},
                 {"rounds", row.rounds},
                 {"runs", row.runs},
                 {"noisy", row.noisy}};
    if (row.energy_mj) json["energy_mj"] = *row.energy_mj;
    return json;
}

double number(JsonObject& object, const std::string& key, const Range& range) {
    return object.required(key).number(range);
}

void read_row(const JsonValue& value, CostTable& table) {
    JsonObject object(value);
    const JsonValue segment = object.required("segment");
    const std::string key = segment.text();
    CostRow row;
    row.latency_ms = number(object, "latency_ms", positive);
    row.latency_median_ms = number(object, "latency_median_ms", positive);
    row.spread_percent = number(object, "spread_percent", not_negative);
    row.round_gap_percent = number(object, "round_gap_percent", not_negative);
    row.rounds = object.required("rounds").integer({1, 1e9});
    row.runs = object.required("runs").integer({1, 1e15});
    row.noisy = object.required("noisy").boolean();
    if (const auto energy = object.optional("energy_mj")) row.energy_mj = energy->number(positive);
    if (segment.is_string() && key.empty()) segment.problem("a segment's canonical text");
    if (segment.is_string() && !table.rows.emplace(key, row).second)
        segment.problem("each segment once", "remove one of its rows");
}

}  // namespace

CostTable CostTable::load(const std::filesystem::path& path) {
    JsonDocument document = JsonDocument::load(path);
    const Json& root = document.root();
    // Of a table of another make no other complaint would mean anything.
    if (root.is_object() && root.contains("schema_version") && root["schema_version"] != schema_version)
        throw InputError({document.place("/schema_version"), std::to_string(schema_version),
                          root["schema_version"].dump(),
                          "this table was made by another version of hwnas; profile the device again"});
    CostTable table;
    {
        JsonObject object{JsonValue(document)};
        static_cast<void>(object.required("schema_version").integer({schema_version, schema_version}));
        table.device = object.required("device").text();
        table.batch = object.required("batch").integer({1, 1e9});
        table.threads = object.required("threads").integer({1, 1e9});
        table.data_type = object.required("data_type").text();
        const JsonValue context = object.required("context");
        if (context.present() && !context.is_object()) context.problem("an object");
        table.context = context.is_object() ? context.json() : Json::object();
        for (const JsonValue& row : object.required("rows").items()) read_row(row, table);
    }
    document.throw_problems();
    return table;
}

void CostTable::save(const std::filesystem::path& path) const {
    const Json head = {{"schema_version", schema_version}, {"device", device},  {"batch", batch}, {"threads", threads},
                       {"data_type", data_type},           {"context", context}};
    // One row a line, so that two tables can be compared line by line.
    std::string text = head.dump(4);
    text.resize(text.rfind("\n}"));
    text += ",\n    \"rows\": [";
    const char* separator = "\n";
    for (const auto& [key, row] : rows) {
        text += separator + ("        " + to_json(key, row).dump());
        separator = ",\n";
    }
    text += rows.empty() ? "]\n}\n" : "\n    ]\n}\n";
    write_file_durably(path, text);
}

bool CostTable::has_energy() const {
    if (rows.empty()) return false;
    for (const auto& [key, row] : rows)
        if (!row.energy_mj) return false;
    return true;
}

}  // namespace hwnas
