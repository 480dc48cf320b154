#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/json.h"

namespace hwnas {

/// A JSON document that knows where it came from, so that a problem can name
/// file, line and JSON path, and that gathers problems instead of stopping at
/// the first.
class JsonDocument {
public:
    /// Throws InputError where the file can't be read or is not JSON (comments
    /// are allowed).
    static JsonDocument load(const std::filesystem::path& path);
    /// `origin` stands where a file's name would.
    static JsonDocument parse(std::string text, std::string origin);
    static JsonDocument from_value(Json value, std::string origin);

    /// Sets the value at a path such as `budget.trials` or `devices.0.table`,
    /// making objects on the way. The text is JSON, or else a plain string.
    /// Whether anything reads that path is found when the document is read.
    /// Throws InputError on a path through something that is no object or array.
    void override_value(std::string_view path_equals_value);

    [[nodiscard]] const Json& root() const { return root_; }
    [[nodiscard]] const std::string& origin() const { return origin_; }

    /// `file:line: /json/path`
    [[nodiscard]] std::string place(const std::string& pointer) const;
    void add_problem(const std::string& pointer, std::string expected, std::string found, std::string advice = "");
    /// Takes over problems that were found elsewhere (a file that this one names).
    void add_problems(const std::vector<Problem>& problems);
    [[nodiscard]] bool has_problems() const { return !problems_.empty(); }
    /// Throws InputError with all of them, if there are any.
    void throw_problems() const;

private:
    std::string origin_;
    std::string text_;
    Json root_;
    std::vector<std::pair<std::string, std::string>> overrides_;  // pointer, as written
    std::vector<Problem> problems_;
};

struct Range {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
};

/// One value of a document. Reading it as the wrong thing adds a problem to the
/// document and gives a harmless value, so that reading goes on.
class JsonValue {
public:
    explicit JsonValue(JsonDocument& document) : JsonValue(document, &document.root(), "") {}
    JsonValue(JsonDocument& document, const Json* value, std::string pointer)
        : document_(&document), value_(value), pointer_(std::move(pointer)) {}

    [[nodiscard]] std::string text() const;
    /// One of the given words; the problem names the nearest one.
    [[nodiscard]] std::string one_of(const std::vector<std::string>& words) const;
    [[nodiscard]] std::int64_t integer(Range range = {}) const;
    [[nodiscard]] double number(Range range = {}) const;
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] std::vector<JsonValue> items(std::size_t least = 0) const;
    [[nodiscard]] bool is_object() const { return value_ != nullptr && value_->is_object(); }
    [[nodiscard]] bool is_string() const { return value_ != nullptr && value_->is_string(); }

    void problem(std::string expected, std::string advice = "") const;
    /// False for the stand-in of a missing value, which reads as anything silently.
    [[nodiscard]] bool present() const { return value_ != nullptr; }
    /// Null for the stand-in of a missing value.
    [[nodiscard]] const Json& json() const;
    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    [[nodiscard]] JsonDocument& document() const { return *document_; }
    [[nodiscard]] std::string place() const { return document_->place(pointer_); }

private:
    JsonDocument* document_;
    const Json* value_;  // null: missing, and already reported
    std::string pointer_;
};

/// An object of a document. When it goes out of scope, every key that nothing
/// asked for becomes a problem that names the nearest key that could have been.
class JsonObject {
public:
    explicit JsonObject(const JsonValue& value);
    JsonObject(const JsonObject&) = delete;
    JsonObject& operator=(const JsonObject&) = delete;
    ~JsonObject();

    /// A missing key is a problem; what is returned then reads silently.
    [[nodiscard]] JsonValue required(const std::string& key);
    [[nodiscard]] std::optional<JsonValue> optional(const std::string& key);

    [[nodiscard]] std::string text(const std::string& key, const std::string& otherwise);
    [[nodiscard]] std::string one_of(const std::string& key, const std::vector<std::string>& words,
                                     const std::string& otherwise);
    [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t otherwise, Range range = {});
    [[nodiscard]] double number(const std::string& key, double otherwise, Range range = {});
    [[nodiscard]] bool boolean(const std::string& key, bool otherwise);
    /// The keys as written, for objects whose keys are names.
    [[nodiscard]] std::vector<std::string> keys() const;
    [[nodiscard]] const JsonValue& value() const { return value_; }

private:
    JsonValue value_;
    std::set<std::string> asked_;
};

/// The word with the least edit distance, if it is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace hwnas
