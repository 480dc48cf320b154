#include "space/space_schema.h"

#include <algorithm>

#include "space/families.h"
#include "space/stage_reader.h"

namespace hwnas {
namespace {

Json whole(std::int64_t least, std::int64_t most) {
    return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json factor() { return {{"type", "number"}, {"minimum", 0.01}, {"maximum", 100}}; }

Json text() { return {{"type", "string"}}; }

Json list_of(Json item) {
    return {{"type", "array"}, {"minItems", 1}, {"maxItems", 255}, {"uniqueItems", true}, {"items", std::move(item)}};
}

Json object_of(Json properties, const std::vector<std::string>& required = {}) {
    properties["comment"] = text();
    Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = required;
    return schema;
}

Json described(Json schema, const std::string& help) {
    schema["description"] = help;
    return schema;
}

/// What a family's stages may state, and choose.
struct StageKeys {
    Json fields = Json::object();
    Json choices = Json::object();
};

void add_field(StageKeys& keys, const BlockField& field) {
    keys.fields[field.name] = described(field.schema, field.help);
    keys.choices[field.name] = described(list_of(field.schema), field.help);
}

StageKeys common_keys(const StageTraits& traits) {
    StageKeys keys;
    keys.fields["width"] = described(factor(), "instead of the space's");
    const auto choices = common_choices();
    const auto choose = [&](const char* name) {
        for (const auto& field : choices)
            if (field.name == name) keys.choices[name] = described(list_of(field.schema), field.help);
    };
    if (traits.filters != StageTraits::Filters::none) {
        const std::int64_t least = traits.filters == StageTraits::Filters::required ? 1 : 0;
        keys.fields["filters"] = described(whole(least, 65536), "channels that come out");
        choose("filters");
    }
    if (traits.stride) keys.fields["stride"] = described(whole(1, 8), "of one of the layers");
    if (!traits.layers) return keys;
    keys.fields["layers"] = whole(1, 64);
    keys.fields["depth"] = described(factor(), "instead of the space's");
    keys.fields["per_layer"] = described({{"type", "boolean"}}, "each layer chooses for itself");
    choose("layers");
    if (!traits.stride) return keys;
    for (const auto& field : choices)
        if (field.name == "stride_at") add_field(keys, field);
    return keys;
}

StageKeys family_keys(const BlockFamily& family) {
    auto keys = common_keys(family.traits());
    for (const auto& field : family.fields()) add_field(keys, field);
    return keys;
}

/// What any family knows; where families differ about a key, any of their values.
void unite(Json& all, const Json& more) {
    for (const auto& [name, schema] : more.items()) {
        if (!all.contains(name)) {
            all[name] = schema;
        } else if (all[name].contains("anyOf")) {
            auto& known = all[name]["anyOf"];
            if (std::find(known.begin(), known.end(), schema) == known.end()) known.push_back(schema);
        } else if (all[name] != schema) {
            all[name] = {{"anyOf", {all[name], schema}}};
        }
    }
}

StageKeys any_keys() {
    StageKeys all;
    for (const auto& known : block_families()) {
        const auto keys = family_keys(*known.family);
        unite(all.fields, keys.fields);
        unite(all.choices, keys.choices);
    }
    return all;
}

Json stage_of(StageKeys keys, const Json& more) {
    keys.fields["choices"] = object_of(std::move(keys.choices));
    keys.fields.update(more);
    return object_of(std::move(keys.fields));
}

/// `block` is the choice of a stage of several blocks, beside a family's field of that name.
Json any_choices() {
    auto choices = any_keys().choices;
    choices["block"] = list_of(text());
    return object_of(std::move(choices));
}

/// A stage whose family is not known from itself.
Json any_stage(const Json& more) {
    Json fields = any_keys().fields;
    fields["choices"] = {{"$ref", "#/definitions/any_choices"}};
    fields["blocks"] = {{"type", "object"},
                        {"minProperties", 2},
                        {"maxProperties", 255},
                        {"additionalProperties", {{"$ref", "#/definitions/block"}}}};
    fields.update(more);
    return object_of(std::move(fields));
}

/// By the family that a stage names.
Json stage_schema(const std::string& any, bool named) {
    Json more{{"family", text()}};
    if (named) more["name"] = text();
    Json rules = Json::array();
    const auto when = [&rules](const std::string& family, Json then) {
        rules.push_back({{"if", {{"required", {"family"}}, {"properties", {{"family", {{"const", family}}}}}}},
                         {"then", std::move(then)}});
    };
    for (const auto& known : block_families()) when(known.name, stage_of(family_keys(*known.family), more));
    when(one_of_family, {{"$ref", any}});
    rules.push_back({{"if", {{"not", {{"required", {"family"}}}}}}, {"then", {{"$ref", any}}}});
    Json schema{
        {"type", "object"}, {"properties", {{"family", {{"enum", family_words()}}}}}, {"allOf", std::move(rules)}};
    if (named) schema["required"] = {"name"};
    return schema;
}

Json block_schema() {
    Json rules = Json::array();
    for (const auto& known : block_families()) {
        StageKeys keys;
        for (const auto& field : known.family->fields()) add_field(keys, field);
        rules.push_back({{"if", {{"properties", {{"family", {{"const", known.name}}}}}}},
                         {"then", stage_of(std::move(keys), {{"family", text()}})}});
    }
    auto words = family_words();
    std::erase(words, one_of_family);
    return {{"type", "object"},
            {"properties", {{"family", {{"enum", words}}}}},
            {"required", {"family"}},
            {"allOf", std::move(rules)}};
}

Json shared_choices() {
    Json properties{{"resolution", described(list_of(whole(1, 8192)), "height and width of the input")},
                    {"width", described(list_of(factor()), "multiplies all stages' channels")},
                    {"depth", described(list_of(factor()), "multiplies all stages' layers")}};
    auto fields = any_keys();
    for (const auto* name : {"filters", "layers", "stride_at"}) fields.choices.erase(name);
    unite(properties, fields.choices);
    return object_of(std::move(properties));
}

Json test_schema() {
    const Json scalar{{"type", {"number", "string", "boolean"}}};
    Json bounds = object_of({{"least", {{"type", "number"}}}, {"most", {{"type", "number"}}}});
    bounds["anyOf"] = {{{"required", {"least"}}}, {{"required", {"most"}}}};
    return {{"anyOf", {scalar, {{"type", "array"}, {"minItems", 1}, {"items", scalar}}, bounds}}};
}

Json constraint_schema() {
    const Json tests{{"type", "object"},
                     {"minProperties", 1},
                     {"additionalProperties", test_schema()},
                     {"description",
                      "by a choice of the stage or of the whole space, STAGE.CHOICE, or resolution or channels of what "
                      "enters the stage: a value, a list of values, or bounds"}};
    return object_of(
        {{"stages", {{"type", "array"}, {"minItems", 1}, {"items", text()}}}, {"where", tests}, {"require", tests}},
        {"require"});
}

}  // namespace

Json network_space_definitions() {
    const Json family{{"family", {{"enum", family_words()}}}};
    Json schema = object_of(
        {{"$schema", text()},
         {"name", text()},
         {"type", {{"const", "network"}}},
         {"input",
          {{"type", "array"},
           {"minItems", 3},
           {"maxItems", 3},
           {"items", whole(1, 8192)},
           {"description", "channels, height, width"}}},
         {"classes", whole(2, 1'000'000)},
         {"width", described(factor(), "multiplies all stages' channels")},
         {"depth", described(factor(), "multiplies all stages' layers, rounded up")},
         {"divisor", described(whole(1, 1024), "channels are rounded to its multiples")},
         {"choices", described(shared_choices(), "made once for the whole space")},
         {"published", {{"type", "object"}, {"description", "what papers say of the network"}}},
         {"stem", {{"allOf", {{{"$ref", "#/definitions/stage"}}, {{"required", {"family"}}}}}}},
         {"stage_defaults", {{"$ref", "#/definitions/any_stage"}}},
         {"stages", {{"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/definitions/named_stage"}}}}},
         {"head", {{"allOf", {{{"$ref", "#/definitions/stage"}}, {{"required", {"family"}}}}}}},
         {"constraints", {{"type", "array"}, {"minItems", 1}, {"items", constraint_schema()}}},
         {"reference", object_of({{"name", text()}, {"choices", {{"type", "object"}}}}, {"name", "choices"})}},
        {"name", "input", "classes", "stem", "stages", "head"});
    return {{"network", std::move(schema)},
            {"stage", stage_schema("#/definitions/any_stage", false)},
            {"named_stage", stage_schema("#/definitions/any_named_stage", true)},
            {"any_stage", any_stage(family)},
            {"any_named_stage", any_stage({{"family", family["family"]}, {"name", text()}})},
            {"any_choices", any_choices()},
            {"block", block_schema()}};
}

}  // namespace hwnas
