#include "train/norm_by_parts.h"

#include <algorithm>
#include <cmath>

#include "train/batch_norm.h"
#include "train/kernels.h"

namespace hwnas::train {
namespace {

kernels::Pixels pixels_of(const at::Tensor& part) { return {part.numel() / part.size(1), part.size(1)}; }

at::Tensor in_order(const at::Tensor& part) { return part.contiguous(at::MemoryFormat::ChannelsLast); }

void move_running(float* running, const std::vector<double>& newest, double momentum, double correction) {
    for (std::size_t c = 0; c < newest.size(); ++c)
        running[c] =
            static_cast<float>((1 - momentum) * static_cast<double>(running[c]) + momentum * correction * newest[c]);
}

}  // namespace

void NormByParts::begin() {
    rows_ = 0;
    origin_.clear();
}

void NormByParts::see(const at::Tensor& part) {
    const at::Tensor x = in_order(part);
    const auto size = pixels_of(x);
    const auto channels = static_cast<std::size_t>(size.channels);
    const float* values = x.data_ptr<float>();
    if (rows_ == 0) {
        origin_.assign(values, values + channels);  // the first pixel
        sums_.assign(channels, 0);
        squares_.assign(channels, 0);
    }
    kernels::add_moments(size, values, origin_.data(), sums_.data(), squares_.data());
    rows_ += size.rows;
}

void NormByParts::finish(double momentum) {
    const std::size_t channels = sums_.size();
    const auto rows = static_cast<double>(rows_);
    std::vector<double> mean(channels), variance(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        const double shifted = sums_[c] / rows;
        mean[c] = static_cast<double>(origin_[c]) + shifted;
        variance[c] = std::max(0.0, squares_[c] / rows - shifted * shifted);
    }
    const LayerWeights& weights = layer_->weights;
    move_running(weights.running_mean.data_ptr<float>(), mean, momentum, 1);
    move_running(weights.running_var.data_ptr<float>(), variance, momentum, rows_ > 1 ? rows / (rows - 1) : 1);
    const double epsilon = std::get<op::BatchNormalization>(layer_->op).epsilon;
    const float* gain = weights.weight.data_ptr<float>();
    const float* bias = weights.bias.data_ptr<float>();
    mean_.assign(mean.begin(), mean.end());
    inverse_deviation_.resize(channels);
    scale_.resize(channels);
    shift_.resize(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        inverse_deviation_[c] = 1 / std::sqrt(variance[c] + epsilon);
        const double scale = static_cast<double>(gain[c]) * inverse_deviation_[c];
        scale_[c] = static_cast<float>(scale);
        shift_[c] = static_cast<float>(static_cast<double>(bias[c]) - mean[c] * scale);
    }
}

at::Tensor NormByParts::apply(const at::Tensor& part) const {
    const at::Tensor x = in_order(part);
    at::Tensor y = at::empty_like(x);
    kernels::scale_shift(pixels_of(x), behind_batch_norm(*layer_), x.data_ptr<float>(), scale_.data(), shift_.data(),
                         y.data_ptr<float>());
    return y;
}

void NormByParts::begin_backward() {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    std::fill(squares_.begin(), squares_.end(), 0.0);
}

void NormByParts::see_gradient(const at::Tensor& part, const at::Tensor& output_gradient, const at::Tensor& masked) {
    const at::Tensor x = in_order(part), gradient = in_order(output_gradient);
    kernels::add_norm_gradients(pixels_of(x), behind_batch_norm(*layer_),
                                {x.data_ptr<float>(), gradient.data_ptr<float>(), scale_.data(), shift_.data(),
                                 mean_.data(), masked.data_ptr<float>(), sums_.data(), squares_.data()});
}

void NormByParts::finish_backward() {
    const std::size_t channels = sums_.size();
    float* weight_gradient = layer_->weights.weight_gradient.data_ptr<float>();
    float* bias_gradient = layer_->weights.bias_gradient.data_ptr<float>();
    slope_.resize(channels);
    offset_.resize(channels);
    const auto rows = static_cast<double>(rows_);
    for (std::size_t c = 0; c < channels; ++c) {
        const double gradient = squares_[c] * inverse_deviation_[c];
        weight_gradient[c] += static_cast<float>(gradient);
        bias_gradient[c] += static_cast<float>(sums_[c]);
        // dx = scale * (d - sums / rows - (x - mean) * inverse deviation * weight gradient / rows)
        const auto scale = static_cast<double>(scale_[c]);
        const double by_x = scale * gradient * inverse_deviation_[c] / rows;
        slope_[c] = static_cast<float>(-by_x);
        offset_[c] = static_cast<float>(by_x * static_cast<double>(mean_[c]) - scale * sums_[c] / rows);
    }
}

at::Tensor NormByParts::input_gradient(const at::Tensor& part, const at::Tensor& masked) const {
    const at::Tensor x = in_order(part);
    at::Tensor dx = at::empty_like(x);
    kernels::norm_input_gradient(pixels_of(x), masked.data_ptr<float>(), x.data_ptr<float>(), scale_.data(),
                                 slope_.data(), offset_.data(), dx.data_ptr<float>());
    return dx;
}

}  // namespace hwnas::train
