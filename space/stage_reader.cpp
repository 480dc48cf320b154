#include "space/stage_reader.h"

#include <algorithm>
#include <cmath>

#include "space/families.h"

namespace hwnas {
namespace {

constexpr std::size_t most_blocks = 255;
constexpr std::int64_t most_layers = 256;

std::shared_ptr<const BlockFamily> family_named(const JsonValue& word, const std::vector<std::string>& words) {
    (void)word.one_of(words);
    for (const auto& known : block_families())
        if (word.is_string() && word.json() == known.name) return known.family;
    return nullptr;
}

/// A stage that chooses among blocks has what any of them may have.
StageTraits several_traits() { return {StageTraits::Filters::optional, true, true, {}}; }

bool has(const StageTraits& traits, const std::string& choice) {
    if (choice == "filters") return traits.filters != StageTraits::Filters::none;
    if (choice == "layers") return traits.layers;
    return traits.layers && traits.stride;
}

ValueSource& source_of(StagePlan& plan, const std::string& choice) {
    if (choice == "filters") return plan.filters_factor;
    if (choice == "layers") return plan.layers_added;
    return plan.stride_at;
}

}  // namespace

std::vector<std::string> family_words() {
    std::vector<std::string> words;
    for (const auto& known : block_families()) words.push_back(known.name);
    words.emplace_back(one_of_family);
    std::sort(words.begin(), words.end());
    return words;
}

std::vector<BlockField> common_choices() {
    return {fields::whole("stride_at", {-most_layers, most_layers}, 0,
                          "number of the layer that strides, from 0; below 0 from the end"),
            fields::real("filters", {0.01, 100}, 1.0, "multiplies the stage's own"),
            fields::whole("layers", {-64, 64}, 0, "added to the stage's own; never fewer than one")};
}

void StageReader::read_blocks(const std::optional<JsonValue>& given, const FieldScopes& scopes,
                              StageDraft& draft) const {
    const JsonValue blocks = given ? *given : scopes.front()->fields().required("blocks");
    JsonObject named(blocks);
    const auto names = named.keys();
    if (blocks.present() && (names.size() < 2 || names.size() > most_blocks))
        blocks.problem("from 2 to 255 blocks, by name");
    draft.plan().block.index = draft.add_choice("block", {names.begin(), names.end()});
    auto words = family_words();
    std::erase(words, one_of_family);
    for (const auto& name : names) {
        FieldScope own(*named.optional(name));
        const auto family = family_named(own.fields().required("family"), words);
        FieldScopes nearest{&own};
        nearest.insert(nearest.end(), scopes.begin(), scopes.end());
        if (family) draft.add_variant(name, family, nearest);
    }
}

void StageReader::read_extents(const StageTraits& traits, const FieldScopes& scopes, StageDraft& draft) const {
    auto& plan = draft.plan();
    plan.classes = scale_.classes;
    plan.divisor = scale_.divisor;
    plan.width.fixed = scale_.width;
    plan.depth.fixed = traits.layers ? scale_.depth : 1.0;
    if (traits.filters != StageTraits::Filters::none) {
        const bool required = traits.filters == StageTraits::Filters::required;
        if (const auto filters = given_value(scopes, "filters"))
            plan.filters = filters->integer({required ? 1.0 : 0.0, 65536});
        else if (required)
            (void)scopes.front()->fields().required("filters");
    }
    if (traits.layers)
        if (const auto layers = given_value(scopes, "layers")) plan.layers = layers->integer({1, 64});
    if (traits.stride)
        if (const auto stride = given_value(scopes, "stride")) plan.stride = stride->integer({1, 8});
    const auto factor = [&](const char* name, ValueSource& source) {
        const auto field = fields::real(name, {0.01, 100}, 1.0, "");
        if (const auto value = given_value(scopes, name))
            source.fixed = field.read(*value);
        else
            draft.read_shared(source, field);
    };
    factor("width", plan.width);
    if (traits.layers) factor("depth", plan.depth);
}

void StageReader::read(const JsonValue& json, const std::string& given_name, FieldScope* defaults,
                       std::vector<Stage>& stages) {
    FieldScope own(json);
    auto& fields = own.fields();
    const std::string name = given_name.empty() ? fields.required("name").text() : given_name;
    if (std::any_of(stages.begin(), stages.end(), [&name](const Stage& stage) { return stage.name == name; }))
        json.problem("a stage name that is not taken");

    auto word = fields.optional("family");
    const auto usual = defaults != nullptr ? defaults->fields().optional("family") : std::nullopt;
    FieldScopes scopes{&own};
    if (defaults != nullptr && (!word || (usual && word->json() == usual->json()))) scopes.push_back(defaults);
    if (!word) word = usual ? usual : fields.required("family");
    const bool several = word->is_string() && word->json() == one_of_family;
    const auto family = family_named(*word, family_words());
    if (!family && !several) {
        own.read_silently();  // who knows what it would have read
        return;
    }

    StageDraft draft(*shared_);
    const auto traits = several ? several_traits() : family->traits();
    if (several)
        read_blocks(given_value(scopes, "blocks"), scopes, draft);
    else
        draft.add_variant("", family, scopes);
    read_extents(traits, scopes, draft);

    bool per_layer = false;
    if (traits.layers)
        if (const auto flag = given_value(scopes, "per_layer")) per_layer = flag->boolean();
    Stage common{name, nullptr, {}, {}, {}};
    std::size_t position = 0;
    for (const auto& stage : stages) position += stage.choices.size();
    for (const auto& field : common_choices()) {
        if (!has(traits, field.name)) continue;
        auto& source = source_of(draft.plan(), field.name);
        if (const auto list = given_choice(scopes, field.name)) {
            auto values = read_values(*list, field);
            if (!per_layer) {
                source.index = draft.add_choice(field.name, values);
            } else {
                draft.read_earlier(source, position + common.choices.size());
                common.choices.push_back({field.name, std::move(values)});
            }
        } else if (field.name == "stride_at") {
            if (const auto value = given_value(scopes, field.name)) source.fixed = field.read(*value);
        }
    }
    if (per_layer)
        append_layers(name, json, draft, std::move(common), stages);
    else
        stages.push_back(draft.finished(name));
}

void StageReader::append_layers(const std::string& name, const JsonValue& json, StageDraft& draft, Stage common,
                                std::vector<Stage>& stages) const {
    auto& plan = draft.plan();
    std::size_t position = 0;
    for (const auto& stage : stages) position += stage.choices.size();
    const auto greatest = [&](const ValueSource& source) { return draft.greatest(source, common.choices, position); };
    const double deepest = std::ceil(static_cast<double>(plan.layers) * greatest(plan.depth));
    const auto layers = static_cast<std::int64_t>(deepest + greatest(plan.layers_added));
    if (layers > most_layers) json.problem("at most 256 layers, each of which is a stage of its own");
    if (!common.choices.empty()) stages.push_back(std::move(common));
    for (std::int64_t layer = 0; layer < std::clamp<std::int64_t>(layers, 1, most_layers); ++layer) {
        plan.only_layer = layer;
        stages.push_back(draft.finished(name + "." + std::to_string(layer)));
    }
}

}  // namespace hwnas
