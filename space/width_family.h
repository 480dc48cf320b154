#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/channel_groups.h"
#include "space/stage.h"

namespace hwnas {

/// Which of a network's widths can be chosen, and how.
struct WidthOptions {
    std::int64_t step = 8;         ///< widths are its multiples, and the network's own
    std::int64_t least = 8;        ///< channels
    bool removable_layers = true;  ///< layers with an identity residual may go altogether
};

/// One segment of a given network, with the widths that begin in it as choices:
/// for each group of channels that its convolutions make, from `least` up to the
/// network's own, which comes last. What enters the segment keeps its width, and so
/// do all channels that are tied to it (a residual layer's output). A layer that
/// adds its input to its output may have the choice `layer`: `keep` or `remove`.
class WidthFamily : public BlockFamily {
public:
    WidthFamily(const Graph& network, const ChannelGroups& groups, std::size_t segment, const WidthOptions& options);

    [[nodiscard]] std::vector<Choice> choices() const override { return choices_; }
    void append(Graph& graph, const std::string& stage, ChosenValues values) const override;

private:
    struct Layer {
        Node node;                          ///< inputs: -1 for what enters, else an index into `layers_`
        bool follows_input = false;         ///< as wide as what enters
        std::optional<std::size_t> choice;  ///< whose value is its width; else its own
    };
    void add_layer(const Graph& network, const ChannelGroups& groups, NodeId id, const WidthOptions& options);

    std::vector<Layer> layers_;
    std::map<NodeId, std::int32_t> index_of_;  ///< a node of the network among `layers_`
    std::map<std::size_t, std::size_t> choice_of_group_;
    std::optional<std::size_t> entering_group_;  ///< none where several enter behind one another
    std::string prefix_;                         ///< of the choices' nodes: the segment's name and a dot
    std::optional<std::size_t> removal_;         ///< index of the choice `layer`
    std::vector<Choice> choices_;
};

}  // namespace hwnas
