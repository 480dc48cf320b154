#include "space/rule_reader.h"

#include <algorithm>
#include <optional>

namespace hwnas {
namespace {

struct NamedTest {
    std::string name;
    ValueTest test;
    JsonValue place;
};

std::vector<NamedTest> read_tests(const JsonValue& value) {
    std::vector<NamedTest> tests;
    if (!value.present()) return tests;
    JsonObject object(value);
    const auto keys = object.keys();
    if (keys.empty()) value.problem("choices and what they must be");
    for (const auto& key : keys) {
        const auto item = *object.optional(key);
        tests.push_back({key, ValueTest::read(item), item});
    }
    return tests;
}

/// Where a choice stands: its stage, and its number there.
struct Found {
    std::size_t stage = 0;
    std::size_t choice = 0;
};

std::optional<Found> find(const std::vector<Stage>& stages, const std::string& stage, const std::string& choice) {
    for (std::size_t s = 0; s < stages.size(); ++s) {
        if (stages[s].name != stage) continue;
        for (std::size_t i = 0; i < stages[s].choices.size(); ++i)
            if (stages[s].choices[i].name == choice) return Found{s, i};
    }
    return std::nullopt;
}

/// The tests as conditions of one stage; none where it lacks something that they name.
class Binding {
public:
    Binding(std::vector<Stage>& stages, std::size_t stage) : stages_(&stages), stage_(stage) {}

    std::optional<std::vector<Condition>> bind(const std::vector<NamedTest>& tests) {
        std::vector<Condition> conditions;
        for (const auto& [name, test, place] : tests) {
            if (name == "resolution" || name == "channels") {
                own_ = true;
                conditions.push_back(
                    {name == "channels" ? Condition::Subject::channels : Condition::Subject::resolution, 0, test});
                continue;
            }
            const auto found = resolve(name);
            if (!found) return std::nullopt;
            conditions.push_back({Condition::Subject::choice, index_of(*found), test});
        }
        return conditions;
    }
    /// Whether something is this stage's own, so that the rule is about it.
    [[nodiscard]] bool own() const { return own_; }
    /// Keeps what earlier choices the conditions need.
    void commit() { (*stages_)[stage_].reads = reads_; }
    void begin() { reads_ = (*stages_)[stage_].reads; }

private:
    std::optional<Found> resolve(const std::string& name) {
        const auto dot = name.rfind('.');
        const auto& here = (*stages_)[stage_].name;
        auto found = dot == std::string::npos ? find(*stages_, here, name)
                                              : find(*stages_, name.substr(0, dot), name.substr(dot + 1));
        if (!found && dot == std::string::npos) found = find(*stages_, shared_stage, name);
        if (found && found->stage > stage_) return std::nullopt;
        if (found && found->stage == stage_) own_ = true;
        return found;
    }
    std::size_t index_of(const Found& found) {
        if (found.stage == stage_) return found.choice;
        std::size_t position = found.choice;
        for (std::size_t s = 0; s < found.stage; ++s) position += (*stages_)[s].choices.size();
        auto known = std::find(reads_.begin(), reads_.end(), position);
        if (known == reads_.end()) known = reads_.insert(reads_.end(), position);
        return (*stages_)[stage_].choices.size() + static_cast<std::size_t>(known - reads_.begin());
    }

    std::vector<Stage>* stages_;
    std::size_t stage_;
    std::vector<std::size_t> reads_;
    bool own_ = false;
};

/// Whether a rule for `named` is for this stage: it itself, or one of its layers.
bool is_of(const Stage& stage, const std::vector<std::string>& named) {
    return named.empty() || std::any_of(named.begin(), named.end(), [&stage](const std::string& name) {
               return stage.name == name || stage.name.starts_with(name + ".");
           });
}

}  // namespace

void read_rules(const JsonValue& list, std::vector<Stage>& stages) {
    for (const auto& item : list.items(1)) {
        std::vector<std::string> named;
        JsonObject object(item);
        if (const auto names = object.optional("stages"))
            for (const auto& name : names->items(1)) {
                named.push_back(name.text());
                if (std::none_of(stages.begin(), stages.end(),
                                 [&](const Stage& stage) { return is_of(stage, {named.back()}); }))
                    name.problem("the name of a stage");
            }
        const auto where_value = object.optional("where");
        const auto where = where_value ? read_tests(*where_value) : std::vector<NamedTest>();
        const auto require = read_tests(object.required("require"));
        Json text = item.json();
        if (text.is_object()) text.erase("comment");
        bool bound = false;
        for (std::size_t s = 0; s < stages.size(); ++s) {
            if (!is_of(stages[s], named)) continue;
            Binding binding(stages, s);
            binding.begin();
            auto left = binding.bind(where);
            auto right = binding.bind(require);
            if (!left || !right || !binding.own()) continue;
            binding.commit();
            stages[s].rules.push_back({std::move(*left), std::move(*right), text.dump()});
            bound = true;
        }
        if (!bound && !list.document().has_problems())
            item.problem("choices that one stage has, or it and stages before it",
                         "a choice of an earlier stage is written STAGE.CHOICE");
    }
}

}  // namespace hwnas
