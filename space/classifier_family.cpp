#include "space/families.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// A 1x1 convolution (left out where `filters` is 0), global average pooling and
/// a fully connected layer: what ends MobileNetV2 and MnasNet.
class ClassifierFamily final : public BlockFamily {
public:
    ClassifierFamily(const StageFields& fields, std::int64_t classes) : classes_(classes) {
        filters_ = fields.required("filters").integer({0, 65536});
        if (const auto value = fields.optional("activation")) activation_ = op::activation_from_json(*value);
    }

    std::vector<Choice> choices() const override { return {}; }

    void append(Graph& graph, const std::string& stage, ChosenValues) const override {
        graph.begin_segment(stage);
        NodeId node = graph.output();
        if (filters_ > 0) node = layers::conv_norm(graph, stage, node, {filters_, 1, 1, 1}, activation_);
        node = graph.add(stage + ".pool", op::GlobalAveragePool{}, {node});
        node = graph.add(stage + ".flatten", op::Flatten{}, {node});
        graph.add(stage + ".logits", op::Gemm{classes_, true}, {node});
    }

private:
    std::int64_t classes_;
    std::int64_t filters_ = 0;
    op::Activation::Kind activation_ = op::Activation::Kind::relu;
};

}  // namespace

std::shared_ptr<const BlockFamily> read_classifier_family(const StageFields& fields, const SpaceContext& context) {
    return std::make_shared<ClassifierFamily>(fields, context.classes);
}

}  // namespace hwnas
