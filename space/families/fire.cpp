#include <cmath>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class FireFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "SqueezeNet's fire module (arXiv 1602.07360, section 3.2): a 1x1 convolution that squeezes, 1x1 and 3x3 "
               "ones that expand side by side. A layer that strides has a 3x3 max pooling before it.";
    }

    std::vector<BlockField> fields() const override {
        return {fields::real("squeeze_ratio", {0.001, 1}, 0.125, "channels of the squeeze, by the filters"),
                fields::real("share_3x3", {0, 1}, 0.5, "of the filters, those that are 3x3"),
                fields::flag("norm", false, "batch norms; else the convolutions have biases"),
                fields::word("skip", {"none", "identity"}, "none", "the simple bypass (section 6)"),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const auto activation = block.activation();
        const auto conv = [&](const char* name, NodeId input, std::int64_t filters, std::int64_t kernel) {
            layers::ConvSpec spec{filters, kernel};
            spec.norm = block.flag("norm");
            return layers::conv_norm(graph, block.name + "." + name, input, spec, activation);
        };
        NodeId input = graph.output();
        if (block.stride > 1) {
            op::Pool pool{op::Pool::Kind::max, {3, 3}, {block.stride, block.stride}};
            pool.ceil = true;
            input = graph.add(block.name + ".pool", pool, {input});
        }
        const auto part = [&block](double share) { return std::llround(static_cast<double>(block.filters) * share); };
        const std::int64_t wide = part(block.real("share_3x3"));
        const NodeId squeezed = conv("squeeze", input, std::max<std::int64_t>(1, part(block.real("squeeze_ratio"))), 1);
        std::vector<NodeId> parts;
        if (wide < block.filters) parts.push_back(conv("expand1x1", squeezed, block.filters - wide, 1));
        if (wide > 0) parts.push_back(conv("expand3x3", squeezed, wide, 3));
        NodeId node = parts.size() == 1 ? parts.front() : graph.add(block.name + ".concat", op::Concat{}, parts);
        if (block.word("skip") == "identity" && graph.shape(node) == graph.shape(input))
            graph.add(block.name + ".add", op::Add{}, {node, input});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_fire_family() { return std::make_unique<FireFamily>(); }

}  // namespace hwnas
