#include "train/augment.h"

#include <algorithm>
#include <cmath>

namespace hwnas::train {

Normalisation::Normalisation(const Images& images) {
    const auto channels = static_cast<std::size_t>(images.channels);
    // Exact: whole numbers, of which 2^63 holds 10^14 squares of a byte.
    std::vector<std::array<std::int64_t, 256>> histogram(channels);
    for (std::size_t i = 0; i < images.pixels.size(); ++i) ++histogram[i % channels][images.pixels[i]];
    for (const auto& counts : histogram) {
        std::int64_t count = 0, sum = 0, squares = 0;
        for (std::int64_t v = 0; v < 256; ++v) {
            const std::int64_t times = counts[static_cast<std::size_t>(v)];
            count += times;
            sum += times * v;
            squares += times * v * v;
        }
        const double n = static_cast<double>(std::max<std::int64_t>(1, count));
        const double mean = static_cast<double>(sum) / n;
        const double variance = std::max(0.0, static_cast<double>(squares) / n - mean * mean);
        // A channel of one value says nothing; dividing by its deviation would.
        const double deviation = variance > 1e-6 ? std::sqrt(variance) : 255;
        std::array<float, 256> table{};
        for (std::size_t v = 0; v < 256; ++v)
            table[v] = static_cast<float>((static_cast<double>(v) - mean) / deviation);
        mean_.push_back(mean / 255);
        deviation_.push_back(deviation / 255);
        tables_.push_back(table);
    }
}

std::int64_t suitable_shift(std::int64_t extent) {
    return std::min(std::clamp<std::int64_t>(extent / 10, 2, 4), extent / 4);
}

void write_batch(const Images& images, std::span<const std::int64_t> order, const Normalisation& normalisation,
                 const Augmentation& augmentation, Rng& rng, float* to) {
    const std::int64_t height = images.height, width = images.width, channels = images.channels;
    for (const std::int64_t index : order) {
        std::int64_t down = 0, right = 0;
        bool flip = false;
        if (augmentation.most_shift > 0) {
            const auto steps = static_cast<std::uint64_t>(2 * augmentation.most_shift + 1);
            down = static_cast<std::int64_t>(rng.below(steps)) - augmentation.most_shift;
            right = static_cast<std::int64_t>(rng.below(steps)) - augmentation.most_shift;
        }
        if (augmentation.flip) flip = (rng.next() >> 63U) != 0;
        const std::uint8_t* image = images.image(index);
        // Columns of the result that show the image; the others are black.
        const std::int64_t first = std::max<std::int64_t>(0, right), end = width + std::min<std::int64_t>(0, right);
        for (std::int64_t c = 0; c < channels; ++c) {
            const auto& table = normalisation.table(c);
            const float black = table[0];
            for (std::int64_t y = 0; y < height; ++y) {
                float* out = to + y * width * channels + c;
                const std::int64_t from = y - down;
                if (from < 0 || from >= height) {
                    for (std::int64_t x = 0; x < width; ++x) out[x * channels] = black;
                    continue;
                }
                const std::uint8_t* row = image + from * width * channels + c;
                for (std::int64_t x = 0; x < first; ++x) out[x * channels] = black;
                for (std::int64_t x = end; x < width; ++x) out[x * channels] = black;
                if (flip)
                    for (std::int64_t x = first; x < end; ++x)
                        out[x * channels] = table[row[(width - 1 - (x - right)) * channels]];
                else
                    for (std::int64_t x = first; x < end; ++x) out[x * channels] = table[row[(x - right) * channels]];
            }
        }
        to += height * width * channels;
    }
}

}  // namespace hwnas::train
