#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

class ClassifierFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "What ends a network: a 1x1 convolution (where filters are given), global average pooling and a fully "
               "connected layer.";
    }

    StageTraits traits() const override { return {StageTraits::Filters::optional, false, false, {"hidden"}}; }

    std::vector<BlockField> fields() const override {
        return {fields::activation(),
                fields::flag("norm_first", false, "batch norm and activation before all (DenseNet)"),
                fields::whole("hidden", {0, 65536}, 0,
                              "features of a fully connected layer with activation before the last (MobileNetV3)"),
                fields::flag("bias", true, "of the last layer"),
                fields::word("scores", {"linear", "convolution"}, "linear",
                             "a fully connected layer behind the pooling, or a 1x1 convolution with activation before "
                             "it (SqueezeNet)")};
    }

    void append(Graph& graph, const Block& block) const override {
        const auto activation = op::Activation{block.activation()};
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        NodeId node = graph.output();
        if (block.flag("norm_first")) {
            node = graph.add(named("before.norm"), op::BatchNormalization{}, {node});
            node = graph.add(named("before.act"), activation, {node});
        }
        if (block.filters > 0) node = layers::conv_norm(graph, block.name, node, {block.filters}, activation.kind);
        if (block.word("scores") == "convolution") {
            layers::ConvSpec spec{block.classes};
            spec.norm = false;
            node = layers::conv_norm(graph, named("scores"), node, spec, activation.kind);
            node = graph.add(named("pool"), op::GlobalAveragePool{}, {node});
            graph.add(named("flatten"), op::Flatten{}, {node});
            return;
        }
        node = graph.add(named("pool"), op::GlobalAveragePool{}, {node});
        node = graph.add(named("flatten"), op::Flatten{}, {node});
        if (const auto hidden = block.whole("hidden"); hidden > 0) {
            node = graph.add(named("hidden"), op::Gemm{block.scaled(static_cast<double>(hidden)), true}, {node});
            node = graph.add(named("hidden.act"), activation, {node});
        }
        graph.add(named("logits"), op::Gemm{block.classes, block.flag("bias")}, {node});
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_classifier_family() { return std::make_unique<ClassifierFamily>(); }

}  // namespace hwnas
