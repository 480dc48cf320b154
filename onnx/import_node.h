#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "onnx/attributes.h"
#include "onnx/constant.h"
#include "onnx/draft.h"

namespace hwnas {

/// What a tensor of the file is known as: a constant, a tensor of the draft, or, where
/// neither, something that a node made that can't be taken over.
struct Value {
    ConstantPtr constant;
    std::optional<std::size_t> draft;
    /// {C, H, W} seen as {groups, C / groups, H, W}, as channel shuffles are written; 0: plain.
    std::int64_t groups = 0;
    bool swapped = false;  ///< and the first two axes of that swapped

    [[nodiscard]] bool is_known() const { return constant != nullptr || draft.has_value(); }
};

/// One node on its way into a draft.
struct ImportedNode {
    const onnx::NodeProto& node;
    const std::vector<Value>& inputs;  ///< those that are left out know nothing
    std::int64_t opset;
    std::optional<std::int64_t> batch;  ///< where the file fixes it
    bool is_last;                       ///< its output is the network's
    DraftNetwork& drafts;
    Budget& budget;
    std::vector<std::string>& notes;

    [[nodiscard]] Attributes attributes() const { return Attributes(node); }
    [[nodiscard]] bool has(std::size_t input) const { return input < inputs.size() && inputs[input].is_known(); }
    /// An input that is a tensor of the network. Throws Unsupported where it is none.
    [[nodiscard]] std::size_t tensor(std::size_t input) const;
    /// The same, a feature map.
    [[nodiscard]] std::size_t map(std::size_t input) const;
    /// An input that is constant, floats. Throws Unsupported where it is not.
    [[nodiscard]] const Constant& floats(std::size_t input) const;
    [[nodiscard]] std::vector<ConstantPtr> constants() const;
};

/// Takes a node over that reads at least one tensor of the network; gives one value for each
/// of its outputs. Throws Unsupported, or InputError where shapes do not fit.
[[nodiscard]] std::vector<Value> import_node(const ImportedNode& node);

/// Whether `import_node` knows it.
[[nodiscard]] bool is_known_operator(const std::string& op_type);

/// The operators that `import_node` and constant folding know, for a message.
[[nodiscard]] std::string supported_operators();

}  // namespace hwnas
