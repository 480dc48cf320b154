#pragma once

#include <vector>

#include "train/layers.h"

namespace hwnas::train {

/// Batch norm of one layer, and the activation behind it, over a batch that comes in parts: its moments
/// are known when all parts have been seen, and so are its gradient's (Ioffe and Szegedy 2015, section
/// 3). By our own loops, which must be available (kernels.h). Parts are {n, C, H, W}, channels last.
class NormByParts {
public:
    /// The layer must outlive this.
    explicit NormByParts(Layer& layer) : layer_(&layer) {}

    /// Forgets the last batch.
    void begin();
    void see(const at::Tensor& part);
    /// Moves the running statistics too (the variance's unbiased, as PyTorch has it); `momentum` is
    /// the share of this batch.
    void finish(double momentum);
    [[nodiscard]] at::Tensor apply(const at::Tensor& part) const;

    void begin_backward();
    /// Takes a part's gradient of what `apply` gave, and writes that in front of the activation to `masked`,
    /// an array of the part's size.
    void see_gradient(const at::Tensor& part, const at::Tensor& output_gradient, const at::Tensor& masked);
    /// Adds the gradients of the layer's weights.
    void finish_backward();
    /// The gradient of a part.
    [[nodiscard]] at::Tensor input_gradient(const at::Tensor& part, const at::Tensor& masked) const;

private:
    Layer* layer_;
    std::int64_t rows_ = 0;  ///< pixels of all parts
    std::vector<float> origin_, mean_, scale_, shift_, slope_, offset_;
    std::vector<double> inverse_deviation_, sums_, squares_;
};

}  // namespace hwnas::train
