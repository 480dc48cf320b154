#include "onnx/timing_model.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/error.h"
#include "graph/transform.h"
#include "onnx/quantised_model.h"
#include "onnx/short_floats.h"
#include "onnx/writer.h"

namespace hwnas {
namespace {

// A multiplicative congruential generator: quality does not matter here, speed does.
class Sequence {
public:
    /// From -1 to 1.
    float next() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<float>(static_cast<std::int32_t>(state_ >> 32U)) * 0x1p-31F;
    }

private:
    std::uint64_t state_ = 0x9e3779b97f4a7c15U;
};

std::int64_t fan_in(const Shape& weight) { return element_count(weight) / std::max<std::int64_t>(1, weight.front()); }

void fix_batch(onnx::ValueInfoProto& value, std::int64_t batch) {
    value.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_value(batch);
}

void shorten(onnx::TensorProto& tensor, ShortFloat form, onnx::TensorProto::DataType type) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT) return;
    const std::string& raw = tensor.raw_data();
    std::vector<std::uint16_t> values(raw.size() / sizeof(float));
    for (std::size_t i = 0; i < values.size(); ++i) {
        float value = 0;
        std::memcpy(&value, raw.data() + i * sizeof(float), sizeof value);
        values[i] = to_short_float(value, form);
    }
    tensor.set_raw_data(values.data(), values.size() * sizeof(std::uint16_t));
    tensor.set_data_type(type);
}

/// Makes every 32-bit tensor of the graph, its input and output one of 16 bits.
void shorten_floats(onnx::GraphProto& graph, ShortFloat form) {
    const auto type = form == ShortFloat::half ? onnx::TensorProto::FLOAT16 : onnx::TensorProto::BFLOAT16;
    for (auto& tensor : *graph.mutable_initializer()) shorten(tensor, form, type);
    for (auto* values : {graph.mutable_input(), graph.mutable_output()})
        for (auto& value : *values) value.mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

}  // namespace

const std::vector<std::string>& timing_data_types() {
    static const std::vector<std::string> types{"float32", "float16", "bfloat16", "int8"};
    return types;
}

Weights made_up_weights(const Graph& graph) {
    Weights weights;
    Sequence sequence;
    for (const auto& spec : weight_specs(graph)) {
        Tensor tensor{spec.shape, std::vector<float>(static_cast<std::size_t>(element_count(spec.shape)))};
        if (spec.shape.size() > 1) {
            // Variance 1 / fan-in of a uniform distribution.
            const float bound = std::sqrt(3.0F / static_cast<float>(fan_in(spec.shape)));
            for (auto& value : tensor.values) value = bound * sequence.next();
        } else {
            const bool about_one = spec.name.ends_with(".weight") || spec.name.ends_with(".running_var");
            for (auto& value : tensor.values) value = (about_one ? 1.0F : 0.0F) + 0.1F * sequence.next();
        }
        weights.emplace(spec.name, std::move(tensor));
    }
    return weights;
}

std::string timing_onnx(const Graph& graph, std::int64_t batch, const std::string& data_type) {
    const auto& types = timing_data_types();
    if (std::find(types.begin(), types.end(), data_type) == types.end())
        throw InputError({"data_type", "float32, float16, bfloat16 or int8", "\"" + data_type + "\"", ""});
    const bool quantised = data_type == "int8";
    const Graph timed = quantised ? with_folded_batch_norms(graph) : graph;
    onnx::ModelProto model;
    model.ParseFromString(to_onnx(timed, made_up_weights(timed), {}));
    auto& file = *model.mutable_graph();
    fix_batch(*file.mutable_input(0), batch);
    fix_batch(*file.mutable_output(0), batch);
    if (quantised) quantise(file);
    if (data_type == "float16") shorten_floats(file, ShortFloat::half);
    if (data_type == "bfloat16") shorten_floats(file, ShortFloat::brain);
    return model.SerializeAsString();
}

}  // namespace hwnas
