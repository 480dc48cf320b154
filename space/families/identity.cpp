#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class IdentityFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "Nothing, so that a layer may be left out; where filters or stride ask for another shape, a 1x1 "
               "convolution with batch norm and activation (FBNet, arXiv 1812.03443, section 3.1).";
    }

    StageTraits traits() const override { return {StageTraits::Filters::optional, true, true}; }

    std::vector<BlockField> fields() const override { return {fields::activation()}; }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto filters = block.filters > 0 ? block.filters : graph.shape(input)[0];
        if (filters == graph.shape(input)[0] && block.stride == 1) return;
        layers::conv_norm(graph, block.name, input, {filters, 1, block.stride, 1}, block.activation());
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_identity_family() { return std::make_unique<IdentityFamily>(); }

}  // namespace hwnas
