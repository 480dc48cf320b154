#include "space/stage_draft.h"

#include <algorithm>
#include <set>

namespace hwnas {
namespace {

/// While a stage is read, it is not known how many choices of its own come before the
/// values of earlier ones, whose indices start here until then.
constexpr std::size_t first_read = std::size_t{1} << 20U;

template <typename Visit>
void each_source(StagePlan& plan, const Visit& visit) {
    for (auto* source :
         {&plan.filters_factor, &plan.layers_added, &plan.stride_at, &plan.width, &plan.depth, &plan.block})
        visit(*source);
    for (auto& variant : plan.variants)
        for (auto& [name, source] : variant.fields) visit(source);
}

}  // namespace

std::vector<Json> read_values(const JsonValue& list, const BlockField& field) {
    std::vector<Json> values;
    std::set<Json> seen;
    for (const auto& item : list.items(1)) {
        values.push_back(field.read(item));
        if (!seen.insert(values.back()).second) item.problem("values that differ");
    }
    if (values.size() > most_choice_values) list.problem("at most 255 values");
    return values;
}

void StageDraft::add_variant(std::string name, std::shared_ptr<const BlockFamily> family, const FieldScopes& scopes) {
    BlockVariant variant{std::move(name), std::move(family), {}, {}};
    for (const auto& field : variant.family->fields()) {
        ValueSource source;
        const auto said = given(scopes, field.name);
        if (said.choice) {
            auto values = read_values(*said.choice, field);
            source.index = add_choice(field.name, values);
            variant.known.emplace_back(*source.index, std::move(values));
        } else if (said.value) {
            source.fixed = field.read(*said.value);
        } else if (!read_shared(source, field)) {
            if (field.otherwise.is_null()) (void)scopes.front()->fields().required(field.name);
            source.fixed = field.otherwise;
        }
        variant.fields.emplace_back(field.name, std::move(source));
    }
    plan_.variants.push_back(std::move(variant));
}

std::size_t StageDraft::add_choice(const std::string& name, const std::vector<Json>& values) {
    const auto found = std::find_if(plan_.choices.begin(), plan_.choices.end(),
                                    [&name](const Choice& choice) { return choice.name == name; });
    const auto index = static_cast<std::size_t>(found - plan_.choices.begin());
    if (found == plan_.choices.end()) plan_.choices.push_back({name, {}});
    auto& all = plan_.choices[index].values;
    for (const auto& value : values)
        if (std::find(all.begin(), all.end(), value) == all.end()) all.push_back(value);
    return index;
}

bool StageDraft::read_shared(ValueSource& source, const BlockField& field) {
    for (std::size_t position = 0; position < shared_->size(); ++position) {
        auto& known = (*shared_)[position];
        if (known.choice.name != field.name) continue;
        if (!known.used) known.choice.values = read_values(known.list, field);
        known.used = true;
        read_earlier(source, position);
        return true;
    }
    return false;
}

void StageDraft::read_earlier(ValueSource& source, std::size_t position) {
    auto found = std::find(reads_.begin(), reads_.end(), position);
    if (found == reads_.end()) found = reads_.insert(reads_.end(), position);
    source.index = first_read + static_cast<std::size_t>(found - reads_.begin());
}

double StageDraft::greatest(const ValueSource& source, const std::vector<Choice>& earlier, std::size_t position) const {
    if (!source.index) return source.fixed.get<double>();
    const auto at = reads_[*source.index - first_read];
    const auto& values = at < shared_->size() ? (*shared_)[at].choice.values : earlier[at - position].values;
    double most = 0;
    for (const auto& value : values) most = std::max(most, value.get<double>());
    return most;
}

Stage StageDraft::finished(std::string name) const {
    StagePlan whole = plan_;
    each_source(whole, [&whole](ValueSource& source) {
        if (source.index && *source.index >= first_read)
            source.index = *source.index - first_read + whole.choices.size();
    });
    Stage stage{std::move(name), nullptr, whole.choices, reads_, {}};
    stage.builder = std::make_shared<BlockStage>(std::move(whole));
    return stage;
}

}  // namespace hwnas
