#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"
#include "train/libtorch.h"

namespace hwnas::train {

/// A graph as LibTorch runs it when nothing is done for speed: an operator a node, maps in
/// the order of NCHW, gradients by autograd. What `Network` is held against, in its figures
/// (tests) and in its speed (`hwnas bench-proxy`), and what is asked where gradients of gradients or of
/// what lies between layers are wanted (`zero_cost.h`). It only trains. Use it outside of InferenceMode.
class PlainNetwork {
public:
    /// What a batch norm does: normalise by the batch, at once or spelled out in simple operators (of LibTorch 1.13's
    /// own the forward derivative has wrong gradients), or nothing at all, its scale and shift included.
    enum class Norm { by_batch, spelled_out, nothing };
    /// A convolution's or a fully connected layer's weight, in the order of nodes.
    struct Layer {
        std::size_t node = 0;
        at::Tensor weight;
    };

    /// `weights` has all of the graph's. Throws InputError where it has not. They and the input are of `type`.
    PlainNetwork(const Graph& graph, const Weights& weights, at::ScalarType type = at::kFloat);

    /// {N, input shape} to {N, output shape}.
    [[nodiscard]] at::Tensor forward(const at::Tensor& input, Norm norm = Norm::by_batch) const;
    /// The same with what each node makes: {N, its shape}, in the order of nodes, the input first.
    [[nodiscard]] std::vector<at::Tensor> values(const at::Tensor& input, Norm norm = Norm::by_batch) const;
    [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
    /// The same network, with others in the place of its layers' weights, in their order.
    [[nodiscard]] PlainNetwork with(const std::vector<at::Tensor>& layer_weights) const;

    /// Mean cross-entropy of a batch against int64 labels; then a step of gradient descent
    /// with Nesterov momentum, as `Optimizer` has it.
    double step(const at::Tensor& input, const at::Tensor& labels, double learning_rate, double momentum);

private:
    [[nodiscard]] at::Tensor value_of(const Node& node, const std::vector<at::Tensor>& inputs, Norm norm) const;

    Graph graph_;
    std::map<std::string, at::Tensor> weights_;  ///< by their names
    std::vector<Layer> layers_;
    std::vector<at::Tensor> learned_, velocities_;
};

}  // namespace hwnas::train
