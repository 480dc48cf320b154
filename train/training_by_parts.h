#pragma once

#include <vector>

#include "graph/graph.h"
#include "train/layers.h"
#include "train/norm_by_parts.h"

namespace hwnas::train {

/// A training pass over a batch a few images at a time, so that most of what the layers hand on to each
/// other never leaves the cache: a step on small networks is bound by memory otherwise.
///
/// Batch norm needs its whole batch, and nothing else does. So it divides the layers into stages: each
/// begins with batch norms whose moments are known, and ends with the tensors that later batch norms
/// normalise. Only what another stage reads is kept; all else is computed anew, part by part, when the gradients
/// come back, which costs no convolution, since a convolution's output is what a batch norm reads.
class TrainingByParts {
public:
    /// The layers must outlive this, and run on a CPU whose vector units kernels.h knows.
    TrainingByParts(const Graph& graph, std::vector<Layer>& layers);

    /// As `Network::forward` in training mode; `momentum` is the batch's share of the running statistics.
    [[nodiscard]] at::Tensor forward(const at::Tensor& input, double momentum);
    /// Adds to the gradients of the layers' weights. Gives the input's gradient where it is wanted.
    [[nodiscard]] at::Tensor backward(const at::Tensor& output_gradient, bool want_input_gradient);

private:
    struct Stage {
        std::vector<std::size_t> layers;  ///< in order; its batch norms are applied here
        std::vector<std::size_t> norms;   ///< batch norms of the next stages that read what it made
    };
    struct Part {
        std::int64_t first = 0, count = 0;  ///< images
    };
    using Tensors = std::vector<at::Tensor>;

    [[nodiscard]] std::vector<Part> parts() const;
    [[nodiscard]] static at::Tensor of(const at::Tensor& whole, const Part& part);
    /// A tensor in this part: made in it, or kept.
    [[nodiscard]] at::Tensor value(const Tensors& made, std::size_t tensor, const Part& part) const;
    [[nodiscard]] at::Tensor computed(std::size_t layer, const Tensors& made, const Part& part, Mode mode);
    void keep(std::size_t tensor, const at::Tensor& made, const Part& part);
    /// What the layers of a stage need to run backwards.
    [[nodiscard]] Tensors recalled(const Stage& stage, const Part& part);
    void backward_part(const Stage& stage, std::size_t number, const Part& part, bool want_input_gradient);
    void add_gradient(std::size_t tensor, const Part& part, const at::Tensor& gradient);
    [[nodiscard]] at::Tensor like(std::size_t tensor, bool zeros) const;

    std::vector<Layer>* layers_;
    std::vector<Shape> shapes_;          ///< per tensor, of one image
    std::vector<std::size_t> stage_of_;  ///< per tensor: the stage that makes it
    std::vector<bool> kept_;             ///< per tensor: whether another stage reads it
    std::vector<Stage> stages_;
    std::vector<NormByParts> norms_;  ///< per layer; used of batch norms
    std::int64_t images_a_part_ = 1;

    std::int64_t images_ = 0;  ///< of the batch
    Tensors values_;           ///< per tensor, of those kept
    Tensors gradients_;        ///< per tensor, of those kept
    Tensors masked_;           ///< per layer: of a batch norm, the gradient in front of its activation
};

}  // namespace hwnas::train
