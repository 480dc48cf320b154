#include <catch2/catch.hpp>
#include <set>

#include "made_data.h"
#include "train/augment.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

/// A batch as floats, each turned back into its byte (the table is monotone).
std::vector<int> bytes(const Images& images, const Normalisation& norm, const Augmentation& augmentation, Rng& rng) {
    const std::vector<std::int64_t> order{0};
    std::vector<float> out(static_cast<std::size_t>(images.image_bytes()));
    write_batch(images, order, norm, augmentation, rng, out.data());
    std::vector<int> values;
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t v = 0; v < 256; ++v)
            if (norm.table(static_cast<std::int64_t>(i) % images.channels)[v] == out[i]) {
                values.push_back(static_cast<int>(v));
                break;
            }
    return values;
}

}  // namespace

TEST_CASE("normalised training images have mean 0 and deviation 1 in each channel") {
    const Images images = test::made_images(40, 1, 6, 3);
    const Normalisation norm(images);
    std::vector<std::int64_t> order(40);
    for (std::size_t i = 0; i < 40; ++i) order[i] = static_cast<std::int64_t>(i);
    std::vector<float> out(images.pixels.size());
    Rng rng(1);
    write_batch(images, order, norm, {}, rng, out.data());
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0, squares = 0;
        for (std::size_t i = c; i < out.size(); i += 3) {
            sum += static_cast<double>(out[i]);
            squares += static_cast<double>(out[i]) * static_cast<double>(out[i]);
        }
        const double n = static_cast<double>(out.size()) / 3;
        CHECK(sum / n == Approx(0).margin(1e-5));
        CHECK(squares / n == Approx(1).epsilon(1e-4));
    }
}

TEST_CASE("augmentation makes the image, its mirror and its shifts, and nothing else") {
    Images image{2, 4, 4, {}, {0}};
    for (int i = 0; i < 32; ++i) image.pixels.push_back(static_cast<std::uint8_t>(10 + 7 * i));
    const Normalisation norm(image);
    std::set<std::vector<int>> expected;
    for (int down = -1; down <= 1; ++down)
        for (int right = -1; right <= 1; ++right)
            for (const bool flip : {false, true}) {
                std::vector<int> made;
                for (int y = 0; y < 4; ++y)
                    for (int x = 0; x < 4; ++x)
                        for (int c = 0; c < 2; ++c) {
                            const int from_y = y - down, moved = x - right;
                            const int from_x = flip ? 3 - moved : moved;
                            const bool inside = from_y >= 0 && from_y < 4 && moved >= 0 && moved < 4;
                            made.push_back(
                                inside ? image.pixels[static_cast<std::size_t>((from_y * 4 + from_x) * 2 + c)] : 0);
                        }
                expected.insert(made);
            }
    std::set<std::vector<int>> found;
    Rng rng(3);
    for (int i = 0; i < 500; ++i) found.insert(bytes(image, norm, {true, 1}, rng));
    CHECK(found == expected);
}

TEST_CASE("a shift suits the size of the image") {
    CHECK(suitable_shift(28) == 2);
    CHECK(suitable_shift(32) == 3);
    CHECK(suitable_shift(224) == 4);
    CHECK(suitable_shift(4) == 1);
}
