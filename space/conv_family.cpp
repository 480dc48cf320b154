#include "space/families.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// One convolution with batch norm and activation: a stem.
class ConvFamily final : public BlockFamily {
public:
    explicit ConvFamily(const StageFields& fields) {
        spec_.filters = fields.required("filters").integer({1, 65536});
        if (const auto value = fields.optional("kernel")) spec_.kernel = value->integer({1, 31});
        if (const auto value = fields.optional("stride")) spec_.stride = value->integer({1, 8});
        if (const auto value = fields.optional("activation")) activation_ = op::activation_from_json(*value);
    }

    std::vector<Choice> choices() const override { return {}; }

    void append(Graph& graph, const std::string& stage, ChosenValues) const override {
        graph.begin_segment(stage);
        layers::conv_norm(graph, stage, graph.output(), spec_, activation_);
    }

private:
    layers::ConvSpec spec_{0, 3, 1, 1};
    op::Activation::Kind activation_ = op::Activation::Kind::relu;
};

}  // namespace

std::shared_ptr<const BlockFamily> read_conv_family(const StageFields& fields, const SpaceContext&) {
    return std::make_shared<ConvFamily>(fields);
}

}  // namespace hwnas
