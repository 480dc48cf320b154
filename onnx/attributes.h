#pragma once

#include <onnx/onnx_pb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hwnas {

/// Why a node can't be taken over, in words for a person: a problem's `expected` and `found`.
struct Unsupported {
    std::string expected;
    std::string found;
};

/// A node's attributes by name, with ONNX's defaults given by the caller.
class Attributes {
public:
    explicit Attributes(const onnx::NodeProto& node) : node_(node) {}

    [[nodiscard]] const onnx::AttributeProto* find(const char* name) const;
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t otherwise) const;
    [[nodiscard]] float number(const char* name, float otherwise) const;
    [[nodiscard]] std::string text(const char* name, const std::string& otherwise) const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const char* name) const;
    /// For height and width. Throws Unsupported where there are more or fewer, or any is not
    /// between `least` and 65536.
    [[nodiscard]] std::array<std::int64_t, 2> extent(const char* name, std::int64_t least) const;

private:
    const onnx::NodeProto& node_;
};

/// `3, 4`
[[nodiscard]] std::string joined(const std::vector<std::int64_t>& values);

}  // namespace hwnas
