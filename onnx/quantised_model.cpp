#include "onnx/quantised_model.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace hwnas {
namespace {

constexpr float activation_scale = 1.0F / 32;
constexpr float weight_scale = 1.0F / 128;

class Quantiser {
public:
    explicit Quantiser(onnx::GraphProto& graph) : graph_(graph) {
        for (const auto& tensor : graph.initializer()) initializers_[tensor.name()] = &tensor;
        for (const auto& node : graph.node())
            for (const auto& input : node.input()) readers_[input].push_back(&node);
    }

    void run() {
        scalar("q.scale", onnx::TensorProto::FLOAT, activation_scale);
        scalar("q.zero", onnx::TensorProto::UINT8, std::uint8_t{128});
        scalar("q.weight_scale", onnx::TensorProto::FLOAT, weight_scale);
        scalar("q.weight_zero", onnx::TensorProto::INT8, std::int8_t{0});
        scalar("q.bias_scale", onnx::TensorProto::FLOAT, activation_scale * weight_scale);
        scalar("q.bias_zero", onnx::TensorProto::INT32, std::int32_t{0});
        const std::string output = graph_.output(0).name();
        activation(graph_.input(0).name(), output);
        for (const auto& node : graph_.node()) operation(node, output);
        graph_.mutable_node()->Swap(&made_nodes_);
        graph_.mutable_initializer()->Swap(&made_initializers_);
    }

private:
    template <class Value>
    void scalar(const char* name, onnx::TensorProto::DataType type, Value value) {
        auto& tensor = *made_initializers_.Add();
        tensor.set_name(name);
        tensor.set_data_type(type);
        tensor.set_raw_data(&value, sizeof value);
    }

    onnx::NodeProto& add(const char* type, std::initializer_list<std::string> inputs, const std::string& output) {
        auto& node = *made_nodes_.Add();
        node.set_op_type(type);
        node.set_name(output + "." + type);
        for (const auto& input : inputs) node.add_input(input);
        node.add_output(output);
        return node;
    }

    // A tensor and what its readers are given in its place. The network's own output is
    // what comes after the pair.
    void activation(const std::string& tensor, const std::string& output) {
        const bool last = tensor == output;
        const std::string real = last ? tensor + ".real" : tensor;
        const std::string quantised = tensor + ".quantised";
        const std::string read = last ? tensor : tensor + ".read";
        add("QuantizeLinear", {real, "q.scale", "q.zero"}, quantised);
        add("DequantizeLinear", {quantised, "q.scale", "q.zero"}, read);
        given_[tensor] = read;
    }

    // A convolution's activation is done by the quantisation behind both.
    [[nodiscard]] bool belongs_to_reader(const onnx::NodeProto& node) const {
        if (node.op_type() != "Conv" && node.op_type() != "Gemm" && node.op_type() != "Add") return false;
        const auto readers = readers_.find(node.output(0));
        if (readers == readers_.end() || readers->second.size() != 1) return false;
        const auto& type = readers->second.front()->op_type();
        return type == "Relu" || type == "Clip";
    }

    void operation(const onnx::NodeProto& node, const std::string& output) {
        const bool weighted = node.op_type() == "Conv" || node.op_type() == "Gemm";
        auto copy = node;
        for (int i = 0; i < copy.input_size(); ++i) {
            const auto initializer = initializers_.find(copy.input(i));
            if (initializer == initializers_.end()) {
                const auto given = given_.find(copy.input(i));
                if (given != given_.end()) copy.set_input(i, given->second);
            } else if (weighted) {
                copy.set_input(i, i == 1 ? weight(*initializer->second) : bias(*initializer->second));
            } else {
                *made_initializers_.Add() = *initializer->second;
            }
        }
        const bool last = node.output(0) == output;
        if (last) copy.set_output(0, output + ".real");
        *made_nodes_.Add() = std::move(copy);
        if (last || !belongs_to_reader(node)) activation(node.output(0), output);
    }

    template <class Value>
    std::string constant(const onnx::TensorProto& real, onnx::TensorProto::DataType type, const std::string& scale,
                         const std::string& zero, float per_step) {
        const std::size_t count = real.raw_data().size() / sizeof(float);
        std::vector<Value> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            float value = 0;
            std::memcpy(&value, real.raw_data().data() + i * sizeof(float), sizeof value);
            values[i] = static_cast<Value>(std::max(-127.0F, std::min(127.0F, value / per_step)));
        }
        auto& tensor = *made_initializers_.Add();
        tensor = real;
        tensor.set_name(real.name() + ".quantised");
        tensor.set_data_type(type);
        tensor.set_raw_data(values.data(), count * sizeof(Value));
        add("DequantizeLinear", {tensor.name(), scale, zero}, real.name());
        return real.name();
    }
    std::string weight(const onnx::TensorProto& real) {
        return constant<std::int8_t>(real, onnx::TensorProto::INT8, "q.weight_scale", "q.weight_zero", weight_scale);
    }
    std::string bias(const onnx::TensorProto& real) {
        return constant<std::int32_t>(real, onnx::TensorProto::INT32, "q.bias_scale", "q.bias_zero", weight_scale);
    }

    onnx::GraphProto& graph_;
    std::map<std::string, const onnx::TensorProto*> initializers_;
    std::map<std::string, std::vector<const onnx::NodeProto*>> readers_;
    std::map<std::string, std::string> given_;
    google::protobuf::RepeatedPtrField<onnx::NodeProto> made_nodes_;
    google::protobuf::RepeatedPtrField<onnx::TensorProto> made_initializers_;
};

}  // namespace

void quantise(onnx::GraphProto& graph) { Quantiser(graph).run(); }

}  // namespace hwnas
