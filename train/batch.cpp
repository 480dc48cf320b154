#include "train/batch.h"

namespace hwnas::train {

at::Tensor image_batch(const Images& images, std::span<const std::int64_t> order, const Normalisation& normalisation,
                       const Augmentation& augmentation, Rng& rng, const at::Device& device) {
    // Channels last in memory, NCHW to look at.
    at::Tensor batch =
        at::empty({static_cast<std::int64_t>(order.size()), images.height, images.width, images.channels}, at::kFloat);
    write_batch(images, order, normalisation, augmentation, rng, batch.data_ptr<float>());
    return batch.permute({0, 3, 1, 2}).to(device);
}

at::Tensor label_batch(const std::vector<std::int32_t>& labels, std::span<const std::int64_t> order,
                       const at::Device& device) {
    at::Tensor batch = at::empty({static_cast<std::int64_t>(order.size())}, at::kLong);
    auto* to = batch.data_ptr<std::int64_t>();
    for (const std::int64_t i : order) *to++ = labels[static_cast<std::size_t>(i)];
    return batch.to(device);
}

}  // namespace hwnas::train
