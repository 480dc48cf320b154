#include "space/categorical_space.h"

#include <algorithm>
#include <cmath>

#include "core/sha256.h"

namespace hwnas {
namespace {

constexpr std::size_t id_digits = 16;

}  // namespace

SpaceKind read_space_kind(const JsonValue& space) {
    if (!space.is_object() || !space.json().contains("type")) return SpaceKind::network;
    const JsonValue type(space.document(), &space.json().at("type"), space.pointer() + "/type");
    return type.one_of({"network", "widths", "categorical"}) == "categorical" ? SpaceKind::categorical
                                                                              : SpaceKind::network;
}

std::optional<std::size_t> find_choice(const std::vector<Choice>& choices, const std::string& name,
                                       const JsonValue& place) {
    std::vector<std::string> names;
    for (const auto& choice : choices) {
        if (choice.name == name) return names.size();
        names.push_back(choice.name);
    }
    const auto near = nearest_word(name, names);
    place.document().add_problem(place.pointer(), "a choice of the space", "\"" + name + "\"",
                                 near ? "did you mean \"" + *near + "\"?" : "");
    return std::nullopt;
}

std::optional<std::uint8_t> find_value(const Choice& choice, const JsonValue& value) {
    if (!value.present()) return std::nullopt;
    const auto found = std::find(choice.values.begin(), choice.values.end(), value.json());
    if (found != choice.values.end()) return static_cast<std::uint8_t>(found - choice.values.begin());
    std::vector<std::string> words;
    for (const auto& word : choice.values)
        if (word.is_string()) words.push_back(word.get<std::string>());
    const auto near = value.is_string() ? nearest_word(value.text(), words) : std::nullopt;
    value.problem("one of " + values_text(choice.values) + ", the values of " + choice.name,
                  near ? "did you mean \"" + *near + "\"?" : "");
    return std::nullopt;
}

CategoricalSpace CategoricalSpace::load(const std::filesystem::path& path) {
    auto document = JsonDocument::load(path);
    auto space = read(JsonValue(document));
    document.throw_problems();
    return space;
}

CategoricalSpace CategoricalSpace::read(const JsonValue& value) {
    CategoricalSpace space;
    JsonObject object(value);
    space.name_ = object.required("name").text();
    (void)object.required("type").one_of({"categorical"});
    for (const auto& choice : object.required("choices").items(1)) space.read_choice(choice);
    if (const auto sets = object.optional("interchangeable"))
        for (const auto& set : sets->items()) space.read_interchangeable(set);
    return space;
}

void CategoricalSpace::read_choice(const JsonValue& value) {
    JsonObject object(value);
    Choice choice;
    const auto name = object.required("name");
    choice.name = name.text();
    const auto taken = [&](const Choice& other) { return other.name == choice.name; };
    if (std::any_of(choices_.begin(), choices_.end(), taken)) name.problem("a choice name that is not taken");
    const auto values = object.required("values");
    for (const auto& item : values.items(1)) {
        if (!item.json().is_number() && !item.is_string())
            item.problem("a number or a word");
        else if (std::find(choice.values.begin(), choice.values.end(), item.json()) != choice.values.end())
            item.problem("each value once");
        else
            choice.values.push_back(item.json());
    }
    if (choice.values.size() > most_choice_values)
        values.problem("at most " + std::to_string(most_choice_values) + " values");
    choices_.push_back(std::move(choice));
}

void CategoricalSpace::read_interchangeable(const JsonValue& value) {
    JsonObject object(value);
    const auto shared = object.required("value");
    const auto among = object.required("among");
    Interchangeable set;
    for (const auto& item : among.items(2)) {
        const std::string name = item.text();
        const auto choice = item.is_string() ? find_choice(choices_, name, item) : std::nullopt;
        if (!choice) continue;
        const auto holds = [&](const auto& other) {
            return std::find(other.choices.begin(), other.choices.end(), *choice) != other.choices.end();
        };
        if (holds(set) || std::any_of(interchangeable_.begin(), interchangeable_.end(), holds))
            item.problem("a choice that no other place of \"interchangeable\" names");
        else
            set.choices.push_back(*choice);
    }
    std::sort(set.choices.begin(), set.choices.end());
    if (set.choices.size() < 2) return;
    const auto& first = choices_[set.choices.front()];
    for (const std::size_t choice : set.choices)
        if (choices_[choice].values != first.values) {
            among.problem("choices with the same values in the same order");
            return;
        }
    if (const auto index = find_value(first, shared)) {
        set.value = *index;
        interchangeable_.push_back(std::move(set));
    }
}

Encoding CategoricalSpace::canonical(const Encoding& given) const {
    check_encoding(choices_, given);
    Encoding encoding = given;
    for (const auto& set : interchangeable_) {
        std::size_t place = 0;
        for (const std::size_t choice : set.choices)
            if (encoding[choice] != set.value) encoding[set.choices[place++]] = encoding[choice];
        for (; place < set.choices.size(); ++place) encoding[set.choices[place]] = set.value;
    }
    return encoding;
}

Architecture CategoricalSpace::architecture(const Encoding& encoding) const {
    Architecture architecture{canonical(encoding), ""};
    architecture.id = sha256_hex(choices_json(architecture.encoding).dump()).substr(0, id_digits);
    return architecture;
}

Json CategoricalSpace::choices_json(const Encoding& encoding) const {
    Json json = Json::object();
    for (std::size_t i = 0; i < choices_.size(); ++i) json[choices_[i].name] = choices_[i].values[encoding[i]];
    return json;
}

Encoding CategoricalSpace::from_json(const JsonValue& value) const {
    Encoding encoding(choices_.size(), 0);
    JsonObject object(value);
    for (std::size_t i = 0; i < choices_.size(); ++i)
        encoding[i] = find_value(choices_[i], object.required(choices_[i].name)).value_or(0);
    return encoding;
}

double CategoricalSpace::encoding_count() const {
    double count = 1;
    for (const auto& choice : choices_) count *= static_cast<double>(choice.values.size());
    return count;
}

double CategoricalSpace::architecture_count() const {
    double count = encoding_count();
    for (const auto& set : interchangeable_) {
        // What stands before the moved values: up to all of the places, in order.
        const auto values = static_cast<double>(choices_[set.choices.front()].values.size());
        double heads = 1;
        double differ = 1;
        double all = 1;
        for (std::size_t i = 0; i < set.choices.size(); ++i) {
            heads *= values - 1;
            differ += heads;
            all *= values;
        }
        count *= differ / all;
    }
    return std::round(count);
}

}  // namespace hwnas
