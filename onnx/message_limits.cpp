#include "onnx/message_limits.h"

#include <cstdint>
#include <optional>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr std::size_t most_messages = 1'000'000;
constexpr int deepest = 20;

/// The messages that hold others; `leaf` is text or numbers, and is not looked into.
enum class Kind { model, graph, node, attribute, tensor, other, leaf };

/// What stands in a field of a message, by the numbers in onnx.proto.
Kind content(Kind kind, std::uint64_t field) {
    switch (kind) {
        case Kind::model:
            if (field == 7) return Kind::graph;
            return field == 8 || field == 14 || field == 20 || field == 25 ? Kind::other : Kind::leaf;
        case Kind::graph:
            if (field == 1) return Kind::node;
            if (field == 5) return Kind::tensor;
            return field == 2 || field == 10 ? Kind::leaf : Kind::other;
        case Kind::node:
            return field == 5 ? Kind::attribute : Kind::leaf;
        case Kind::attribute:
            if (field == 5 || field == 10) return Kind::tensor;
            if (field == 6 || field == 11) return Kind::graph;
            return field == 14 || field == 15 || field == 22 || field == 23 ? Kind::other : Kind::leaf;
        case Kind::tensor:
            return field == 13 ? Kind::other : Kind::leaf;
        case Kind::other:
            return Kind::other;
        case Kind::leaf:
            break;
    }
    return Kind::leaf;
}

std::optional<std::uint64_t> varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

/// Fields with a length, a message or a text each.
class Counter {
public:
    explicit Counter(const std::string& origin) : origin_(origin) {}

    void walk(std::string_view bytes, Kind kind, int depth) {
        if (depth > deepest)
            throw InputError({origin_, "messages nested at most " + std::to_string(deepest) + " deep", "deeper ones",
                              "the file is damaged or is no network"});
        while (!bytes.empty()) {
            const auto tag = varint(bytes);
            if (!tag) return;
            switch (*tag & 7U) {
                case 0:
                    if (!varint(bytes)) return;
                    break;
                case 1:
                    bytes.remove_prefix(std::min<std::size_t>(8, bytes.size()));
                    break;
                case 5:
                    bytes.remove_prefix(std::min<std::size_t>(4, bytes.size()));
                    break;
                case 2: {
                    const auto length = varint(bytes);
                    if (!length || *length > bytes.size()) return;
                    if (++count_ > most_messages)
                        throw InputError({origin_, "at most " + std::to_string(most_messages) + " messages and names",
                                          "more", "the file is damaged or is no network"});
                    const Kind inner = content(kind, *tag >> 3U);
                    // A text that is taken for a message ends where it makes no sense.
                    if (inner != Kind::leaf && !(inner == Kind::other && depth == deepest))
                        walk(bytes.substr(0, *length), inner, depth + 1);
                    bytes.remove_prefix(*length);
                    break;
                }
                default:
                    return;
            }
        }
    }

private:
    const std::string& origin_;
    std::size_t count_ = 0;
};

}  // namespace

void check_message_count(std::string_view bytes, const std::string& origin) {
    Counter(origin).walk(bytes, Kind::model, 0);
}

}  // namespace hwnas
