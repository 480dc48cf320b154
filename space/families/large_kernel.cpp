#include <cmath>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// Batch norm and one of the graph's activations stand for the layer norm and GELU of the
/// paper, which chips for small networks seldom have.
class LargeKernelFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "ConvNeXt's order of layers (arXiv 2201.03545, figure 4) with batch norm: a depthwise convolution with "
               "a "
               "large kernel, a 1x1 one that widens, a linear 1x1 one, and the input added where shapes allow.";
    }

    std::vector<BlockField> fields() const override {
        return {fields::kernel(7), fields::real("expansion", {0.1, 64}, 4, "channels inside, by the filters"),
                fields::word("skip", {"identity", "none"}, "identity", "what is added where shapes allow it"),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const Shape entering = graph.shape(input);
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        const auto expanded =
            std::max<std::int64_t>(1, std::llround(static_cast<double>(block.filters) * block.real("expansion")));
        NodeId node = layers::conv_norm(graph, named("depthwise"), input,
                                        {entering[0], block.whole("kernel"), block.stride, entering[0]}, std::nullopt);
        node = layers::conv_norm(graph, named("expand"), node, {expanded}, block.activation());
        node = layers::conv_norm(graph, named("project"), node, {block.filters}, std::nullopt);
        if (block.word("skip") == "identity" && graph.shape(node) == entering)
            graph.add(named("add"), op::Add{}, {node, input});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_large_kernel_family() { return std::make_unique<LargeKernelFamily>(); }

}  // namespace hwnas
