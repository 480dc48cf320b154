#include "study/study_file.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>

#include "core/files.h"
#include "core/text.h"
#include "study/study_names.h"
#include "study/trial_numbers.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "hwnas-studies";
constexpr int kVersion = 1;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Text that is not UTF-8 (the tail of a crashed program's output) by its bytes.
Json text_to_json(const std::string& text) {
    if (valid_utf8(text) == text) return text;
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        hex += {kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return Json{{"hex", hex}};
}

int hex_digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return -1;
}

std::string text_from_json(const JsonValue& value) {
    if (!value.is_object()) {
        // Not `text()`, for which an empty one is a problem.
        if (value.is_string()) return value.json().get<std::string>();
        value.problem("text");
        return {};
    }
    JsonObject object(value);
    const auto digits = object.required("hex");
    const std::string hex = digits.is_string() ? digits.json().get<std::string>() : "?";
    std::string text;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        const int high = hex_digit(hex[i]);
        const int low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0) break;
        text += static_cast<char>(high * 16 + low);
    }
    if (2 * text.size() != hex.size()) digits.problem("pairs of hexadecimal digits");
    return text;
}

Json trial_to_json(const Trial& trial) {
    Json values = Json::object();
    for (const auto& [key, value] : trial.values) values[key] = figure_to_json(value);
    Json json{{"number", trial.number},
              {"architecture", text_to_json(trial.architecture.id)},
              {"encoding", trial.architecture.encoding},
              {"choices", trial.choices},
              {"repeat", trial.repeat},
              {"seed", std::to_string(trial.seed)},
              {"budget", trial.budget},
              {"state", to_string(trial.state)},
              {"values", std::move(values)},
              {"error", text_to_json(trial.error)},
              {"weights", text_to_json(trial.weights)},
              {"notes", trial.notes},
              {"details", trial.details},
              {"host", text_to_json(trial.host)},
              {"started", trial.started},
              {"finished", trial.finished},
              {"cpu_seconds", trial.cpu_seconds}};
    if (trial.parent) json["parent"] = *trial.parent;
    if (trial.duplicate_of) json["duplicate_of"] = *trial.duplicate_of;
    if (trial.told) json["told"] = *trial.told;
    return json;
}

std::int64_t integer_of(const JsonValue& value, std::int64_t least = std::numeric_limits<std::int64_t>::min()) {
    // Exact, which a way through a double is not.
    if (value.present() && value.json().is_number_integer() && value.json().get<std::int64_t>() >= least)
        return value.json().get<std::int64_t>();
    return value.integer({static_cast<double>(least), std::numeric_limits<double>::infinity()});
}

std::optional<std::int64_t> number_where_given(JsonObject& object, const char* key) {
    const auto value = object.optional(key);
    return value ? std::optional(integer_of(*value, 0)) : std::nullopt;
}

Trial trial_from_json(const JsonValue& value) {
    Trial trial;
    JsonObject object(value);
    trial.number = integer_of(object.required("number"), 0);
    trial.architecture.id = text_from_json(object.required("architecture"));
    for (const auto& choice : object.required("encoding").items())
        trial.architecture.encoding.push_back(static_cast<std::uint8_t>(choice.integer({0, 255})));
    trial.choices = object.required("choices").json();
    trial.repeat = integer_of(object.required("repeat"));
    const auto seed = object.required("seed");
    try {
        trial.seed = seed_from_text(seed.text());
    } catch (const std::invalid_argument&) {
        seed.problem("the decimal digits of a 64-bit seed, as text");
    }
    trial.budget = object.required("budget").json();
    trial.parent = number_where_given(object, "parent");
    const auto state = object.required("state");
    trial.state = trial_state_from(state.one_of({"complete", "failed", "running", "duplicate"}));
    const auto values = object.required("values");
    JsonObject figures(values);
    for (const auto& key : figures.keys()) {
        const auto figure = figures.required(key);
        try {
            trial.values[key] = figure_from_json(figure.json());
        } catch (const std::exception&) {
            figure.problem("a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
        }
    }
    trial.error = text_from_json(object.required("error"));
    trial.duplicate_of = number_where_given(object, "duplicate_of");
    trial.told = number_where_given(object, "told");
    trial.weights = text_from_json(object.required("weights"));
    trial.notes = object.required("notes").json();
    trial.details = object.required("details").json();
    trial.host = text_from_json(object.required("host"));
    trial.started = object.required("started").number();
    trial.finished = object.required("finished").number();
    trial.cpu_seconds = object.required("cpu_seconds").number();
    return trial;
}

StudyRecord record_from_json(const JsonValue& value) {
    StudyRecord record;
    JsonObject object(value);
    record.info.name = object.required("name").text();
    record.info.created = object.required("created").number();
    record.info.version = object.required("version").text();
    record.info.job = object.required("job").json();
    std::set<std::int64_t> numbers;
    for (const auto& trial : object.required("trials").items()) {
        record.trials.push_back(trial_from_json(trial));
        const auto number = record.trials.back().number;
        if (!numbers.insert(number).second)
            trial.problem("a number that no trial before has", std::to_string(number) + " stands twice");
    }
    std::sort(record.trials.begin(), record.trials.end(),
              [](const Trial& a, const Trial& b) { return a.number < b.number; });
    return record;
}

/// Whether the file is one of SQLite, or none that could be read as JSON: for the store to say.
bool is_store(const std::string& address) {
    std::error_code ignored;
    if (address.empty() || address == "memory:" || address.find("://") != std::string::npos) return true;
    if (!fs::is_regular_file(address, ignored) || fs::file_size(address, ignored) == 0) return true;
    constexpr std::size_t kMagic = 15;
    std::ifstream file(address, std::ios::binary);
    std::string magic(kMagic, '\0');
    file.read(magic.data(), kMagic);
    return !file || magic == "SQLite format 3";
}

}  // namespace

std::string study_file_text(std::span<const StudyRecord> studies) {
    std::string text = "{\"format\":" + dump(kFormat) + ",\"version\":" + std::to_string(kVersion) + ",\"studies\":[";
    bool first_study = true;
    for (const auto& [info, trials] : studies) {
        text += first_study ? "\n" : ",\n";
        first_study = false;
        text += "{\"name\":" + dump(info.name) + ",\"created\":" + dump(info.created) +
                ",\"version\":" + dump(info.version) + ",\"job\":" + dump(info.job) + ",\"trials\":[";
        bool first_trial = true;
        for (const auto& trial : trials) {
            text += first_trial ? "\n" : ",\n";
            first_trial = false;
            text += dump(trial_to_json(trial));
        }
        text += "]}";
    }
    return text + "]}\n";
}

std::vector<StudyRecord> parse_study_file(std::string text, const std::string& origin) {
    auto document = JsonDocument::parse(std::move(text), origin);
    std::vector<StudyRecord> studies;
    {
        const JsonValue root(document);
        if (!root.is_object() || document.root().value("format", Json()) != kFormat)
            throw InputError({origin, "a store, or a file of `hwnas studies export`", "JSON of another kind", ""});
        const Json version = document.root().value("version", Json());
        if (version.is_number_integer() && version > kVersion)
            throw InputError({origin, "a file of version " + std::to_string(kVersion), "version " + version.dump(),
                              "a newer hwnas wrote it: use that one"});
        JsonObject object(root);
        (void)object.required("format");
        (void)object.required("version").integer({1, kVersion});
        std::set<std::string> names;
        for (const auto& study : object.required("studies").items()) {
            studies.push_back(record_from_json(study));
            if (const auto& name = studies.back().info.name; !names.insert(name).second)
                study.problem("a name that no study before has", "\"" + name + "\" stands twice");
        }
    }
    document.throw_problems();
    return studies;
}

std::vector<StudyRecord> read_studies(const std::string& address) {
    if (!is_store(address)) {
        try {
            return parse_study_file(read_file(address), address);
        } catch (const InputError& error) {
            // What is no JSON at all is more likely a wrong file than a broken one.
            std::ifstream file(address, std::ios::binary);
            if (file.get() == '{') throw;
            throw InputError({address, "a store, or a file of `hwnas studies export`", "a file of another kind", ""});
        }
    }
    const auto store = open_store(address, Access::existing);
    std::vector<StudyRecord> studies;
    for (auto& info : store->studies()) {
        auto trials = store->open(info.name)->trials();
        studies.push_back({std::move(info), std::move(trials)});
    }
    return studies;
}

std::vector<StudyRecord> selected(std::vector<StudyRecord> studies, const std::string& address,
                                  const std::string& name_or_empty) {
    if (name_or_empty.empty()) return studies;
    std::vector<std::string> names;
    for (auto& study : studies) {
        names.push_back(study.info.name);
        if (names.back() == name_or_empty) return {std::move(study)};
    }
    throw name_unknown(address, name_or_empty, names);
}

}  // namespace hwnas
