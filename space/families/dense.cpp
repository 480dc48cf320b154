#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class DenseFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "The layers of a DenseNet's dense block (arXiv 1608.06993, section 3): each adds `growth` channels to "
               "all that came before.";
    }

    StageTraits traits() const override { return {StageTraits::Filters::none, true, false, {"growth"}}; }

    std::vector<BlockField> fields() const override {
        return {
            fields::whole("growth", {1, 65536}, Json(), "channels that a layer adds"),
            fields::real("bottleneck", {0, 64}, 4, "channels of the 1x1 convolution before, by the growth; 0 for none"),
            fields::kernel(), fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto growth = block.scaled(block.real("growth"));
        const auto inside = static_cast<std::int64_t>(block.real("bottleneck") * static_cast<double>(growth));
        NodeId node = input;
        if (inside > 0) node = layers::norm_conv(graph, block.name + ".bottleneck", node, {inside}, block.activation());
        node =
            layers::norm_conv(graph, block.name + ".growth", node, {growth, block.whole("kernel")}, block.activation());
        graph.add(block.name + ".concat", op::Concat{}, {input, node});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_dense_family() { return std::make_unique<DenseFamily>(); }

}  // namespace hwnas
