#include "onnx/attributes.h"

namespace hwnas {

const onnx::AttributeProto* Attributes::find(const char* name) const {
    for (const auto& attribute : node_.attribute())
        if (attribute.name() == name) return &attribute;
    return nullptr;
}

std::int64_t Attributes::integer(const char* name, std::int64_t otherwise) const {
    const auto* found = find(name);
    return found == nullptr ? otherwise : found->i();
}

float Attributes::number(const char* name, float otherwise) const {
    const auto* found = find(name);
    return found == nullptr ? otherwise : found->f();
}

std::string Attributes::text(const char* name, const std::string& otherwise) const {
    const auto* found = find(name);
    return found == nullptr ? otherwise : found->s();
}

std::optional<std::vector<std::int64_t>> Attributes::integers(const char* name) const {
    const auto* found = find(name);
    if (found == nullptr) return std::nullopt;
    return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::array<std::int64_t, 2> Attributes::extent(const char* name, std::int64_t least) const {
    const auto values = integers(name);
    if (!values) return {1, 1};
    for (const auto value : *values)
        if (value < least || value > 65536)
            throw Unsupported{std::string(name) + " from " + std::to_string(least) + " to 65536", joined(*values)};
    if (values->size() != 2) throw Unsupported{std::string(name) + " for height and width", joined(*values)};
    return {(*values)[0], (*values)[1]};
}

std::string joined(const std::vector<std::int64_t>& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
    return text.empty() ? "none" : text;
}

}  // namespace hwnas
