#include <zip.h>

#include <array>
#include <memory>

#include "core/error.h"
#include "train/dataset.h"
#include "train/npy_array.h"

namespace hwnas::train {
namespace {

/// What a compressed member may become.
constexpr std::size_t most_member_bytes = std::size_t{4} << 30U;

struct DiscardArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
    void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Archive = std::unique_ptr<zip_t, DiscardArchive>;

Archive opened(const std::filesystem::path& path) {
    if (!std::filesystem::is_regular_file(path))
        throw InputError({path.string(), "a file that numpy.savez wrote", "no such file", "see dataset.path"});
    int code = 0;
    Archive archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw InputError({path.string(), "a zip archive, as numpy.savez writes one", reason, "make the file again"});
    }
    return archive;
}

/// Read to its end, where libzip compares the checksum.
std::string read_member(zip_t& archive, const std::string& name, const std::string& origin) {
    const std::unique_ptr<zip_file_t, CloseMember> member(zip_fopen(&archive, name.c_str(), 0));
    if (!member) throw InputError({origin, "an array that can be read", zip_strerror(&archive), "make the file again"});
    std::string content;
    constexpr std::size_t step = std::size_t{1} << 20U;
    for (;;) {
        const std::size_t before = content.size();
        content.resize(before + step);
        const auto got = zip_fread(member.get(), content.data() + before, step);
        if (got < 0)
            throw InputError(
                {origin, "an array that can be read", zip_file_strerror(member.get()), "make the file again"});
        content.resize(before + static_cast<std::size_t>(got));
        if (got == 0) return content;
        if (content.size() > most_member_bytes) throw InputError({origin, "at most 4 GiB", "more", ""});
    }
}

bool holds(zip_t& archive, const std::string& name) { return zip_name_locate(&archive, name.c_str(), 0) >= 0; }

NpyArray read_array(zip_t& archive, const std::filesystem::path& path, const std::string& name) {
    const std::string origin = path.string() + ", " + name;
    return NpyArray::parse(read_member(archive, name + ".npy", origin), origin);
}

/// Where channel, row and column of an image lie: the distances between neighbours, in bytes.
struct Layout {
    std::int64_t channels, height, width;
    std::int64_t channel_step, row_step, column_step;
};

/// Grey images without an axis of channels, channels last, or channels first where only that fits the network or,
/// where neither does, looks like colours.
Layout layout_of(const NpyArray& images, const Shape& input) {
    const auto& shape = images.shape;
    const std::int64_t a = shape[1], b = shape[2], c = shape.size() == 4 ? shape[3] : 1;
    if (shape.size() == 3) return {1, a, b, 1, b, 1};
    const auto colours = [](std::int64_t extent) { return extent == 1 || extent == 3; };
    const bool first_fits = Shape{a, b, c} == input, last_fits = Shape{c, a, b} == input;
    const bool first = !last_fits && (first_fits || (colours(a) && !colours(c)));
    return first ? Layout{a, b, c, b * c, c, 1} : Layout{c, a, b, 1, b * c, c};
}

Images read_part(zip_t& archive, const std::filesystem::path& path, const std::string& image_name,
                 const std::string& label_name, const Shape& input) {
    const NpyArray pixels = read_array(archive, path, image_name), labels = read_array(archive, path, label_name);
    const auto dimensions = pixels.shape.size();
    if (pixels.is_signed || pixels.item_bytes != 1 || (dimensions != 3 && dimensions != 4) || pixels.count() == 0)
        throw InputError({pixels.origin,
                          "images of unsigned bytes (uint8), N x height x width, with channels last or first",
                          to_string(pixels.shape) + " of " + std::to_string(pixels.item_bytes) + " bytes each",
                          "scale them to 0 to 255 and save .astype(numpy.uint8)"});
    const std::int64_t count = pixels.shape.front();
    if (labels.shape != Shape{count} && labels.shape != Shape{count, 1})
        throw InputError({labels.origin, std::to_string(count) + " labels, one for each image", to_string(labels.shape),
                          "save class numbers, not one-hot rows"});
    const Layout at = layout_of(pixels, input);
    Images images{at.channels, at.height, at.width, {}, {}};
    images.pixels.resize(pixels.data.size());
    const auto* from = reinterpret_cast<const std::uint8_t*>(pixels.data.data());
    auto* to = images.pixels.data();
    for (std::int64_t n = 0; n < count; ++n, from += images.image_bytes())
        for (std::int64_t y = 0; y < at.height; ++y)
            for (std::int64_t x = 0; x < at.width; ++x)
                for (std::int64_t c = 0; c < at.channels; ++c)
                    *to++ = from[y * at.row_step + x * at.column_step + c * at.channel_step];
    constexpr std::int64_t most_classes = 1 << 20;
    for (std::int64_t n = 0; n < count; ++n) {
        const std::int64_t label = labels.number(n);
        if (label < 0 || label >= most_classes)
            throw InputError({labels.origin, "class numbers from 0 up", std::to_string(label), ""});
        images.labels.push_back(static_cast<std::int32_t>(label));
    }
    return images;
}

}  // namespace

Parts read_npz_file(const std::filesystem::path& path, const Shape& input) {
    const Archive archive = opened(path);
    // Keras' names and MedMNIST's.
    const bool keras = holds(*archive, "x_train.npy");
    const auto names = keras ? std::array{"x_train", "y_train", "x_test", "y_test"}
                             : std::array{"train_images", "train_labels", "test_images", "test_labels"};
    std::vector<Problem> missing;
    for (const std::string name : names)
        if (!holds(*archive, name + ".npy"))
            missing.push_back(
                {path.string(), "the array " + name, "none",
                 "numpy.savez(FILE, x_train=, y_train=, x_test=, y_test=), or train_images, train_labels, "
                 "test_images and test_labels"});
    if (!missing.empty()) throw InputError(missing);
    Parts parts{0, read_part(*archive, path, names[0], names[1], input),
                read_part(*archive, path, names[2], names[3], input)};
    check_one_kind(parts, path);
    return parts;
}

}  // namespace hwnas::train
