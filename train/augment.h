#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "train/dataset.h"

namespace hwnas::train {

/// What turns bytes into what a network sees: (byte / 255 - mean) / deviation, per
/// channel, as a table for each of the 256 values.
class Normalisation {
public:
    /// Mean and standard deviation of these images, which are those for training.
    explicit Normalisation(const Images& images);
    [[nodiscard]] const std::array<float, 256>& table(std::int64_t channel) const {
        return tables_[static_cast<std::size_t>(channel)];
    }

    /// A channel each, of pixels scaled to 0 .. 1.
    [[nodiscard]] const std::vector<double>& mean() const { return mean_; }
    [[nodiscard]] const std::vector<double>& deviation() const { return deviation_; }

private:
    std::vector<double> mean_, deviation_;
    std::vector<std::array<float, 256>> tables_;
};

struct Augmentation {
    bool flip = false;            ///< left to right, every other image
    std::int64_t most_shift = 0;  ///< pixels, in both directions; black comes in
};

/// The shift that suits an image size: a tenth, from 2 to 4 pixels, and at most a
/// quarter. (He et al. 2016 shift CIFAR's 32 pixels by up to 4; in a training of few
/// epochs less of it costs less accuracy.)
[[nodiscard]] std::int64_t suitable_shift(std::int64_t extent);

/// Writes the images of `order` as floats, channels last, augmented.
void write_batch(const Images& images, std::span<const std::int64_t> order, const Normalisation& normalisation,
                 const Augmentation& augmentation, Rng& rng, float* to);

}  // namespace hwnas::train
