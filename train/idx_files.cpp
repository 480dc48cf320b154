#include <array>

#include "core/error.h"
#include "core/gzip.h"
#include "train/dataset.h"

namespace hwnas::train {
namespace {

/// MNIST's own files are 47 MB; what is larger than this is not such a file.
constexpr std::size_t most_bytes = std::size_t{4} << 30U;

std::filesystem::path existing(const std::filesystem::path& folder, const std::string& name) {
    for (const auto* ending : {"", ".gz"})
        if (const auto path = folder / (name + ending); std::filesystem::exists(path)) return path;
    throw InputError({(folder / name).string(), "an IDX file of this name, or with .gz behind it", "none",
                      "set dataset.path to the folder that holds it (Debian: the package dataset-fashion-mnist)"});
}

struct Idx {
    std::vector<std::int64_t> extents;
    std::string content;
    std::size_t start = 0;
};

/// An IDX file of unsigned bytes: 0, 0, type 8, number of extents, the extents as
/// big-endian 32-bit numbers, data (yann.lecun.com/exdb/mnist).
Idx read_idx(const std::filesystem::path& path, std::size_t dimensions) {
    Idx idx;
    idx.content = read_maybe_gzip(path);
    const auto byte = [&idx](std::size_t i) { return static_cast<std::uint8_t>(idx.content[i]); };
    idx.start = 4 + 4 * dimensions;
    if (idx.content.size() < idx.start)
        throw InputError({path.string(), "an IDX header of " + std::to_string(idx.start) + " bytes",
                          "a file of " + std::to_string(idx.content.size()) + " bytes", "fetch the file again"});
    if (byte(0) != 0 || byte(1) != 0 || byte(2) != 8 || byte(3) != dimensions)
        throw InputError({path.string(),
                          "an IDX file of unsigned bytes with " + std::to_string(dimensions) +
                              " dimensions (it starts with 0 0 8 " + std::to_string(dimensions) + ")",
                          std::to_string(byte(0)) + " " + std::to_string(byte(1)) + " " + std::to_string(byte(2)) +
                              " " + std::to_string(byte(3)),
                          ""});
    std::size_t expected = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
        std::int64_t extent = 0;
        for (std::size_t i = 0; i < 4; ++i) extent = extent << 8 | byte(4 + 4 * d + i);
        idx.extents.push_back(extent);
        // Bounded step by step: a broken header must not overflow.
        if (extent == 0 || expected > most_bytes / static_cast<std::size_t>(extent))
            throw InputError(
                {path.string(), "positive extents of at most 4 GiB in all", to_string(Shape(idx.extents)), ""});
        expected *= static_cast<std::size_t>(extent);
    }
    if (idx.content.size() - idx.start != expected)
        throw InputError({path.string(), std::to_string(expected) + " bytes of data, as its header says",
                          std::to_string(idx.content.size() - idx.start), "fetch the file again"});
    return idx;
}

Images read_pair(const std::filesystem::path& folder, const std::string& prefix) {
    const auto image_path = existing(folder, prefix + "-images-idx3-ubyte");
    const auto label_path = existing(folder, prefix + "-labels-idx1-ubyte");
    const Idx pixels = read_idx(image_path, 3);
    const Idx labels = read_idx(label_path, 1);
    if (pixels.extents[0] != labels.extents[0])
        throw InputError({label_path.string(), std::to_string(pixels.extents[0]) + " labels, one for each image",
                          std::to_string(labels.extents[0]), ""});
    Images images{1, pixels.extents[1], pixels.extents[2], {}, {}};
    images.pixels.assign(pixels.content.begin() + static_cast<std::ptrdiff_t>(pixels.start), pixels.content.end());
    images.labels.reserve(labels.content.size());
    for (std::size_t i = labels.start; i < labels.content.size(); ++i)
        images.labels.push_back(static_cast<std::uint8_t>(labels.content[i]));
    return images;
}

}  // namespace

Parts read_idx_folder(const std::filesystem::path& folder) {
    Parts parts{0, read_pair(folder, "train"), read_pair(folder, "t10k")};
    check_one_kind(parts, folder);
    return parts;
}

}  // namespace hwnas::train
