#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class SeparableFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "MobileNetV1's depthwise separable convolution (arXiv 1704.04861, figure 3): batch norm and activation "
               "behind the depthwise and behind the 1x1 convolution.";
    }

    std::vector<BlockField> fields() const override { return {fields::kernel(), fields::activation()}; }

    void append(Graph& graph, const Block& block) const override {
        const auto channels = graph.shape(graph.output())[0];
        const NodeId node =
            layers::conv_norm(graph, block.name + ".depthwise", graph.output(),
                              {channels, block.whole("kernel"), block.stride, channels}, block.activation());
        layers::conv_norm(graph, block.name + ".pointwise", node, {block.filters}, block.activation());
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_separable_family() { return std::make_unique<SeparableFamily>(); }

}  // namespace hwnas
