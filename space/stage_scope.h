#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// An object whose keys are fields with a fixed value, and its `choices`, whose keys are
/// fields to choose.
class FieldScope {
public:
    explicit FieldScope(const JsonValue& value);
    [[nodiscard]] JsonObject& fields() { return fields_; }
    [[nodiscard]] JsonObject* choices() { return choices_ ? &*choices_ : nullptr; }

    /// Takes every key as known.
    void read_silently();

private:
    JsonObject fields_;
    std::optional<JsonObject> choices_;
};

/// Places in which a field may be stated, the nearest first.
using FieldScopes = std::vector<FieldScope*>;

/// What is said of a field: one of the two, or nothing.
struct FieldGiven {
    std::optional<JsonValue> value;
    std::optional<JsonValue> choice;
};

/// By the nearest scope that says something. Farther ones are asked too, so that a key
/// that is overruled is not taken for an unknown one.
[[nodiscard]] FieldGiven given(const FieldScopes& scopes, const std::string& field);
/// For fields whose value and choice are two things (a stage's filters, and what they are
/// multiplied by).
[[nodiscard]] std::optional<JsonValue> given_value(const FieldScopes& scopes, const std::string& field);
[[nodiscard]] std::optional<JsonValue> given_choice(const FieldScopes& scopes, const std::string& field);

}  // namespace hwnas
