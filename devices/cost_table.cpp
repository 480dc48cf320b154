#include "devices/cost_table.h"

#include <algorithm>

#include "core/files.h"

namespace hwnas {
namespace {

constexpr std::int64_t schema_version = 2;
const Range above_zero{std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()};
const Range not_negative{0, std::numeric_limits<double>::max()};

const std::vector<std::string>& origin_names() {
    static const std::vector<std::string> names{"measured", "modelled", "interpolated", "transferred"};
    return names;
}

Json to_json(const std::string& key, const CostRow& row) {
    Json json = {{"segment", key}};
    if (row.origin != RowOrigin::measured) json["origin"] = to_string(row.origin);
    if (!row.unsupported.empty()) {
        json["unsupported"] = row.unsupported;
        return json;
    }
    json["latency_ms"] = row.latency_ms;
    const auto number = [&json](const char* name, double value) {
        if (value != 0) json[name] = value;
    };
    number("latency_median_ms", row.latency_median_ms);
    number("lower_quartile_ms", row.lower_quartile_ms);
    number("upper_quartile_ms", row.upper_quartile_ms);
    number("round_gap_percent", row.round_gap_percent);
    if (!row.rounds_ms.empty()) json["rounds_ms"] = row.rounds_ms;
    if (row.runs > 0) json["runs"] = row.runs;
    if (row.noisy) json["noisy"] = true;
    if (row.throughput) json["throughput_per_s"] = *row.throughput;
    if (row.energy_mj) json["energy_mj"] = *row.energy_mj;
    if (row.idle_mj) json["idle_mj"] = *row.idle_mj;
    if (!row.details.is_null()) json["details"] = row.details;
    return json;
}

CostRow read_figures(JsonObject& object) {
    CostRow row;
    row.latency_ms = object.required("latency_ms").number(above_zero);
    row.latency_median_ms = object.number("latency_median_ms", 0, not_negative);
    row.lower_quartile_ms = object.number("lower_quartile_ms", 0, not_negative);
    row.upper_quartile_ms = object.number("upper_quartile_ms", 0, not_negative);
    row.round_gap_percent = object.number("round_gap_percent", 0, not_negative);
    if (const auto rounds = object.optional("rounds_ms"))
        for (const auto& round : rounds->items()) row.rounds_ms.push_back(round.number(above_zero));
    row.runs = object.integer("runs", 0, {0, 1e15});
    row.noisy = object.boolean("noisy", false);
    const auto optional = [&object](const char* key, const Range& range, std::optional<double>& value) {
        if (const auto given = object.optional(key)) value = given->number(range);
    };
    optional("throughput_per_s", above_zero, row.throughput);
    optional("energy_mj", above_zero, row.energy_mj);
    optional("idle_mj", not_negative, row.idle_mj);
    if (const auto details = object.optional("details")) row.details = details->json();
    return row;
}

void read_row(const JsonValue& value, CostTable& table) {
    JsonObject object(value);
    const JsonValue segment = object.required("segment");
    const std::string key = segment.text();
    CostRow row;
    const auto unsupported = object.optional("unsupported");
    if (unsupported) {
        row.unsupported = unsupported->text();
        if (unsupported->is_string() && row.unsupported.empty()) unsupported->problem("the reason");
    } else {
        row = read_figures(object);
    }
    const std::string origin = object.one_of("origin", origin_names(), origin_names().front());
    const auto& names = origin_names();
    row.origin = static_cast<RowOrigin>(std::find(names.begin(), names.end(), origin) - names.begin());
    if (segment.is_string() && key.empty()) segment.problem("a segment's canonical text");
    if (segment.is_string() && !table.rows.emplace(key, std::move(row)).second)
        segment.problem("each segment once", "remove one of its rows");
}

CostTable table_of(JsonDocument document) {
    const Json& root = document.root();
    // Of what is no table, or one of another make, no other complaint would mean anything.
    if (!root.is_object() || !(root.contains("schema_version") || root.contains("rows")))
        throw InputError(
            {document.place(""), "a cost table, as `hwnas profile` writes it", "a file without its keys", ""});
    if (root.is_object() && root.contains("schema_version") && root["schema_version"] != schema_version)
        throw InputError({document.place("/schema_version"), std::to_string(schema_version),
                          root["schema_version"].dump(),
                          "this table was made by another version of hwnas; remove it and profile the device again"});
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
        if (const auto file = object.optional("device_file")) table.device_file = file->json();
        if (const auto verdicts = object.optional("verdicts"))
            for (const JsonValue& verdict : verdicts->items()) table.verdicts.push_back(read_space_verdict(verdict));
        for (const JsonValue& row : object.required("rows").items()) read_row(row, table);
    }
    document.throw_problems();
    return table;
}

}  // namespace

CostTable CostTable::load(const std::filesystem::path& path) { return table_of(JsonDocument::load(path)); }

CostTable CostTable::parse(const std::string& text, const std::string& name) {
    return table_of(JsonDocument::parse(text, name));
}

void CostTable::save(const std::filesystem::path& path) const { write_file_durably(path, text()); }

std::string CostTable::text() const {
    Json head = {{"schema_version", schema_version}, {"device", device},  {"batch", batch}, {"threads", threads},
                 {"data_type", data_type},           {"context", context}};
    if (!device_file.is_null()) head["device_file"] = device_file;
    for (const auto& verdict : verdicts) head["verdicts"].push_back(to_json(verdict));
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
    return text;
}

bool CostTable::has_energy() const {
    bool any = false;
    for (const auto& [key, row] : rows) {
        if (!row.unsupported.empty()) continue;
        if (!row.energy_mj) return false;
        any = true;
    }
    return any;
}

bool CostTable::has(RowOrigin origin) const {
    return std::any_of(rows.begin(), rows.end(), [origin](const auto& row) { return row.second.origin == origin; });
}

const SpaceVerdict* CostTable::verdict(const std::string& space) const {
    for (const auto& verdict : verdicts)
        if (verdict.space == space) return &verdict;
    return nullptr;
}

std::string to_string(RowOrigin origin) { return origin_names()[static_cast<std::size_t>(origin)]; }

}  // namespace hwnas
