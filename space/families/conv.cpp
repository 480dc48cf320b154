#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class ConvFamily final : public BlockFamily {
public:
    std::string help() const override { return "A convolution with batch norm and activation: a stem."; }

    StageTraits traits() const override { return {StageTraits::Filters::required, false, true}; }

    std::vector<BlockField> fields() const override {
        return {fields::whole("kernel", {1, 63}, 3, "height and width of the convolution"),
                fields::optional_activation("relu"),
                fields::whole("groups", {1, 65536}, 1, "groups of channels that are convolved apart"),
                fields::flag("norm", true, "a batch norm behind it; else the convolution has a bias"),
                fields::flag("bias", false, "a bias even with the batch norm"),
                fields::word("padding", {"same", "valid"}, "same", "by half of the kernel, or none")};
    }

    void append(Graph& graph, const Block& block) const override {
        layers::conv_norm(graph, block.name, graph.output(),
                          {block.filters, block.whole("kernel"), block.stride, block.whole("groups"),
                           block.flag("norm"), block.word("padding") == "same", block.flag("bias")},
                          block.optional_activation());
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_conv_family() { return std::make_unique<ConvFamily>(); }

}  // namespace hwnas
