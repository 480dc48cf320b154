#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"
#include "onnx/constant.h"

namespace hwnas {

/// y = scale * x + shift, each of one value or of one a channel: arithmetic with constants.
struct Affine {
    std::vector<float> scale{1.0F};
    std::vector<float> shift{0.0F};
};

/// A node of a network that is being read: an operator with its weights, or an affine
/// step that has no operator of its own yet.
struct DraftNode {
    op::Operator op;
    std::optional<Affine> affine;  ///< then `op` is none
    std::vector<std::size_t> inputs;
    Shape shape;
    Weights weights;     ///< by `weight`, `bias` and so on
    std::string name;    ///< as the file has it
    std::string type;    ///< ONNX's operator
    std::string tensor;  ///< what the file calls what it makes
};

/// Nodes in topological order, the input first. Nodes that nothing reads are
/// left out in the end. What several ONNX nodes say together is recognised as they
/// are added, by the last of them.
class DraftNetwork {
public:
    /// What is allocated for weights is taken from the budget, which must outlive it.
    DraftNetwork(const Shape& input, Budget& budget);

    /// Names of the nodes that are added from here on.
    void name_next(std::string name, std::string type, std::string tensor);

    /// Throws InputError where shapes do not fit or are absurd.
    std::size_t add(op::Operator op, std::vector<std::size_t> inputs, Weights weights = {});
    /// Joins affine steps to one, and knows hard_sigmoid and hard_swish by their last step.
    std::size_t add_affine(std::size_t input, Affine affine);
    /// Knows swish and hard_swish.
    std::size_t add_product(std::size_t a, std::size_t b);
    std::size_t add_flatten(std::size_t input);
    /// The same values as a map of {C, 1, 1}: a flattened one is taken as it was, and fully
    /// connected layers become convolutions. None where that can't be.
    [[nodiscard]] std::optional<std::size_t> as_map(std::size_t vector);

    [[nodiscard]] const DraftNode& node(std::size_t id) const { return nodes_[id]; }
    [[nodiscard]] const Shape& shape(std::size_t id) const { return nodes_[id].shape; }
    /// Moves a node out.
    [[nodiscard]] DraftNode take(std::size_t id) { return std::move(nodes_[id]); }

    /// Gives affine steps that are left an operator: the weights of the layer before, where
    /// only they read it, or else a depthwise 1 x 1 convolution with a bias. Throws
    /// InputError where neither is there. Returns the nodes that `output` needs, ascending;
    /// `output` is moved to the node that then stands for it.
    [[nodiscard]] std::vector<std::size_t> finish(std::size_t& output);

private:
    std::size_t push(DraftNode node);
    [[nodiscard]] std::vector<std::size_t> needed_by(std::size_t output) const;
    [[nodiscard]] bool is_activation(std::size_t id, op::Activation::Kind kind, std::size_t of) const;
    [[nodiscard]] std::optional<std::size_t> shifted_relu6(std::size_t id) const;
    void fold_into(DraftNode& layer, const Affine& affine) const;

    std::vector<DraftNode> nodes_;
    Budget& budget_;
    std::string name_, type_, tensor_;
};

}  // namespace hwnas
