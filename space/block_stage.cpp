#include "space/block_stage.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "space/layers.h"

namespace hwnas {

std::int64_t BlockStage::layer_count(ChosenValues values) const {
    const double deep = std::ceil(static_cast<double>(plan_.layers) * plan_.depth.of(values).get<double>());
    return std::max<std::int64_t>(1,
                                  static_cast<std::int64_t>(deep) + plan_.layers_added.of(values).get<std::int64_t>());
}

std::int64_t BlockStage::scaled(double channels, ChosenValues values) const {
    const double wanted = channels * plan_.width.of(values).get<double>();
    if (plan_.divisor > 1) return layers::rounded_channels(wanted, plan_.divisor);
    return std::max<std::int64_t>(1, std::llround(wanted));
}

std::int64_t BlockStage::filters(ChosenValues values) const {
    if (plan_.filters == 0) return 0;
    return scaled(static_cast<double>(plan_.filters) * plan_.filters_factor.of(values).get<double>(), values);
}

const BlockVariant& BlockStage::variant(const std::string& stage, ChosenValues values) const {
    if (plan_.variants.size() == 1) return plan_.variants.front();
    const auto& name = plan_.block.of(values).get_ref<const std::string&>();
    const auto found = std::find_if(plan_.variants.begin(), plan_.variants.end(),
                                    [&name](const BlockVariant& variant) { return variant.name == name; });
    for (const auto& [index, known] : found->known)
        if (std::find(known.begin(), known.end(), values[index]) == known.end())
            throw InputError({"stage \"" + stage + "\"",
                              "a value of \"" + plan_.choices[index].name + "\" that \"" + name + "\" has",
                              values[index].dump(), ""});
    return *found;
}

void BlockStage::append(Graph& graph, const std::string& stage, ChosenValues values) const {
    const auto layers = layer_count(values);
    if (plan_.only_layer && *plan_.only_layer >= layers) return;
    const auto& chosen = variant(stage, values);
    Block block;
    block.filters = filters(values);
    block.classes = plan_.classes;
    block.scaled = [this, values](double channels) { return scaled(channels, values); };
    block.value = [&chosen, values](std::string_view name) -> const Json& {
        const auto found = std::find_if(chosen.fields.begin(), chosen.fields.end(),
                                        [name](const auto& field) { return field.first == name; });
        return found->second.of(values);
    };
    const auto at = plan_.stride_at.of(values).get<std::int64_t>();
    const auto striding = std::clamp<std::int64_t>(at < 0 ? layers + at : at, 0, layers - 1);
    for (std::int64_t layer = plan_.only_layer.value_or(0); layer < layers; ++layer) {
        const bool alone = plan_.only_layer || (plan_.variants.size() == 1 && !chosen.family->traits().layers);
        block.name = alone ? stage : stage + "." + std::to_string(layer);
        block.layer = layer;
        block.stride = layer == striding ? plan_.stride : 1;
        const NodeId before = graph.output();
        graph.begin_segment(block.name);
        chosen.family->append(graph, block);
        if (graph.output() == before) graph.drop_segment();
        if (plan_.only_layer) break;
    }
}

std::vector<double> BlockStage::scaled_fields(ChosenValues values) const {
    std::vector<double> all;
    for (const auto& variant : plan_.variants) {
        const auto names = variant.family->traits().scaled;
        for (const auto& [name, source] : variant.fields) {
            if (std::find(names.begin(), names.end(), name) == names.end()) continue;
            if (source.index && *source.index < plan_.choices.size())
                for (const auto& value : plan_.choices[*source.index].values) all.push_back(value.get<double>());
            else
                all.push_back(source.of(values).get<double>());
        }
    }
    return all;
}

Json BlockStage::effect(ChosenValues read) const {
    // The builder's own values do not count here: stand-ins in front of what is read.
    std::vector<Json> values(plan_.choices.size());
    values.insert(values.end(), read.begin(), read.end());
    const auto own = plan_.choices.size();
    const auto reads = [own](const ValueSource& source) { return source.index && *source.index >= own; };
    const auto known = [own](const ValueSource& source) { return !source.index || *source.index >= own; };
    std::set<std::size_t> summed_up;
    Json effect = Json::array();
    if (known(plan_.depth) && known(plan_.layers_added)) {
        const auto layers = layer_count(values);
        if (plan_.only_layer && *plan_.only_layer >= layers) return "nothing";
        // A layer by itself does not see how many there are, unless the stride is counted from the end.
        const bool counts = !plan_.only_layer || plan_.stride_at.index || plan_.stride_at.fixed != 0;
        effect.push_back(counts ? layers : 0);
        for (const auto* source : {&plan_.depth, &plan_.layers_added})
            if (reads(*source)) summed_up.insert(*source->index);
    }
    if (known(plan_.width) && known(plan_.filters_factor)) {
        effect.push_back(filters(values));
        for (const auto* source : {&plan_.width, &plan_.filters_factor})
            if (reads(*source)) summed_up.insert(*source->index);
        for (const auto& channels : scaled_fields(values)) effect.push_back(scaled(channels, values));
    }
    for (std::size_t i = own; i < values.size(); ++i)
        if (!summed_up.contains(i)) effect.push_back(values[i]);
    return effect;
}

}  // namespace hwnas
