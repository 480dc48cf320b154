#include <cmath>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class ResidualFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "ResNet's blocks (arXiv 1512.03385, figure 5), with ResNeXt's groups (arXiv 1611.05431). A 1x1 "
               "convolution with batch norm takes the input to the output's shape where they differ.";
    }

    std::vector<BlockField> fields() const override {
        return {fields::word("block", {"basic", "bottleneck"}, "basic", "two convolutions, or 1x1, kernel, 1x1"),
                fields::kernel(),
                fields::real("reduction", {0.125, 64}, 4, "of a bottleneck: filters by those inside"),
                fields::whole("groups", {1, 65536}, 1, "of the bottleneck's convolution with the kernel"),
                fields::word("stride_in", {"kernel", "first"}, "kernel",
                             "of a bottleneck: which convolution strides, the one with the kernel (ResNet v1.5) or the "
                             "first (v1)"),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        const auto activation = block.activation();
        const auto kernel = block.whole("kernel");
        NodeId node = input;
        if (block.word("block") == "basic") {
            node = layers::conv_norm(graph, named("first"), node, {block.filters, kernel, block.stride, 1}, activation);
            node = layers::conv_norm(graph, named("second"), node, {block.filters, kernel, 1, 1}, std::nullopt);
        } else {
            const auto inside =
                std::max<std::int64_t>(1, std::llround(static_cast<double>(block.filters) / block.real("reduction")));
            const bool first = block.word("stride_in") == "first";
            node =
                layers::conv_norm(graph, named("reduce"), node, {inside, 1, first ? block.stride : 1, 1}, activation);
            node = layers::conv_norm(graph, named("spatial"), node,
                                     {inside, kernel, first ? 1 : block.stride, block.whole("groups")}, activation);
            node = layers::conv_norm(graph, named("expand"), node, {block.filters, 1, 1, 1}, std::nullopt);
        }
        NodeId shortcut = input;
        if (graph.shape(input) != graph.shape(node))
            shortcut =
                layers::conv_norm(graph, named("shortcut"), input, {block.filters, 1, block.stride, 1}, std::nullopt);
        node = graph.add(named("add"), op::Add{}, {node, shortcut});
        graph.add(named("act"), op::Activation{activation}, {node});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_residual_family() { return std::make_unique<ResidualFamily>(); }

}  // namespace hwnas
