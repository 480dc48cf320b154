#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class TransitionFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "What stands between a DenseNet's dense blocks (arXiv 1608.06993, section 3): batch norm, activation, a "
               "1x1 convolution to fewer channels, average pooling by two.";
    }

    StageTraits traits() const override { return {StageTraits::Filters::none, false, false}; }

    std::vector<BlockField> fields() const override {
        return {fields::real("compression", {0.01, 1}, 0.5, "channels out by channels in"), fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto channels = static_cast<double>(graph.shape(input)[0]);
        const auto kept = std::max<std::int64_t>(1, static_cast<std::int64_t>(channels * block.real("compression")));
        const NodeId node = layers::norm_conv(graph, block.name, input, {kept}, block.activation());
        graph.add(block.name + ".pool", op::Pool{op::Pool::Kind::average, {2, 2}, {2, 2}}, {node});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_transition_family() { return std::make_unique<TransitionFamily>(); }

}  // namespace hwnas
