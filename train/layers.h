#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/graph.h"
#include "train/libtorch.h"

namespace hwnas::train {

enum class Mode { evaluation, training };

/// Tensors of one layer. Gradients are views into the network's one gradient
/// array; a layer without weights has none.
struct LayerWeights {
    at::Tensor weight, bias, running_mean, running_var;
    at::Tensor weight_gradient, bias_gradient;
};

/// One step of a network's execution: a node of its graph, or a batch norm and
/// the activation behind it, which are cheaper in one pass over memory.
struct Layer {
    op::Operator op;
    std::optional<op::Activation::Kind> activation;  ///< computed behind a batch norm
    std::vector<std::size_t> inputs;                 ///< numbers of tensors, as node ids
    std::size_t node = 0;                            ///< the node that `op` is of
    std::size_t output = 0;  ///< number of the tensor it makes: of the node, or of the activation
    LayerWeights weights;
    /// Padding that LibTorch's operator cannot do itself: asymmetric, or more than
    /// half of a pooling kernel.
    std::optional<op::Padding> padded_before;
    at::Tensor window_share;          ///< {1, 1, h, w}: what average pooling divides by where it is padded before
    std::vector<std::int64_t> parts;  ///< channels of each input, of a concatenation or a slice
    /// Kept by a forward pass in training for the backward pass.
    struct Saved {
        at::Tensor x, second, y, mean, inverse_deviation, indices;
    } saved;
};

/// Sets up what a layer needs beyond its operator.
void prepare(Layer& layer, const std::vector<Shape>& inputs, const Shape& output, const at::Device& device);

/// Channel i of {g, C / g} goes to where a transpose puts it; the result is a new tensor.
[[nodiscard]] at::Tensor shuffled_channels(const at::Tensor& x, std::int64_t groups);

/// y of a layer; feature maps are {N, C, H, W} in channels-last order. `reusable`:
/// nobody else reads the first input, so it may be overwritten.
/// `momentum` is the share of the newest batch in the running statistics. `into`, where it is defined, is
/// memory of y's size and order that y may be made in.
[[nodiscard]] at::Tensor forward(Layer& layer, const std::vector<at::Tensor>& inputs, Mode mode, bool reusable,
                                 double momentum, const at::Tensor& into = {});

/// Keeps what the gradient of a convolution needs, without computing it anew.
void remember_input(Layer& convolution, const at::Tensor& input);

/// Adds to the gradients of the layer's weights and gives those of its inputs,
/// from that of its output. Where `wanted` is false they are left undefined.
/// Frees what the forward pass kept.
[[nodiscard]] std::vector<at::Tensor> backward(Layer& layer, const at::Tensor& output_gradient, bool wanted);

}  // namespace hwnas::train
