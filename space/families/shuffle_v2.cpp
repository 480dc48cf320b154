#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class ShuffleV2Family final : public BlockFamily {
public:
    std::string help() const override {
        return "ShuffleNetV2's unit (arXiv 1807.11164, figure 3 c and d): half of the channels pass by; where it "
               "strides or widens, both halves are made from all of them.";
    }

    std::vector<BlockField> fields() const override { return {fields::kernel(), fields::activation()}; }

    void append(Graph& graph, const Block& block) const override {
        if (block.filters % 2 != 0) block.fail("an even number of filters", std::to_string(block.filters));
        const NodeId input = graph.output();
        const auto channels = graph.shape(input)[0];
        const auto half = block.filters / 2;
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        NodeId left = input;
        NodeId right = input;
        if (block.stride == 1 && channels == block.filters) {
            left = graph.add(named("pass"), op::Slice{0, half}, {input});
            right = graph.add(named("take"), op::Slice{half, channels}, {input});
        } else {
            left = depthwise(graph, named("left.depthwise"), input, block);
            left = layers::conv_norm(graph, named("left.project"), left, {half}, block.activation());
        }
        right = layers::conv_norm(graph, named("right.expand"), right, {half}, block.activation());
        right = depthwise(graph, named("right.depthwise"), right, block);
        right = layers::conv_norm(graph, named("right.project"), right, {half}, block.activation());
        const NodeId joined = graph.add(named("concat"), op::Concat{}, {left, right});
        graph.add(named("shuffle"), op::ChannelShuffle{2}, {joined});
    }

private:
    static NodeId depthwise(Graph& graph, const std::string& prefix, NodeId input, const Block& block) {
        const auto channels = graph.shape(input)[0];
        return layers::conv_norm(graph, prefix, input, {channels, block.whole("kernel"), block.stride, channels},
                                 std::nullopt);
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_shuffle_v2_family() { return std::make_unique<ShuffleV2Family>(); }

}  // namespace hwnas
