#include "job/content_hash.h"

#include "core/gzip.h"
#include "core/json_reader.h"
#include "core/sha256.h"

namespace hwnas {

std::string content_hash(const std::filesystem::path& path) {
    const std::string text = read_maybe_gzip(path);
    const Json json = Json::parse(text, nullptr, false, true);
    return sha256_hex(json.is_discarded() ? text : json.dump());
}

}  // namespace hwnas
