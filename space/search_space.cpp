#include "space/search_space.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "space/compiled_space.h"
#include "space/rule_reader.h"
#include "space/stage_reader.h"
#include "space/width_space.h"

namespace hwnas {
namespace {

constexpr double most_compiled_on_reading = 4096;  // encodings

/// What the file calls the shape of all networks.
constexpr std::array<const char*, 3> shape_choices{"resolution", "width", "depth"};

/// Of a stage's own choices, and of those that it reads.
std::vector<Json> chosen_values(const SearchSpace& space, std::size_t s, const Encoding& encoding) {
    const auto& stage = space.stages()[s];
    std::vector<Json> values;
    values.reserve(stage.choices.size() + stage.reads.size());
    for (std::size_t i = 0; i < stage.choices.size(); ++i)
        values.push_back(stage.choices[i].values[encoding[space.first_choice(s) + i]]);
    for (const auto position : stage.reads) values.push_back(space.choices()[position].values[encoding[position]]);
    return values;
}

/// The choices of the whole space, the shape first, then by name.
std::vector<SharedChoice> read_shared(const JsonValue& value) {
    std::vector<SharedChoice> shared;
    JsonObject object(value);
    const auto add = [&](const std::string& name) {
        if (const auto list = object.optional(name)) shared.push_back({{name, {}}, *list, false});
    };
    for (const auto* name : shape_choices) add(name);
    for (const auto& name : object.keys())
        if (std::find(shape_choices.begin(), shape_choices.end(), name) == shape_choices.end()) add(name);
    for (auto& [choice, list, used] : shared) {
        const auto items = list.items(1);
        if (items.size() > 255) list.problem("at most 255 values");
        if (choice.name != "resolution") continue;
        used = true;
        for (const auto& item : items) {
            choice.values.emplace_back(item.integer({1, 8192}));
            if (std::count(choice.values.begin(), choice.values.end(), choice.values.back()) > 1)
                item.problem("values that differ");
        }
    }
    return shared;
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
        if (!stage.builder)
            for (std::size_t i = 0; i < stage.choices.size(); ++i)
                if (stage.name == shared_stage && stage.choices[i].name == "resolution")
                    resolution_ = choices_.size() + i;
        for (const auto& choice : stage.choices) choices_.push_back({stage.name + "." + choice.name, choice.values});
    }
}

void SearchSpace::read_stages(JsonObject& object, const JsonValue& value) {
    StageReader::Scale scale{object.number("width", 1, {0.01, 100}), object.number("depth", 1, {0.01, 100}),
                             object.integer("divisor", 1, {1, 1024}), classes_};
    std::vector<SharedChoice> shared;
    if (const auto choices = object.optional("choices")) shared = read_shared(*choices);
    if (!shared.empty()) {
        stages_.push_back({shared_stage, nullptr, {}, {}, {}});
        for (const auto& [choice, list, used] : shared) stages_.front().choices.push_back(choice);
    }
    StageReader reader(scale, shared);
    reader.read(object.required("stem"), "stem", nullptr, stages_);
    {
        const auto given = object.optional("stage_defaults");
        std::optional<FieldScope> defaults;
        if (given) defaults.emplace(*given);
        for (const auto& stage : object.required("stages").items(1))
            reader.read(stage, "", defaults ? &*defaults : nullptr, stages_);
    }
    reader.read(object.required("head"), "head", nullptr, stages_);
    for (std::size_t i = 0; i < shared.size(); ++i) {
        stages_.front().choices[i] = shared[i].choice;
        if (!shared[i].used && !value.document().has_problems())
            shared[i].list.problem(
                "\"resolution\", \"width\", \"depth\", or a field that some stage has and does not "
                "state itself");
    }
    if (const auto rules = object.optional("constraints")) read_rules(*rules, stages_);
}

void SearchSpace::read_reference(JsonObject& object) {
    const auto reference = object.optional("reference");
    if (!reference) return;
    JsonObject named(*reference);
    reference_name_ = named.required("name").text();
    const auto choices = named.required("choices");
    if (choices.present() && !choices.document().has_problems()) reference_ = from_json(choices);
}

SearchSpace SearchSpace::read(const JsonValue& value) {
    if (value.is_object() && value.json().value("type", Json()) == "widths") return read_width_space(value);
    SearchSpace space;
    JsonObject object(value);
    space.name_ = object.required("name").text();
    (void)object.one_of("type", {"network"}, "network");
    // What papers say of a network; who compares networks reads it.
    (void)object.optional("published");
    const auto extents = object.required("input");
    for (const auto& extent : extents.items()) space.input_.push_back(extent.integer({1, 8192}));
    if (extents.present() && space.input_.size() != 3) extents.problem("three extents: channels, height, width");
    space.classes_ = object.required("classes").integer({2, 1e6});
    space.read_stages(object, value);
    if (value.document().has_problems()) {
        (void)object.optional("reference");
        return space;
    }
    space.gather_choices();
    space.read_reference(object);
    if (value.document().has_problems()) return space;
    try {
        (void)space.lower(space.reference_.empty() ? Encoding(space.choices_.size(), 0) : space.reference_);
    } catch (const InputError& error) {
        // One network may break a rule where others do not. Whether there are any is found when the space is
        // compiled, which reading a file is not for unless it is soon done.
        if (space.reference_.empty() && space.encoding_count() > most_compiled_on_reading) return space;
        try {
            if (!space.reference_.empty() || space.encoding_count() == 1) throw;
            (void)CompiledSpace(space);
        } catch (const InputError& whole) {
            auto problem = whole.problems().front();
            value.problem(
                problem.expected + " at " + problem.place,
                "found " + problem.found + " in " + (space.reference_.empty() ? "the first network" : "the reference"));
        }
    }
    return space;
}

double SearchSpace::encoding_count() const {
    double count = 1;
    for (const auto& choice : choices_) count *= static_cast<double>(choice.values.size());
    return count;
}

Shape SearchSpace::input_of(std::span<const std::uint8_t> encoding) const {
    if (!resolution_) return input_;
    const auto extent = choices_[*resolution_].values[encoding[*resolution_]].get<std::int64_t>();
    return {input_[0], extent, extent};
}

Graph SearchSpace::lower(const Encoding& encoding) const {
    check_encoding(choices_, encoding);
    Graph graph(input_of(encoding));
    for (std::size_t s = 0; s < stages_.size(); ++s) append_stage(graph, stages_[s], chosen_values(*this, s, encoding));
    return graph;
}

void append_stage(Graph& graph, const Stage& stage, ChosenValues values) {
    for (const auto& rule : stage.rules)
        if (!rule.holds(graph.shape(graph.output()), values))
            throw InputError({"stage \"" + stage.name + "\"", "choices that keep to the constraint " + rule.text,
                              "choices that break it, where " + to_string(graph.shape(graph.output())) + " enters",
                              ""});
    if (stage.builder) stage.builder->append(graph, stage.name, values);
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
                chosen.problem("one of " + values_text(choice.values));
                continue;
            }
            encoding[first_choice_[s] + i] = static_cast<std::uint8_t>(found - choice.values.begin());
        }
    }
    return encoding;
}

}  // namespace hwnas
