#include "graph/inheritance.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "graph/channel_groups.h"

namespace hwnas {
namespace {

using Kept = std::vector<std::int64_t>;  ///< the parent's channels that stay, ascending

Kept all_of(std::int64_t count) {
    Kept kept(static_cast<std::size_t>(count));
    std::iota(kept.begin(), kept.end(), std::int64_t{0});
    return kept;
}

class Inheritance {
public:
    Inheritance(const Graph& parent, const Weights& weights, const Graph& child)
        : parent_(parent), weights_(weights), child_(child), groups_(parent) {
        for (NodeId id = 0; id <= parent.output(); ++id) by_name_.emplace(parent.node(id).name, id);
        by_name_.insert_or_assign(child.node(child.input()).name, parent.input());
        find_widths();
    }

    [[nodiscard]] Weights run() const {
        Weights inherited;
        for (const auto& node : child_.nodes()) {
            const auto found = by_name_.find(node.name);
            if (found == by_name_.end() || node.inputs.empty()) continue;
            const auto tensors = of_node(node, parent_.node(found->second), found->second);
            if (!fits(node, tensors)) continue;
            for (const auto& [name, tensor] : tensors) inherited[node.name + "." + name] = tensor;
        }
        return inherited;
    }

private:
    /// How many channels of each of the parent's groups the child has, where all its
    /// tensors agree on that and it is not more than the parent has.
    void find_widths() {
        std::vector<std::optional<std::int64_t>> widths(groups_.size());
        std::vector<bool> agree(groups_.size(), true);
        for (const auto& node : child_.nodes()) {
            const auto found = by_name_.find(node.name);
            // Behind a concatenation a width is a sum, of which its parts tell.
            if (found == by_name_.end() || groups_.parts(found->second).size() > 1) continue;
            const auto group = groups_.of(found->second);
            // A flattened map has a channel for each of its pixels.
            if (node.shape.size() != parent_.shape(found->second).size() ||
                std::holds_alternative<op::Flatten>(node.op))
                continue;
            if (widths[group] && *widths[group] != node.shape[0]) agree[group] = false;
            if (moves_channels(node.op) && op::to_json(node.op) != op::to_json(parent_.node(found->second).op))
                agree[group] = false;
            widths[group] = node.shape[0];
        }
        kept_.resize(groups_.size());
        for (std::size_t group = 0; group < groups_.size(); ++group)
            if (widths[group] && agree[group] && *widths[group] <= groups_.width(group))
                kept_[group] = strongest(group, *widths[group]);
        // What is cut out of a narrowed map is something else.
        for (NodeId id = 1; id <= parent_.output(); ++id) {
            const Node& node = parent_.node(id);
            if (!moves_channels(node.op)) continue;
            const auto kept = channels_of(node.inputs[0]);
            if (!kept || static_cast<std::int64_t>(kept->size()) != parent_.shape(node.inputs[0])[0])
                kept_[groups_.of(id)].reset();
        }
    }

    [[nodiscard]] static bool moves_channels(const op::Operator& op) {
        return std::holds_alternative<op::Slice>(op) || std::holds_alternative<op::ChannelShuffle>(op);
    }

    [[nodiscard]] std::optional<Kept> strongest(std::size_t group, std::int64_t count) const {
        const std::int64_t width = groups_.width(group);
        Kept order = all_of(width);
        if (count == width) return order;
        if (groups_.makers(group).empty()) return std::nullopt;
        std::vector<double> strength(order.size(), 0.0);
        for (const NodeId maker : groups_.makers(group)) {
            const auto& weight = weights_.at(parent_.node(maker).name + ".weight");
            const std::size_t each = weight.values.size() / order.size();
            for (std::size_t i = 0; i < weight.values.size(); ++i)
                strength[i / each] += static_cast<double>(weight.values[i]) * static_cast<double>(weight.values[i]);
        }
        std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
            return strength[static_cast<std::size_t>(a)] > strength[static_cast<std::size_t>(b)];
        });
        order.resize(static_cast<std::size_t>(count));
        std::sort(order.begin(), order.end());
        return order;
    }

    /// The channels of a node of the parent that stay, its parts behind one another.
    [[nodiscard]] std::optional<Kept> channels_of(NodeId id) const {
        Kept channels;
        std::int64_t before = 0;
        for (const auto group : groups_.parts(id)) {
            if (!kept_[group]) return std::nullopt;
            for (const auto channel : *kept_[group]) channels.push_back(before + channel);
            before += groups_.width(group);
        }
        return channels;
    }

    /// The parent's channels that enter a node of the parent, as its weights count them.
    [[nodiscard]] std::optional<Kept> entering(const Node& parent_node) const {
        const NodeId input = parent_node.inputs[0];
        const auto kept = channels_of(input);
        const Node& before = parent_.node(input);
        if (!kept || !std::holds_alternative<op::Flatten>(before.op)) return kept;
        const auto& map = parent_.shape(before.inputs[0]);
        const std::int64_t pixels = before.shape[0] / map[0];
        Kept columns;
        for (const auto channel : *kept)
            for (std::int64_t pixel = 0; pixel < pixels; ++pixel) columns.push_back(channel * pixels + pixel);
        return columns;
    }

    [[nodiscard]] Weights of_node(const Node& node, const Node& parent_node, NodeId parent_id) const {
        Weights tensors;
        const auto rows = channels_of(parent_id);
        if (!rows || node.op.index() != parent_node.op.index()) return tensors;
        const auto specs = op::weight_specs(parent_node.op, parent_.input_shapes(parent_node));
        for (const auto& spec : specs) {
            const auto& tensor = weights_.at(parent_node.name + "." + spec.name);
            std::optional<Kept> columns;
            if (spec.shape.size() > 1) {
                const auto* conv = std::get_if<op::Conv>(&parent_node.op);
                columns = conv != nullptr && conv->group > 1 ? all_of(spec.shape[1]) : entering(parent_node);
                if (!columns) return {};
            }
            tensors[spec.name] = part_of(tensor, *rows, columns);
            if (const auto* conv = std::get_if<op::Conv>(&node.op); conv != nullptr && tensor.shape.size() == 4)
                tensors[spec.name] = with_kernel(std::move(tensors[spec.name]), conv->kernel);
        }
        return tensors;
    }

    [[nodiscard]] static Tensor part_of(const Tensor& tensor, const Kept& rows, const std::optional<Kept>& columns) {
        Tensor part{tensor.shape, {}};
        part.shape[0] = static_cast<std::int64_t>(rows.size());
        if (columns) part.shape[1] = static_cast<std::int64_t>(columns->size());
        std::int64_t inner = 1;  // values of one row and column
        for (std::size_t axis = columns ? 2 : 1; axis < tensor.shape.size(); ++axis) inner *= tensor.shape[axis];
        const std::int64_t width = columns ? tensor.shape[1] : 1;
        const Kept only_one{0};
        for (const auto row : rows)
            for (const auto column : columns ? *columns : only_one) {
                const auto from = tensor.values.begin() + (row * width + column) * inner;
                part.values.insert(part.values.end(), from, from + inner);
            }
        return part;
    }

    /// Filters of another size, their middles on each other: cut off, or with zeros around.
    [[nodiscard]] static Tensor with_kernel(Tensor filters, const op::Extent& kernel) {
        const std::int64_t height = filters.shape[2], width = filters.shape[3];
        if (kernel == op::Extent{height, width} || (kernel[0] - height) % 2 != 0 || (kernel[1] - width) % 2 != 0)
            return filters;
        const std::int64_t down = (kernel[0] - height) / 2, right = (kernel[1] - width) / 2;
        Tensor resized{{filters.shape[0], filters.shape[1], kernel[0], kernel[1]}, {}};
        for (std::int64_t filter = 0; filter < filters.shape[0] * filters.shape[1]; ++filter)
            for (std::int64_t y = -down; y < kernel[0] - down; ++y)
                for (std::int64_t x = -right; x < kernel[1] - right; ++x) {
                    const bool there = y >= 0 && y < height && x >= 0 && x < width;
                    const auto at = static_cast<std::size_t>((filter * height + y) * width + x);
                    resized.values.push_back(there ? filters.values[at] : 0.0F);
                }
        return resized;
    }

    /// Whether these are all tensors that the child's node has, in its shapes.
    [[nodiscard]] bool fits(const Node& node, const Weights& tensors) const {
        const auto specs = op::weight_specs(node.op, child_.input_shapes(node));
        return specs.size() == tensors.size() && std::all_of(specs.begin(), specs.end(), [&tensors](const auto& spec) {
                   const auto found = tensors.find(spec.name);
                   return found != tensors.end() && found->second.shape == spec.shape;
               });
    }

    const Graph& parent_;
    const Weights& weights_;
    const Graph& child_;
    ChannelGroups groups_;
    std::unordered_map<std::string, NodeId> by_name_;
    std::vector<std::optional<Kept>> kept_;  ///< by the parent's group; none where it can't be said
};

}  // namespace

Weights inherit(const Graph& parent, const Weights& weights, const Graph& child) {
    check_weights(parent, weights, "the parent's weights");
    return Inheritance(parent, weights, child).run();
}

}  // namespace hwnas
