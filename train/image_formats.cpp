#include "train/image_formats.h"

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "core/files.h"
#ifdef HWNAS_HAVE_PNG
#include <png.h>
#endif

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

#ifdef HWNAS_HAVE_PNG
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
#endif

}  // namespace

std::string image_endings() {
#ifdef HWNAS_HAVE_PNG
    return ".pgm, .ppm, .pnm or .png";
#else
    return ".pgm, .ppm or .pnm (this build has no libpng, so no .png)";
#endif
}

bool is_image_file(const std::filesystem::path& path) {
    const std::string text = ending(path);
#ifdef HWNAS_HAVE_PNG
    if (text == ".png") return true;
#endif
    return text == ".pgm" || text == ".ppm" || text == ".pnm";
}

Images read_image(const std::filesystem::path& path, std::int64_t channels) {
#ifdef HWNAS_HAVE_PNG
    if (ending(path) == ".png") return read_png(path, channels);
#endif
    return read_netpbm(path, channels);
}

}  // namespace hwnas::train
