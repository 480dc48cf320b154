#include "train/loss.h"

namespace hwnas::train {

Loss cross_entropy(const at::Tensor& scores, const at::Tensor& labels, double smoothing) {
    const double classes = static_cast<double>(scores.size(1));
    const double images = static_cast<double>(scores.size(0));
    const at::Tensor log_shares = at::log_softmax(scores, 1);
    at::Tensor target = at::full_like(log_shares, smoothing / classes);
    target.scatter_(1, labels.unsqueeze(1), 1 - smoothing + smoothing / classes);
    const double value = -(target * log_shares).sum().item<double>() / images;
    return {value, log_shares.exp().sub_(target).div_(images)};
}

}  // namespace hwnas::train
