#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"

namespace hwnas::train {

/// Images of one size with their labels, in memory: uint8, one image after the
/// other, channels last (N x height x width x channels).
struct Images {
    std::int64_t channels = 0, height = 0, width = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;

    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
    [[nodiscard]] std::int64_t image_bytes() const { return channels * height * width; }
    [[nodiscard]] const std::uint8_t* image(std::int64_t i) const { return pixels.data() + i * image_bytes(); }
};

/// Images for training, those of the training set that are held out from it, and
/// the test set.
struct Dataset {
    std::int64_t classes = 0;
    Images training, validation, test;
};

/// What a request says of its dataset.
struct DatasetOptions {
    std::string format;          ///< one of `dataset_formats()`
    std::filesystem::path path;  ///< a folder, of npz a file
    std::int64_t validation_images = 6000;
    /// Height and width of the images, where networks of other input sizes have them resized.
    std::optional<op::Extent> size = {};

    /// Problems go to the value's document.
    static DatasetOptions read(const JsonValue& value);
    friend bool operator==(const DatasetOptions&, const DatasetOptions&) = default;
};

/// Reads a whole dataset. `input` is the image shape {channels, height, width} that
/// is asked for; a folder of images is resized to it, the other formats are not.
/// The held-out images are drawn by a seed that never changes, so that trials and
/// studies agree on them. Throws InputError (file, expected, found, what to do).
[[nodiscard]] Dataset load_dataset(const DatasetOptions& options, const Shape& input);

/// Throws InputError where image shape or classes are not those of the graph.
void check_fits(const Dataset& dataset, const DatasetOptions& options, const Graph& graph);

/// The same images at another size: each new pixel is the mean over the area it
/// covers when shrinking, bilinear when growing.
[[nodiscard]] Images resized(const Images& images, std::int64_t height, std::int64_t width);

/// The first `count` of a seeded shuffle of the images, or all in their order where
/// `count` is 0 or as many as there are.
[[nodiscard]] Images subset(const Images& images, std::int64_t count, std::uint64_t seed);

// The formats' readers. Each gives training and test images, without a split.
struct Parts {
    std::int64_t classes = 0;
    Images training, test;
};
[[nodiscard]] Parts read_idx_folder(const std::filesystem::path& folder);
[[nodiscard]] Parts read_cifar_folder(const std::filesystem::path& folder, bool hundred);
[[nodiscard]] Parts read_image_folder(const std::filesystem::path& folder, const Shape& input);
/// `input` tells channels that stand first from channels that stand last where the array could be either.
[[nodiscard]] Parts read_npz_file(const std::filesystem::path& path, const Shape& input);

/// Counts the classes, which are those of the training images, and throws InputError where the test images are of
/// another shape or class.
void check_one_kind(Parts& parts, const std::filesystem::path& path);

}  // namespace hwnas::train
