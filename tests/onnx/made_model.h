#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "onnx/reader.h"

namespace hwnas::test {

/// A model made node by node, as an exporter would: input `x` {N, ...}, output `y`.
class MadeModel {
public:
    /// A node's attributes, one behind the other.
    struct Node {
        onnx::NodeProto* node;
        onnx::AttributeProto& add(const char* name, onnx::AttributeProto::AttributeType type) {
            auto& added = *node->add_attribute();
            added.set_name(name);
            added.set_type(type);
            return added;
        }
        Node& integer(const char* name, std::int64_t value) {
            add(name, onnx::AttributeProto::INT).set_i(value);
            return *this;
        }
        Node& number(const char* name, float value) {
            add(name, onnx::AttributeProto::FLOAT).set_f(value);
            return *this;
        }
        Node& ints(const char* name, const std::vector<std::int64_t>& values) {
            auto& added = add(name, onnx::AttributeProto::INTS);
            for (const auto value : values) added.add_ints(value);
            return *this;
        }
        Node& text(const char* name, const char* value) {
            add(name, onnx::AttributeProto::STRING).set_s(value);
            return *this;
        }
        Node& also_gives(const char* output) {
            node->add_output(output);
            return *this;
        }
    };

    explicit MadeModel(const Shape& input, std::int64_t opset = 11) {
        model.set_ir_version(7);
        model.set_producer_name("made");
        model.add_opset_import()->set_version(opset);
        auto& value = *model.mutable_graph()->add_input();
        value.set_name("x");
        auto& type = *value.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        type.mutable_shape()->add_dim()->set_dim_param("batch");
        for (const auto extent : input) type.mutable_shape()->add_dim()->set_dim_value(extent);
        model.mutable_graph()->add_output()->set_name("y");
    }
    Node node(const char* type, const std::vector<std::string>& inputs, const std::string& output,
              const std::string& name = "") {
        auto& added = *model.mutable_graph()->add_node();
        added.set_op_type(type);
        added.set_name(name);
        for (const auto& input : inputs) added.add_input(input);
        added.add_output(output);
        return {&added};
    }
    void floats(const std::string& name, const Shape& dims, float value = 0.25F) {
        auto& added = tensor(name, dims, onnx::TensorProto::FLOAT);
        for (std::int64_t i = 0; i < element_count(dims); ++i) added.add_float_data(value);
    }
    void scalar(const std::string& name, float value) { floats(name, {}, value); }
    void integers(const std::string& name, const Shape& dims, const std::vector<std::int64_t>& values) {
        auto& added = tensor(name, dims, onnx::TensorProto::INT64);
        for (const auto value : values) added.add_int64_data(value);
    }
    /// Changes one value of the named floats.
    void at(const std::string& name, int i, float value) {
        for (auto& added : *model.mutable_graph()->mutable_initializer())
            if (added.name() == name) added.set_float_data(i, value);
    }
    [[nodiscard]] ImportedNetwork read() const { return read_onnx(model.SerializeAsString(), "made.onnx"); }

    onnx::ModelProto model;

private:
    onnx::TensorProto& tensor(const std::string& name, const Shape& dims, onnx::TensorProto::DataType type) {
        auto& added = *model.mutable_graph()->add_initializer();
        added.set_name(name);
        added.set_data_type(type);
        for (const auto extent : dims) added.add_dims(extent);
        return added;
    }
};

}  // namespace hwnas::test
