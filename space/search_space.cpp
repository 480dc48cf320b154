#include "space/search_space.h"

#include <algorithm>

#include "core/error.h"
#include "space/families.h"
#include "space/width_space.h"

namespace hwnas {
namespace {

std::vector<Json> chosen_values(const Stage& stage, const Encoding& encoding, std::size_t first) {
    std::vector<Json> values;
    values.reserve(stage.choices.size());
    for (std::size_t i = 0; i < stage.choices.size(); ++i)
        values.push_back(stage.choices[i].values[encoding[first + i]]);
    return values;
}

std::string listed(const std::vector<Json>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + value.dump();
    return text;
}

}  // namespace

SearchSpace SearchSpace::load(const std::filesystem::path& path) {
    auto document = JsonDocument::load(path);
    auto space = read(JsonValue(document));
    document.throw_problems();
    return space;
}

SearchSpace::SearchSpace(std::string name, Shape input, std::int64_t classes, std::vector<Stage> stages)
    : name_(std::move(name)), input_(std::move(input)), classes_(classes), stages_(std::move(stages)) {
    gather_choices();
}

void SearchSpace::set_reference(std::string name, Encoding reference) {
    reference_name_ = std::move(name);
    reference_ = std::move(reference);
}

void SearchSpace::gather_choices() {
    for (const auto& stage : stages_) {
        first_choice_.push_back(choices_.size());
        for (const auto& choice : stage.choices) choices_.push_back({stage.name + "." + choice.name, choice.values});
    }
}

SearchSpace SearchSpace::read(const JsonValue& value) {
    if (value.is_object() && value.json().value("type", Json()) == "widths") return read_width_space(value);
    SearchSpace space;
    JsonObject object(value);
    space.name_ = object.required("name").text();
    (void)object.one_of("type", {"network"}, "network");
    const auto extents = object.required("input");
    for (const auto& extent : extents.items()) space.input_.push_back(extent.integer({1, 8192}));
    if (extents.present() && space.input_.size() != 3) extents.problem("three extents: channels, height, width");
    space.classes_ = object.required("classes").integer({2, 1e6});
    const SpaceContext context{space.classes_};

    const auto add_stage = [&](const JsonValue& json, std::string name, JsonObject* defaults) {
        JsonObject own(json);
        if (name.empty()) name = own.required("name").text();
        if (std::any_of(space.stages_.begin(), space.stages_.end(), [&](const Stage& s) { return s.name == name; }))
            json.problem("a stage name that is not taken");
        Stage stage{name, read_family(StageFields(own, defaults), context), {}};
        if (stage.family) stage.choices = stage.family->choices();
        space.stages_.push_back(std::move(stage));
    };
    add_stage(object.required("stem"), "stem", nullptr);
    {
        const auto defaults_value = object.optional("stage_defaults");
        std::optional<JsonObject> defaults;
        if (defaults_value) defaults.emplace(*defaults_value);
        for (const auto& stage : object.required("stages").items(1))
            add_stage(stage, "", defaults ? &*defaults : nullptr);
    }
    add_stage(object.required("head"), "head", nullptr);

    space.gather_choices();
    const auto reference = object.optional("reference");
    if (value.document().has_problems()) {
        if (reference) (void)reference->json();
        return space;
    }
    try {
        (void)space.lower(Encoding(space.choices_.size(), 0));
    } catch (const InputError& error) {
        auto problem = error.problems().front();
        value.problem(problem.expected + " at " + problem.place, "found " + problem.found + " in the first network");
    }
    if (reference) {
        JsonObject named(*reference);
        space.reference_name_ = named.required("name").text();
        const auto choices = named.required("choices");
        if (choices.present()) space.reference_ = space.from_json(choices);
    }
    return space;
}

double SearchSpace::encoding_count() const {
    double count = 1;
    for (const auto& choice : choices_) count *= static_cast<double>(choice.values.size());
    return count;
}

Graph SearchSpace::lower(const Encoding& encoding) const {
    Graph graph(input_);
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        const auto values = chosen_values(stages_[s], encoding, first_choice_[s]);
        stages_[s].family->append(graph, stages_[s].name, values);
    }
    return graph;
}

Json SearchSpace::to_json(const Encoding& encoding) const {
    Json json = Json::object();
    for (std::size_t s = 0; s < stages_.size(); ++s)
        for (std::size_t i = 0; i < stages_[s].choices.size(); ++i) {
            const auto& choice = stages_[s].choices[i];
            json[stages_[s].name][choice.name] = choice.values[encoding[first_choice_[s] + i]];
        }
    return json;
}

Encoding SearchSpace::from_json(const JsonValue& value) const {
    Encoding encoding(choices_.size(), 0);
    JsonObject object(value);
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        if (stages_[s].choices.empty()) continue;
        const JsonValue stage_value = object.required(stages_[s].name);
        JsonObject stage(stage_value);
        for (std::size_t i = 0; i < stages_[s].choices.size(); ++i) {
            const auto& choice = stages_[s].choices[i];
            const JsonValue chosen = stage.required(choice.name);
            if (!chosen.present()) continue;
            const auto found = std::find(choice.values.begin(), choice.values.end(), chosen.json());
            if (found == choice.values.end()) {
                chosen.problem("one of " + listed(choice.values));
                continue;
            }
            encoding[first_choice_[s] + i] = static_cast<std::uint8_t>(found - choice.values.begin());
        }
    }
    return encoding;
}

}  // namespace hwnas
