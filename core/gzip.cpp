#include "core/gzip.h"

#include <zlib.h>

#include <memory>
#include <vector>

#include "core/error.h"

namespace hwnas {
namespace {

/// What is larger than this is no file that we know of.
constexpr std::size_t most_bytes = std::size_t{4} << 30U;

struct GzClose {
    void operator()(gzFile file) const { gzclose(file); }
};

}  // namespace

std::string read_maybe_gzip(const std::filesystem::path& path) {
    const std::unique_ptr<gzFile_s, GzClose> file(gzopen(path.c_str(), "rb"));
    if (!file) throw InputError({path.string(), "a file that can be read", "none", ""});
    gzbuffer(file.get(), 1U << 18U);
    std::string content;
    std::vector<char> block(1U << 20U);
    for (;;) {
        const int count = gzread(file.get(), block.data(), static_cast<unsigned>(block.size()));
        if (count < 0) {
            int code = 0;
            throw InputError({path.string(), "a whole gzip file", gzerror(file.get(), &code), "fetch the file again"});
        }
        if (count == 0) break;
        content.append(block.data(), static_cast<std::size_t>(count));
        if (content.size() > most_bytes) throw InputError({path.string(), "at most 4 GiB", "more", ""});
    }
    // gzread takes a stream that merely stops for the end of the file.
    int code = Z_OK;
    gzerror(file.get(), &code);
    if (code != Z_OK && code != Z_STREAM_END)
        throw InputError({path.string(), "a whole gzip file", "one that stops early", "fetch the file again"});
    return content;
}

}  // namespace hwnas
