#include "space/width_family.h"

#include <algorithm>

#include "core/error.h"

namespace hwnas {
namespace {

const char* const layer_choice = "layer";
const char* const keep = "keep";
const char* const remove_it = "remove";

std::vector<Json> widths(std::int64_t own, const WidthOptions& options) {
    std::vector<Json> values;
    const auto first = (options.least + options.step - 1) / options.step * options.step;
    for (std::int64_t width = first; width < own; width += options.step) values.emplace_back(width);
    values.emplace_back(own);
    return values;
}

}  // namespace

WidthFamily::WidthFamily(const Graph& network, const ChannelGroups& groups, std::size_t segment,
                         const WidthOptions& options)
    : prefix_(network.segments()[segment] + ".") {
    NodeId last = 0;
    std::optional<NodeId> entering;
    for (NodeId id = 1; id <= network.output(); ++id) {
        if (network.node(id).segment != static_cast<std::int32_t>(segment)) continue;
        last = id;
        for (const NodeId input : network.node(id).inputs)
            if (!index_of_.contains(input) && !entering) entering = input;
        if (entering && layers_.empty()) {
            index_of_[*entering] = -1;
            // Whatever is tied to a part of a concatenation is fixed.
            if (groups.parts(*entering).size() == 1) entering_group_ = groups.of(*entering);
        }
        add_layer(network, groups, id, options);
    }
    const Node& output = network.node(last);
    const bool residual = std::holds_alternative<op::Add>(output.op) &&
                          std::find(output.inputs.begin(), output.inputs.end(), *entering) != output.inputs.end();
    if (residual && options.removable_layers) {
        removal_ = choices_.size();
        choices_.push_back({layer_choice, {keep, remove_it}});
    }
}

void WidthFamily::add_layer(const Graph& network, const ChannelGroups& groups, NodeId id, const WidthOptions& options) {
    Layer layer{network.node(id), false, {}};
    for (auto& input : layer.node.inputs) {
        const auto inside = index_of_.find(input);
        if (inside == index_of_.end())
            throw InputError({"segment \"" + prefix_.substr(0, prefix_.size() - 1) + "\"", "one tensor that enters",
                              "\"" + network.node(input).name + "\" beside another one", ""});
        input = inside->second;
    }
    const auto group = groups.of(id);
    const auto& makers = groups.makers(group);
    if (std::find(makers.begin(), makers.end(), id) != makers.end() && !groups.is_fixed(group)) {
        const auto own = groups.width(group);
        if (group == entering_group_) {
            layer.follows_input = true;
        } else if (const auto known = choice_of_group_.find(group); known != choice_of_group_.end()) {
            layer.choice = known->second;
        } else if (own > options.least) {
            std::string name = layer.node.name;
            if (name.starts_with(prefix_)) name.erase(0, prefix_.size());
            if (name.ends_with(".conv")) name.erase(name.size() - 5);
            auto values = widths(own, options);
            if (values.size() > most_choice_values)
                throw InputError({"width of \"" + layer.node.name + "\"", "at most 255 widths",
                                  std::to_string(values.size()), "choose a larger \"width_step\""});
            layer.choice = choice_of_group_[group] = choices_.size();
            choices_.push_back({name, std::move(values)});
        }
    }
    index_of_[id] = static_cast<std::int32_t>(layers_.size());
    layers_.push_back(std::move(layer));
}

void WidthFamily::append(Graph& graph, const std::string& stage, ChosenValues values) const {
    if (removal_ && values[*removal_] == remove_it) return;
    const NodeId input = graph.output();
    const std::int64_t entering = graph.shape(input)[0];
    graph.begin_segment(stage);
    for (const auto& layer : layers_) {
        std::vector<NodeId> inputs;
        for (const auto index : layer.node.inputs) inputs.push_back(index < 0 ? input : input + 1 + index);
        op::Operator op = layer.node.op;
        const auto width = [&](std::int64_t own) {
            if (layer.follows_input) return entering;
            return layer.choice ? values[*layer.choice].get<std::int64_t>() : own;
        };
        if (auto* conv = std::get_if<op::Conv>(&op)) {
            if (conv->group > 1 && conv->group == conv->filters)
                conv->group = conv->filters = graph.shape(inputs[0])[0];
            else
                conv->filters = width(conv->filters);
        } else if (auto* gemm = std::get_if<op::Gemm>(&op)) {
            gemm->features = width(gemm->features);
        }
        graph.add(layer.node.name, std::move(op), std::move(inputs));
    }
}

}  // namespace hwnas
