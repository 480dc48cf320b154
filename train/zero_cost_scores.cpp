#include "train/zero_cost_scores.h"

#include <cmath>
#include <limits>

namespace hwnas::train {
namespace {

double sum_of(const at::Tensor& x) { return x.sum(at::kDouble).item<double>(); }

}  // namespace

double naswot(const std::vector<at::Tensor>& codes) {
    const std::int64_t images = codes.front().size(0);
    at::Tensor agreeing = at::zeros({images, images}, at::kDouble);
    for (const auto& code : codes) {
        // Single precision counts exactly up to 2^24 units, which one node does not have.
        const at::Tensor ones = code.to(at::kFloat), zeros = 1 - ones;
        agreeing += at::mm(ones, ones.t()) + at::mm(zeros, zeros.t());
    }
    const auto [sign, logarithm] = at::linalg_slogdet(agreeing);
    return sign.item<double>() > 0 ? logarithm.item<double>() : -std::numeric_limits<double>::infinity();
}

double jacobian_covariance(const at::Tensor& input_gradient) {
    const at::Tensor rows = input_gradient.flatten(1).to(at::kDouble);
    const at::Tensor centred = rows - rows.mean(1, true);
    const at::Tensor directions = centred / centred.norm(2, 1, true);
    const at::Tensor correlations = at::mm(directions, directions.t());
    if (!at::isfinite(correlations).all().item<bool>()) return std::numeric_limits<double>::quiet_NaN();
    // What rounding leaves below 0 is 0.
    const at::Tensor shifted = at::linalg_eigvalsh(correlations).clamp_min(0) + 1e-5;
    return -sum_of(shifted.log() + shifted.reciprocal());
}

double gradient_norm(const std::vector<at::Tensor>& gradients) {
    double sum = 0;
    for (const auto& gradient : gradients) sum += gradient.to(at::kDouble).norm().item<double>();
    return sum;
}

double saliency(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += sum_of((weights[i] * gradients[i]).abs());
    return sum;
}

double grasp(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& hessian_gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum -= sum_of(weights[i] * hessian_gradients[i]);
    return sum;
}

double fisher(const std::vector<at::Tensor>& outputs, const std::vector<at::Tensor>& gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        at::Tensor products = outputs[i] * gradients[i];
        if (products.dim() > 2) products = products.flatten(2).sum(2);
        const auto images = static_cast<double>(products.size(0));
        sum += sum_of(products.to(at::kDouble).square()) / (2 * images);
    }
    return sum;
}

double zico(const std::vector<std::vector<at::Tensor>>& batches) {
    double sum = 0;
    for (std::size_t layer = 0; layer < batches.front().size(); ++layer) {
        std::vector<at::Tensor> magnitudes;
        for (const auto& batch : batches) magnitudes.push_back(batch[layer].to(at::kDouble).abs().flatten());
        const at::Tensor all = at::stack(magnitudes);
        const at::Tensor deviation = all.std(0, false), mean = all.mean(0);
        const at::Tensor varying = deviation > 0;
        const double ratios = sum_of((mean / deviation).masked_select(varying));
        if (ratios != 0) sum += std::log(ratios);
    }
    return sum;
}

}  // namespace hwnas::train
