#include "space/stage_scope.h"

namespace hwnas {

FieldScope::FieldScope(const JsonValue& value) : fields_(value) {
    if (const auto choices = fields_.optional("choices")) choices_.emplace(*choices);
}

void FieldScope::read_silently() {
    for (const auto& key : fields_.keys()) (void)fields_.optional(key);
    if (choices_)
        for (const auto& key : choices_->keys()) (void)choices_->optional(key);
}

FieldGiven given(const FieldScopes& scopes, const std::string& field) {
    FieldGiven found;
    for (auto* scope : scopes) {
        auto choice = scope->choices() != nullptr ? scope->choices()->optional(field) : std::nullopt;
        auto value = scope->fields().optional(field);
        if (found.value || found.choice) continue;
        if (choice)
            found.choice = std::move(choice);
        else
            found.value = std::move(value);
    }
    return found;
}

std::optional<JsonValue> given_value(const FieldScopes& scopes, const std::string& field) {
    std::optional<JsonValue> found;
    for (auto* scope : scopes) {
        auto value = scope->fields().optional(field);
        if (!found) found = std::move(value);
    }
    return found;
}

std::optional<JsonValue> given_choice(const FieldScopes& scopes, const std::string& field) {
    std::optional<JsonValue> found;
    for (auto* scope : scopes) {
        auto value = scope->choices() != nullptr ? scope->choices()->optional(field) : std::nullopt;
        if (!found) found = std::move(value);
    }
    return found;
}

}  // namespace hwnas
