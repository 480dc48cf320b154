#include "onnx/import_node.h"

#include <map>
#include <variant>

#include "onnx/constant_folding.h"
#include "onnx/import_layers.h"
#include "onnx/import_shapes.h"

namespace hwnas {
namespace {

using Layer = std::size_t (*)(const ImportedNode&);
using Reshaping = Value (*)(const ImportedNode&);
using Parting = std::vector<Value> (*)(const ImportedNode&);

Value unchanged(const ImportedNode& node) {
    if (node.inputs.empty() || !node.inputs[0].draft) throw Unsupported{"a tensor of the network", "a constant"};
    return node.inputs[0];
}

Value cast_to_floats(const ImportedNode& node) {
    const auto to = node.attributes().integer("to", onnx::TensorProto::FLOAT);
    if (to != onnx::TensorProto::FLOAT && to != onnx::TensorProto::FLOAT16 && to != onnx::TensorProto::BFLOAT16 &&
        to != onnx::TensorProto::DOUBLE)
        throw Unsupported{"a Cast to floats", "to data type " + std::to_string(to)};
    return unchanged(node);
}

Value dropout(const ImportedNode& node) {
    if (node.has(2)) {
        const auto& training = node.inputs[2].constant;
        if (training == nullptr || !training->whole || training->integers != std::vector<std::int64_t>{0})
            throw Unsupported{"Dropout that lets everything pass", "training_mode"};
    }
    return unchanged(node);
}

Value final_softmax(const ImportedNode& node) {
    if (!node.is_last) throw Unsupported{node.node.op_type() + " as the last node", "one in the middle"};
    node.notes.push_back("the final " + node.node.op_type() + " was left out: outputs are what enters it");
    return unchanged(node);
}

const std::map<std::string, std::variant<Layer, Reshaping, Parting>>& importers() {
    static const std::map<std::string, std::variant<Layer, Reshaping, Parting>> all{
        {"Conv", imports::conv},
        {"BatchNormalization", imports::batch_norm},
        {"Gemm", imports::gemm},
        {"MatMul", imports::matmul},
        {"MaxPool", imports::pool},
        {"AveragePool", imports::pool},
        {"GlobalAveragePool", imports::global_average},
        {"ReduceMean", imports::reduce_mean},
        {"Relu", imports::activation},
        {"Sigmoid", imports::activation},
        {"HardSigmoid", imports::activation},
        {"HardSwish", imports::activation},
        {"Clip", imports::clip},
        {"Add", imports::arithmetic},
        {"Sub", imports::arithmetic},
        {"Mul", imports::arithmetic},
        {"Div", imports::arithmetic},
        {"Neg", imports::arithmetic},
        {"Shape", imports::shape_of},
        {"Reshape", imports::reshape},
        {"Flatten", imports::flatten},
        {"Squeeze", imports::squeeze},
        {"Unsqueeze", imports::unsqueeze},
        {"Transpose", imports::transpose},
        {"Concat", imports::concat},
        {"Slice", imports::slice},
        {"Split", imports::split},
        {"Pad", imports::pad},
        {"Identity", unchanged},
        {"Cast", cast_to_floats},
        {"Dropout", dropout},
        {"Softmax", final_softmax},
        {"LogSoftmax", final_softmax}};
    return all;
}

}  // namespace

std::size_t ImportedNode::tensor(std::size_t input) const {
    if (input >= inputs.size() || !inputs[input].draft)
        throw Unsupported{"a tensor of the network as input " + std::to_string(input),
                          has(input) ? "a constant" : "none"};
    if (inputs[input].groups != 0) throw Unsupported{"a feature map", "one whose channels are cut into groups"};
    return *inputs[input].draft;
}

std::size_t ImportedNode::map(std::size_t input) const {
    const std::size_t draft = tensor(input);
    if (drafts.shape(draft).size() != 3)
        throw Unsupported{"a feature map of channels x height x width",
                          "a vector of " + to_string(drafts.shape(draft))};
    return draft;
}

const Constant& ImportedNode::floats(std::size_t input) const {
    if (input >= inputs.size() || inputs[input].constant == nullptr)
        throw Unsupported{"a constant as input " + std::to_string(input), has(input) ? "a computed tensor" : "none"};
    if (inputs[input].constant->whole) throw Unsupported{"floats", "whole numbers"};
    return *inputs[input].constant;
}

std::vector<ConstantPtr> ImportedNode::constants() const {
    std::vector<ConstantPtr> all;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (i > 0 && inputs[i].draft)
            throw Unsupported{"a constant as input " + std::to_string(i), "a computed tensor"};
        all.push_back(inputs[i].constant);
    }
    return all;
}

std::vector<Value> import_node(const ImportedNode& node) {
    const auto found = importers().find(node.node.op_type());
    const bool is_standard = node.node.domain().empty() || node.node.domain() == "ai.onnx";
    if (found == importers().end() || !is_standard)
        throw Unsupported{"an operator that hwnas knows",
                          (is_standard ? "" : node.node.domain() + ".") + node.node.op_type()};
    if (const auto* layer = std::get_if<Layer>(&found->second)) return {{nullptr, (*layer)(node)}};
    if (const auto* reshaping = std::get_if<Reshaping>(&found->second)) return {(*reshaping)(node)};
    return std::get<Parting>(found->second)(node);
}

bool is_known_operator(const std::string& op_type) { return importers().contains(op_type); }

std::string supported_operators() {
    std::string text;
    for (const auto& [name, importer] : importers()) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace hwnas
