#include "core/json_reader.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/files.h"
#include "core/json_position.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_shown_value = 60;

std::string shown(const Json& value) {
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > longest_shown_value) text = text.substr(0, longest_shown_value) + "...";
    return text;
}

std::string escaped(const std::string& token) {
    std::string out;
    for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

std::string quoted_list(const std::vector<std::string>& words) {
    std::string list;
    for (const auto& word : words) list += (list.empty() ? "\"" : ", \"") + word + "\"";
    return list;
}

std::string in_range(const char* what, Range range) {
    std::string text = what;
    const auto plain = [](double value) { return Json(value).dump(); };
    const auto bound = [&plain](double value) {
        return value == std::floor(value) && std::abs(value) < 1e15 ? std::to_string(static_cast<std::int64_t>(value))
                                                                    : plain(value);
    };
    const bool lower = std::isfinite(range.least);
    const bool upper = std::isfinite(range.most);
    if (lower && upper) return text + " from " + bound(range.least) + " to " + bound(range.most);
    if (lower) return text + " of at least " + bound(range.least);
    if (upper) return text + " of at most " + bound(range.most);
    return text;
}

const Json null_json;

}  // namespace

JsonDocument JsonDocument::load(const std::filesystem::path& path) { return parse(read_file(path), path.string()); }

JsonDocument JsonDocument::parse(std::string text, std::string origin) {
    JsonDocument document;
    document.origin_ = std::move(origin);
    document.text_ = std::move(text);
    try {
        document.root_ = Json::parse(document.text_, nullptr, true, true);
    } catch (const Json::parse_error& error) {
        const auto line = line_of_offset(document.text_, error.byte > 0 ? error.byte - 1 : 0);
        std::string reason = error.what();
        if (const auto at = reason.find("column "); at != std::string::npos) reason = reason.substr(at);
        throw InputError({document.origin_ + ":" + std::to_string(line), "valid JSON", reason, ""});
    }
    return document;
}

JsonDocument JsonDocument::from_value(Json value, std::string origin) {
    JsonDocument document;
    document.origin_ = std::move(origin);
    document.root_ = std::move(value);
    return document;
}

void JsonDocument::override_value(std::string_view path_equals_value) {
    const auto equals = path_equals_value.find('=');
    // Without the value, which may hold what is not to be shown: found is told where it can be.
    const std::string place = "--set " + std::string(path_equals_value.substr(0, equals));
    if (equals == std::string_view::npos || equals == 0)
        throw InputError({place, "path=value", "no \"=\" after a path", "write --set budget.trials=10"});
    std::string path(path_equals_value.substr(0, equals));
    const std::string text(path_equals_value.substr(equals + 1));
    Json* target = &root_;
    std::string pointer;
    while (true) {
        const auto dot = path.find('.');
        const std::string token = path.substr(0, dot);
        pointer += "/" + escaped(token);
        if (target->is_array()) {
            const bool number =
                !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (!number || std::stoul(token) >= target->size())
                throw InputError({place, "an index below " + std::to_string(target->size()) + " at " + pointer,
                                  "\"" + token + "\"", ""});
            target = &(*target)[std::stoul(token)];
        } else if (target->is_object() || target->is_null()) {
            target = &(*target)[token];
        } else {
            throw InputError({place, "an object or an array above " + pointer, shown(*target), ""});
        }
        if (dot == std::string::npos) break;
        path = path.substr(dot + 1);
    }
    const Json parsed = Json::parse(text, nullptr, false);
    *target = parsed.is_discarded() ? Json(text) : parsed;
    overrides_.emplace_back(pointer, std::string(path_equals_value.substr(0, equals)));
}

std::string JsonDocument::place(const std::string& pointer) const {
    for (const auto& [overridden, written] : overrides_)
        if (pointer.starts_with(overridden)) return "--set " + written + ": " + pointer;
    std::string place = origin_;
    if (!text_.empty())
        if (const auto line = line_of_pointer(text_, pointer)) place += ":" + std::to_string(*line);
    return place + ": " + (pointer.empty() ? "/" : pointer);
}

void JsonDocument::add_problem(const std::string& pointer, std::string expected, std::string found,
                               std::string advice) {
    add_problems({{place(pointer), std::move(expected), std::move(found), std::move(advice)}});
}

void JsonDocument::add_problems(const std::vector<Problem>& problems) {
    // Defaults that several readers share would be judged, and told, more than once.
    for (const auto& problem : problems)
        if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) problems_.push_back(problem);
}

void JsonDocument::throw_problems() const {
    if (!problems_.empty()) throw InputError(problems_);
}

const Json& JsonValue::json() const { return value_ == nullptr ? null_json : *value_; }

void JsonValue::problem(std::string expected, std::string advice) const {
    if (value_ != nullptr) document_->add_problem(pointer_, std::move(expected), shown(*value_), std::move(advice));
}

std::string JsonValue::text() const {
    if (is_string()) return value_->get<std::string>();
    problem("a string");
    return {};
}

std::string JsonValue::one_of(const std::vector<std::string>& words) const {
    if (is_string() && std::find(words.begin(), words.end(), *value_) != words.end()) return text();
    std::string advice;
    if (is_string())
        if (const auto near = nearest_word(value_->get<std::string>(), words))
            advice = "did you mean \"" + *near + "\"?";
    problem("one of " + quoted_list(words), advice);
    return words.empty() ? "" : words.front();
}

std::int64_t JsonValue::integer(Range range) const {
    if (value_ != nullptr && value_->is_number()) {
        const double value = value_->get<double>();
        if (value == std::floor(value) && value >= range.least && value <= range.most && std::abs(value) < 9.2e18)
            return value_->get<std::int64_t>();
    }
    problem(in_range("a whole number", range));
    return std::isfinite(range.least) ? static_cast<std::int64_t>(range.least) : 0;
}

double JsonValue::number(Range range) const {
    if (value_ != nullptr && value_->is_number()) {
        const double value = value_->get<double>();
        if (value >= range.least && value <= range.most) return value;
    }
    problem(in_range("a number", range));
    return std::isfinite(range.least) ? range.least : 0;
}

bool JsonValue::boolean() const {
    if (value_ != nullptr && value_->is_boolean()) return value_->get<bool>();
    problem("true or false");
    return false;
}

std::vector<JsonValue> JsonValue::items(std::size_t least) const {
    std::vector<JsonValue> values;
    if (value_ == nullptr) return values;
    if (!value_->is_array() || value_->size() < least) {
        problem(least == 0 ? "an array" : "an array of at least " + std::to_string(least));
        return values;
    }
    for (std::size_t i = 0; i < value_->size(); ++i)
        values.emplace_back(*document_, &(*value_)[i], pointer_ + "/" + std::to_string(i));
    return values;
}

JsonObject::JsonObject(const JsonValue& value) : value_(value) {
    if (value.present() && !value.is_object()) value.problem("an object");
    // An editor's pointer to the schema, and words for the reader, may stand anywhere.
    asked_ = {"$schema", "comment"};
}

JsonObject::~JsonObject() {
    if (!value_.is_object()) return;
    std::vector<std::string> known;
    for (const auto& key : asked_)
        if (!value_.json().contains(key)) known.push_back(key);
    for (const auto& [key, child] : value_.json().items()) {
        if (asked_.contains(key)) continue;
        auto near = nearest_word(key, known);
        std::string advice = near ? "did you mean \"" + *near + "\"?"
                                  : "remove it; the keys here are " + quoted_list({asked_.begin(), asked_.end()});
        value_.document().add_problem(value_.pointer() + "/" + escaped(key), "a known key",
                                      "\"" + key + "\", which nothing reads", advice);
    }
}

JsonValue JsonObject::required(const std::string& key) {
    asked_.insert(key);
    const std::string pointer = value_.pointer() + "/" + escaped(key);
    if (value_.is_object()) {
        const auto found = value_.json().find(key);
        if (found != value_.json().end()) return {value_.document(), &*found, pointer};
        value_.document().add_problem(value_.pointer(), "the key \"" + key + "\"", "none", "");
    }
    return {value_.document(), nullptr, pointer};
}

std::optional<JsonValue> JsonObject::optional(const std::string& key) {
    asked_.insert(key);
    if (!value_.is_object()) return std::nullopt;
    const auto found = value_.json().find(key);
    if (found == value_.json().end()) return std::nullopt;
    return JsonValue(value_.document(), &*found, value_.pointer() + "/" + escaped(key));
}

std::string JsonObject::text(const std::string& key, const std::string& otherwise) {
    const auto value = optional(key);
    return value ? value->text() : otherwise;
}

std::string JsonObject::one_of(const std::string& key, const std::vector<std::string>& words,
                               const std::string& otherwise) {
    const auto value = optional(key);
    return value ? value->one_of(words) : otherwise;
}

std::int64_t JsonObject::integer(const std::string& key, std::int64_t otherwise, Range range) {
    const auto value = optional(key);
    return value ? value->integer(range) : otherwise;
}

double JsonObject::number(const std::string& key, double otherwise, Range range) {
    const auto value = optional(key);
    return value ? value->number(range) : otherwise;
}

bool JsonObject::boolean(const std::string& key, bool otherwise) {
    const auto value = optional(key);
    return value ? value->boolean() : otherwise;
}

std::vector<std::string> JsonObject::keys() const {
    std::vector<std::string> keys;
    if (value_.is_object())
        for (const auto& [key, child] : value_.json().items()) keys.push_back(key);
    return keys;
}

std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& words) {
    std::optional<std::string> nearest;
    std::size_t least = std::max<std::size_t>(2, word.size() / 2) + 1;
    for (const auto& candidate : words) {
        std::vector<std::size_t> row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), 0U);
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = row[0]++;
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t replaced = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
            }
        }
        if (row.back() < least) {
            least = row.back();
            nearest = candidate;
        }
    }
    return nearest;
}

}  // namespace hwnas
