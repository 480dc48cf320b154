#include "train/dataset.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "predictors/dataset_formats.h"

namespace hwnas::train {
namespace {

/// Draws the held-out images. It never changes, for else figures of different
/// versions would be of different images.
constexpr std::uint64_t split_seed = 0x68776e6173;

Images picked(const Images& images, const std::int64_t* first, std::size_t count) {
    Images part{images.channels, images.height, images.width, {}, {}};
    part.pixels.reserve(count * static_cast<std::size_t>(images.image_bytes()));
    part.labels.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* image = images.image(first[i]);
        part.pixels.insert(part.pixels.end(), image, image + images.image_bytes());
        part.labels.push_back(images.labels[static_cast<std::size_t>(first[i])]);
    }
    return part;
}

std::vector<std::int64_t> shuffled(std::int64_t count, std::uint64_t seed) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    Rng rng(seed);
    rng.shuffle(order);
    return order;
}

/// Which old pixels make a new one, and by how much, along one axis.
struct Taps {
    std::int64_t first = 0;
    std::vector<double> shares;
};

std::vector<Taps> taps(std::int64_t from, std::int64_t to) {
    std::vector<Taps> all(static_cast<std::size_t>(to));
    const double ratio = static_cast<double>(from) / static_cast<double>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        Taps& tap = all[static_cast<std::size_t>(i)];
        if (ratio > 1) {
            const double start = static_cast<double>(i) * ratio, end = start + ratio;
            tap.first = static_cast<std::int64_t>(start);
            for (std::int64_t p = tap.first; p < from && static_cast<double>(p) < end - 1e-9; ++p) {
                const double covered =
                    std::min(end, static_cast<double>(p + 1)) - std::max(start, static_cast<double>(p));
                tap.shares.push_back(covered / ratio);
            }
        } else {
            const double centre =
                std::clamp((static_cast<double>(i) + 0.5) * ratio - 0.5, 0.0, static_cast<double>(from - 1));
            tap.first = std::min(static_cast<std::int64_t>(centre), std::max<std::int64_t>(0, from - 2));
            const double share = centre - static_cast<double>(tap.first);
            tap.shares = from > 1 ? std::vector<double>{1 - share, share} : std::vector<double>{1};
        }
    }
    return all;
}

}  // namespace

DatasetOptions DatasetOptions::read(const JsonValue& value) {
    JsonObject object(value);
    DatasetOptions options;
    options.format = object.required("format").one_of(dataset_formats());
    options.path = object.required("path").text();
    options.validation_images = object.integer("validation_images", 6000, {1, 1e9});
    if (const auto size = object.optional("size")) {
        const auto extents = size->items();
        if (extents.size() != 2) size->problem("two extents: height, width");
        if (extents.size() == 2) options.size = {extents[0].integer({1, 8192}), extents[1].integer({1, 8192})};
    }
    return options;
}

Dataset load_dataset(const DatasetOptions& options, const Shape& input) {
    if (input.size() != 3) throw InputError({"the network's input", "channels x height x width", to_string(input), ""});
    if (options.format != "npz" && !std::filesystem::is_directory(options.path))
        throw InputError({options.path.string(), "the folder of a dataset", "no such folder",
                          "set dataset.path (Debian's Fashion-MNIST: package dataset-fashion-mnist)"});
    Parts parts = options.format == "idx"            ? read_idx_folder(options.path)
                  : options.format == "image-folder" ? read_image_folder(options.path, input)
                  : options.format == "npz"          ? read_npz_file(options.path, input)
                                                     : read_cifar_folder(options.path, options.format == "cifar100");
    const std::int64_t count = parts.training.count();
    if (options.validation_images >= count)
        throw InputError({options.path.string(),
                          "more training images than the " + std::to_string(options.validation_images) + " held out",
                          std::to_string(count), "make dataset.validation_images smaller"});
    const auto order = shuffled(count, split_seed);
    const auto held_out = static_cast<std::size_t>(options.validation_images);
    return {parts.classes, picked(parts.training, order.data() + held_out, order.size() - held_out),
            picked(parts.training, order.data(), held_out), std::move(parts.test)};
}

void check_one_kind(Parts& parts, const std::filesystem::path& path) {
    const auto shape = [](const Images& images) { return Shape{images.channels, images.height, images.width}; };
    if (shape(parts.training) != shape(parts.test))
        throw InputError({path.string(), "training and test images of one size",
                          to_string(shape(parts.training)) + " and " + to_string(shape(parts.test)), ""});
    parts.classes = *std::max_element(parts.training.labels.begin(), parts.training.labels.end()) + 1;
    for (const auto label : parts.test.labels)
        if (label >= parts.classes)
            throw InputError({path.string(), "test labels below " + std::to_string(parts.classes) + ", as in training",
                              std::to_string(label), ""});
}

void check_fits(const Dataset& dataset, const DatasetOptions& options, const Graph& graph) {
    const Images& images = dataset.training;
    Shape input = graph.shape(graph.input());
    if (options.size) input = {input.front(), (*options.size)[0], (*options.size)[1]};
    if (input != Shape{images.channels, images.height, images.width})
        throw InputError({options.path.string(), "images of " + to_string(input) + ", the network's input",
                          to_string(Shape{images.channels, images.height, images.width}),
                          "use a space with the dataset's input size"});
    const Shape& output = graph.shape(graph.output());
    if (output != Shape{dataset.classes})
        throw InputError({options.path.string(), to_string(output) + " classes, the network's output",
                          std::to_string(dataset.classes), "use a space with the dataset's number of classes"});
}

Images resized(const Images& images, std::int64_t height, std::int64_t width) {
    if (images.height == height && images.width == width) return images;
    Images result{images.channels, height, width, {}, images.labels};
    const std::int64_t channels = images.channels;
    result.pixels.resize(static_cast<std::size_t>(images.count() * result.image_bytes()));
    const auto rows = taps(images.height, height), columns = taps(images.width, width);
    std::uint8_t* out = result.pixels.data();
    for (std::int64_t n = 0; n < images.count(); ++n)
        for (const Taps& row : rows)
            for (const Taps& column : columns)
                for (std::int64_t c = 0; c < channels; ++c) {
                    double sum = 0;
                    for (std::size_t y = 0; y < row.shares.size(); ++y) {
                        const std::uint8_t* line =
                            images.image(n) + (row.first + static_cast<std::int64_t>(y)) * images.width * channels;
                        double part = 0;
                        for (std::size_t x = 0; x < column.shares.size(); ++x)
                            part +=
                                column.shares[x] * line[(column.first + static_cast<std::int64_t>(x)) * channels + c];
                        sum += row.shares[y] * part;
                    }
                    *out++ = static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
                }
    return result;
}

Images subset(const Images& images, std::int64_t count, std::uint64_t seed) {
    if (count == 0 || count >= images.count()) return images;
    const auto order = shuffled(images.count(), seed);
    return picked(images, order.data(), static_cast<std::size_t>(count));
}

}  // namespace hwnas::train
