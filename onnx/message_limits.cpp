#include "onnx/message_limits.h"

#include <cstdint>
#include <optional>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr std::size_t most_messages = 1'000'000;
constexpr int deepest = 20;

/// The messages that hold others; `leaf` is text or numbers, and is not looked into.
enum class Message { model, graph, node, attribute, tensor, other, leaf };

/// What stands in a field of a message, by the numbers in onnx.proto.
Message content(Message message, std::uint64_t field) {
    switch (message) {
        case Message::model:
            if (field == 7) return Message::graph;
            return field == 8 || field == 14 || field == 20 || field == 25 ? Message::other : Message::leaf;
        case Message::graph:
            if (field == 1) return Message::node;
            if (field == 5) return Message::tensor;
            return field == 2 || field == 10 ? Message::leaf : Message::other;
        case Message::node:
            return field == 5 ? Message::attribute : Message::leaf;
        case Message::attribute:
            if (field == 5 || field == 10) return Message::tensor;
            if (field == 6 || field == 11) return Message::graph;
            return field == 14 || field == 15 || field == 22 || field == 23 ? Message::other : Message::leaf;
        case Message::tensor:
            return field == 13 ? Message::other : Message::leaf;
        case Message::other:
            return Message::other;
        case Message::leaf:
            break;
    }
    return Message::leaf;
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

    void walk(std::string_view bytes, Message message, int depth) {
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
                    const Message inner = content(message, *tag >> 3U);
                    // A text that is taken for a message ends where it makes no sense.
                    if (inner != Message::leaf && !(inner == Message::other && depth == deepest))
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
    Counter(origin).walk(bytes, Message::model, 0);
}

}  // namespace hwnas
