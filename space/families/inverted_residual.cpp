#include <cmath>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class InvertedResidualFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "The inverted residual of MobileNetV2 (arXiv 1801.04381), with what MobileNetV3 (1905.02244), "
               "EfficientNet (1905.11946), FBNet (1812.03443) and Once-for-All (1908.09791) vary of it.";
    }

    StageTraits traits() const override { return {StageTraits::Filters::required, true, true, {"expanded"}}; }

    std::vector<BlockField> fields() const override {
        return {
            fields::real("expansion", {0.1, 64}, 6, "channels inside, by those that enter"),
            fields::whole("expanded", {0, 65536}, 0, "channels inside, before the space's width; 0: by the expansion"),
            fields::flag("expand_always", false, "a first convolution even where it does not widen"),
            fields::kernel(),
            fields::real("se_ratio", {0, 1}, 0, "channels of squeeze-and-excite; 0 for none"),
            fields::word("se_of", {"expanded", "input"}, "expanded", "which channels the ratio is of"),
            fields::whole("se_divisor", {1, 1024}, 1, "to whose multiples they are rounded; 1 rounds down"),
            fields::word("se_activation", op::activation_names(), "relu", "inside of squeeze-and-excite"),
            fields::word("se_gate", {"sigmoid", "hard-sigmoid"}, "sigmoid", "what its factors come from"),
            fields::whole("groups", {1, 65536}, 1, "of both 1x1 convolutions, with a shuffle behind the first"),
            fields::word("skip", {"identity", "none"}, "identity", "what is added where shapes allow it"),
            fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto channels = graph.shape(input)[0];
        layers::InvertedResidualSpec spec;
        spec.expanded = block.whole("expanded") > 0
                            ? block.scaled(block.real("expanded"))
                            : std::llround(static_cast<double>(channels) * block.real("expansion"));
        if (spec.expanded < 1) block.fail("an expansion to one channel or more", "none");
        spec.expands_always = block.flag("expand_always");
        spec.kernel = block.whole("kernel");
        spec.stride = block.stride;
        spec.group = block.whole("groups");
        spec.filters = block.filters;
        spec.skip = block.word("skip") == "identity";
        spec.activation = block.activation();
        if (block.real("se_ratio") > 0)
            spec.excite = excite(block, block.word("se_of") == "input" ? channels : spec.expanded);
        layers::inverted_residual(graph, block.name, input, spec);
    }

private:
    static layers::ExciteSpec excite(const Block& block, std::int64_t channels) {
        const double wanted = static_cast<double>(channels) * block.real("se_ratio");
        return {layers::rounded_channels(wanted, block.whole("se_divisor")),
                op::activation_named(block.word("se_activation")), op::activation_named(block.word("se_gate"))};
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_inverted_residual_family() { return std::make_unique<InvertedResidualFamily>(); }

}  // namespace hwnas
