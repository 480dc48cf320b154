#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

/// Which tensors of a network have their channels in common: what is taken from one
/// must be taken from all. Normalisation, activations, pooling, padding and depthwise
/// convolutions keep their input's channels; additions and products tie their
/// operands together; a concatenation has those of its inputs, one group behind the
/// other. (The dependency graph of Fang et al., arXiv 2301.12900, for these operators.)
class ChannelGroups {
public:
    explicit ChannelGroups(const Graph& graph);

    /// The groups of a node's output, from 0 in the order of their first nodes: one,
    /// or several behind a concatenation, in the order of their channels.
    [[nodiscard]] const std::vector<std::size_t>& parts(NodeId node) const {
        return parts_[static_cast<std::size_t>(node)];
    }
    /// Of a node whose output is of one group: whatever makes channels has one.
    [[nodiscard]] std::size_t of(NodeId node) const { return parts(node).front(); }
    [[nodiscard]] std::size_t size() const { return fixed_.size(); }
    /// Channels in a group.
    [[nodiscard]] std::int64_t width(std::size_t group) const { return widths_[group]; }
    /// Whether the group's width can't be changed: the network's input, its output,
    /// channels that a grouped convolution, a slice or a shuffle cuts into parts, and
    /// parts of a concatenation that an addition or a product ties to others.
    [[nodiscard]] bool is_fixed(std::size_t group) const { return fixed_[group]; }
    /// The nodes whose weights make the group's channels: convolutions that are not
    /// depthwise, and fully connected layers.
    [[nodiscard]] const std::vector<NodeId>& makers(std::size_t group) const { return makers_[group]; }

private:
    std::vector<std::vector<std::size_t>> parts_;  ///< by node
    std::vector<std::int64_t> widths_;
    std::vector<bool> fixed_;
    std::vector<std::vector<NodeId>> makers_;
};

/// Whether each channel is convolved alone, one filter a channel.
[[nodiscard]] bool is_depthwise(const op::Conv& conv, std::int64_t channels);

}  // namespace hwnas
