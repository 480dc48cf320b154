#include "train/image_formats.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "core/error.h"
#include "core/files.h"

namespace hwnas::train {
namespace {

constexpr std::int64_t most_extent = 1 << 15;

std::string ending(const std::filesystem::path& path) {
    std::string text = path.extension().string();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return text;
}

/// Grey from RGB by ITU-R BT.601's weights, or grey repeated thrice.
std::vector<std::uint8_t> converted(const std::vector<std::uint8_t>& from, std::int64_t has, std::int64_t wants) {
    if (has == wants) return from;
    std::vector<std::uint8_t> to;
    if (wants == 3) {
        for (const auto grey : from) to.insert(to.end(), 3, grey);
    } else {
        for (std::size_t i = 0; i + 2 < from.size(); i += 3)
            to.push_back(
                static_cast<std::uint8_t>((299 * from[i] + 587 * from[i + 1] + 114 * from[i + 2] + 500) / 1000));
    }
    return to;
}

/// Binary PGM (P5) and PPM (P6) with up to 255 levels (netpbm.sourceforge.net/doc).
Images read_netpbm(const std::filesystem::path& path, std::int64_t channels) {
    const std::string content = read_file(path);
    std::size_t at = 2;
    const auto fail = [&path](const std::string& expected, const std::string& found) {
        throw InputError({path.string(), expected, found, ""});
    };
    if (!content.starts_with("P5") && !content.starts_with("P6"))
        fail("a binary PGM or PPM image (P5 or P6)", "\"" + content.substr(0, 2) + "\"");
    const std::int64_t has = content[1] == '6' ? 3 : 1;
    const auto number = [&] {
        while (at < content.size() &&
               (std::isspace(static_cast<unsigned char>(content[at])) != 0 || content[at] == '#')) {
            if (content[at] == '#')
                while (at < content.size() && content[at] != '\n') ++at;
            else
                ++at;
        }
        std::int64_t value = -1;
        while (at < content.size() && content[at] >= '0' && content[at] <= '9' && value < most_extent)
            value = std::max<std::int64_t>(value, 0) * 10 + (content[at++] - '0');
        return value;
    };
    const std::int64_t width = number(), height = number(), levels = number();
    if (width < 1 || height < 1 || width > most_extent || height > most_extent)
        fail("a width and height from 1 to 32768", std::to_string(width) + " x " + std::to_string(height));
    if (levels < 1 || levels > 255) fail("from 1 to 255 levels", std::to_string(levels));
    ++at;  // one white space
    const auto bytes = static_cast<std::size_t>(width * height * has);
    if (content.size() < at + bytes)
        fail(std::to_string(bytes) + " bytes of pixels", std::to_string(content.size() - std::min(at, content.size())));
    std::vector<std::uint8_t> pixels(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        const int level = static_cast<std::uint8_t>(content[at + i]);
        pixels[i] = static_cast<std::uint8_t>(std::min<int>(255, level * 255 / static_cast<int>(levels)));
    }
    return {channels, height, width, converted(pixels, has, channels), {}};
}

Images read_png(const std::filesystem::path& path, std::int64_t channels) {
    const std::string content = read_file(path);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto fail = [&] {
        const std::string reason = image.message;
        png_image_free(&image);
        throw InputError({path.string(), "a whole PNG image", reason, ""});
    };
    if (png_image_begin_read_from_memory(&image, content.data(), content.size()) == 0) fail();
    if (image.width > most_extent || image.height > most_extent) {
        png_image_free(&image);
        throw InputError({path.string(), "a width and height of at most 32768",
                          std::to_string(image.width) + " x " + std::to_string(image.height), ""});
    }
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
    const png_color black{0, 0, 0};
    if (png_image_finish_read(&image, &black, pixels.data(), 0, nullptr) == 0) fail();
    return {channels, image.height, image.width, std::move(pixels), {}};
}

struct DestroyDecompressor {
    void operator()(void* handle) const { tjDestroy(handle); }
};

/// As it is stored: an orientation that EXIF tells is not followed.
Images read_jpeg(const std::filesystem::path& path, std::int64_t channels) {
    const std::string content = read_file(path);
    const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
    const std::unique_ptr<void, DestroyDecompressor> handle(tjInitDecompress());
    const auto fail = [&] {
        throw InputError({path.string(), "a whole JPEG image, grey or in colours", tjGetErrorStr2(handle.get()), ""});
    };
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (!handle ||
        tjDecompressHeader3(handle.get(), bytes, content.size(), &width, &height, &subsampling, &colours) != 0)
        fail();
    if (width < 1 || height < 1 || width > most_extent || height > most_extent)
        throw InputError({path.string(), "a width and height of at most 32768",
                          std::to_string(width) + " x " + std::to_string(height), ""});
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                                     static_cast<std::size_t>(channels));
    // The exact transform, which does not depend on the processor; a warning is a file that ends early.
    if (tjDecompress2(handle.get(), bytes, content.size(), pixels.data(), width, 0, height,
                      channels == 3 ? TJPF_RGB : TJPF_GRAY, TJFLAG_ACCURATEDCT) != 0)
        fail();
    return {channels, height, width, std::move(pixels), {}};
}

bool is_jpeg(const std::string& with_ending) { return with_ending == ".jpg" || with_ending == ".jpeg"; }

}  // namespace

std::string image_endings() { return ".pgm, .ppm, .pnm, .png, .jpg or .jpeg"; }

bool is_image_file(const std::filesystem::path& path) {
    const std::string text = ending(path);
    return text == ".png" || is_jpeg(text) || text == ".pgm" || text == ".ppm" || text == ".pnm";
}

Images read_image(const std::filesystem::path& path, std::int64_t channels) {
    if (ending(path) == ".png") return read_png(path, channels);
    if (is_jpeg(ending(path))) return read_jpeg(path, channels);
    return read_netpbm(path, channels);
}

}  // namespace hwnas::train
