#include "core/error.h"
#include "core/files.h"
#include "train/dataset.h"

namespace hwnas::train {
namespace {

constexpr std::int64_t image_extent = 32;
constexpr std::int64_t plane = image_extent * image_extent;

/// Appends a binary batch: per image its label (CIFAR-100: the coarse one, then the
/// fine one), then 1024 bytes each of red, green, blue, row by row
/// (cs.toronto.edu/~kriz/cifar.html).
void append_batch(Images& images, const std::filesystem::path& path, bool hundred) {
    if (!std::filesystem::exists(path))
        throw InputError({path.string(), "a batch of the binary version of CIFAR", "none",
                          "set dataset.path to the folder that holds the .bin files"});
    const std::string content = read_file(path);
    const std::size_t label_bytes = hundred ? 2 : 1;
    const std::size_t record = label_bytes + 3 * static_cast<std::size_t>(plane);
    if (content.empty() || content.size() % record != 0)
        throw InputError({path.string(), "a whole number of records of " + std::to_string(record) + " bytes",
                          std::to_string(content.size()) + " bytes",
                          "fetch the file again, or see whether dataset.format is right"});
    const std::int32_t classes = hundred ? 100 : 10;
    for (std::size_t start = 0; start < content.size(); start += record) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(content.data() + start);
        const std::int32_t label = bytes[label_bytes - 1];
        if (label >= classes)
            throw InputError({path.string() + ", image " + std::to_string(start / record),
                              "a label below " + std::to_string(classes), std::to_string(label),
                              "see whether dataset.format is right"});
        images.labels.push_back(label);
        const std::uint8_t* planes = bytes + label_bytes;
        for (std::int64_t p = 0; p < plane; ++p)
            for (std::int64_t c = 0; c < 3; ++c) images.pixels.push_back(planes[c * plane + p]);
    }
}

}  // namespace

Parts read_cifar_folder(const std::filesystem::path& folder, bool hundred) {
    Parts parts{hundred ? 100 : 10, {3, image_extent, image_extent, {}, {}}, {3, image_extent, image_extent, {}, {}}};
    if (hundred) {
        append_batch(parts.training, folder / "train.bin", true);
        append_batch(parts.test, folder / "test.bin", true);
    } else {
        for (int i = 1; i <= 5; ++i)
            append_batch(parts.training, folder / ("data_batch_" + std::to_string(i) + ".bin"), false);
        append_batch(parts.test, folder / "test_batch.bin", false);
    }
    return parts;
}

}  // namespace hwnas::train
