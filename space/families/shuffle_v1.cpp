#include <cmath>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class ShuffleV1Family final : public BlockFamily {
public:
    std::string help() const override {
        return "ShuffleNet's unit (arXiv 1707.01083, figure 2): grouped 1x1 convolutions around a depthwise one, with "
               "a channel shuffle behind the first; the input is added, or where it strides its average concatenated.";
    }

    std::vector<BlockField> fields() const override {
        return {fields::whole("groups", {1, 65536}, 3, "of the 1x1 convolutions"),
                fields::flag("group_first", true, "the stage's very first 1x1 convolution is grouped too"),
                fields::real("reduction", {0.125, 64}, 4, "filters by the channels inside"), fields::kernel(),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto channels = graph.shape(input)[0];
        const bool joins = block.stride > 1;
        if (!joins && channels != block.filters)
            block.fail("a stride where channels change", std::to_string(channels) + " channels in, " +
                                                             std::to_string(block.filters) + " out at stride 1");
        if (joins && channels >= block.filters)
            block.fail("more filters than channels where it strides, since the input's average is concatenated",
                       std::to_string(channels) + " channels in, " + std::to_string(block.filters) + " filters");
        const auto groups = block.whole("groups");
        const auto inside =
            std::max<std::int64_t>(1, std::llround(static_cast<double>(block.filters) / block.real("reduction")));
        const bool first = block.layer == 0 && !block.flag("group_first");
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        NodeId node =
            layers::conv_norm(graph, named("reduce"), input, {inside, 1, 1, first ? 1 : groups}, block.activation());
        node = graph.add(named("shuffle"), op::ChannelShuffle{groups}, {node});
        node = layers::conv_norm(graph, named("depthwise"), node, {inside, block.whole("kernel"), block.stride, inside},
                                 std::nullopt);
        const auto made = joins ? block.filters - channels : block.filters;
        node = layers::conv_norm(graph, named("expand"), node, {made, 1, 1, groups}, std::nullopt);
        if (joins) {
            op::Pool pool{op::Pool::Kind::average, {3, 3}, {block.stride, block.stride}, {1, 1, 1, 1}};
            pool.count_padding = true;
            const NodeId average = graph.add(named("pool"), pool, {input});
            node = graph.add(named("concat"), op::Concat{}, {average, node});
        } else {
            node = graph.add(named("add"), op::Add{}, {node, input});
        }
        graph.add(named("act"), op::Activation{block.activation()}, {node});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_shuffle_v1_family() { return std::make_unique<ShuffleV1Family>(); }

}  // namespace hwnas
