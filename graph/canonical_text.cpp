#include <array>

#include "core/sha256.h"
#include "graph/canonical_nodes.h"
#include "graph/graph.h"

namespace hwnas {
namespace {

template <std::size_t N>
void append_extents(std::string& text, const char* key, const std::array<std::int64_t, N>& extents,
                    const std::array<std::int64_t, N>& otherwise) {
    if (extents == otherwise) return;
    text += key;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0) text += 'x';
        text += std::to_string(extents[i]);
    }
}

void append_attributes(std::string& text, const op::Operator& op) {
    const auto number = [&text](const char* key, std::int64_t value) { (text += key) += std::to_string(value); };
    if (const auto* conv = std::get_if<op::Conv>(&op)) {
        number("; filters=", conv->filters);
        append_extents(text, " kernel=", conv->kernel, {1, 1});
        append_extents(text, " stride=", conv->stride, {1, 1});
        append_extents(text, " dilation=", conv->dilation, {1, 1});
        append_extents(text, " pads=", conv->pads, {0, 0, 0, 0});
        if (conv->group != 1) number(" group=", conv->group);
        if (conv->bias) text += " bias";
    } else if (const auto* norm = std::get_if<op::BatchNormalization>(&op)) {
        if (norm->epsilon != op::BatchNormalization{}.epsilon) text += "; epsilon=" + Json(norm->epsilon).dump();
    } else if (const auto* pool = std::get_if<op::Pool>(&op)) {
        append_extents(text, "; kernel=", pool->kernel, {0, 0});
        append_extents(text, " stride=", pool->stride, {1, 1});
        append_extents(text, " pads=", pool->pads, {0, 0, 0, 0});
        if (pool->ceil) text += " ceil";
        if (pool->count_padding) text += " count_padding";
    } else if (const auto* gemm = std::get_if<op::Gemm>(&op)) {
        number("; features=", gemm->features);
        if (gemm->bias) text += " bias";
    } else if (const auto* slice = std::get_if<op::Slice>(&op)) {
        number("; begin=", slice->begin);
        number(" end=", slice->end);
    } else if (const auto* shuffle = std::get_if<op::ChannelShuffle>(&op)) {
        number("; groups=", shuffle->groups);
    } else if (const auto* pad = std::get_if<op::Pad>(&op)) {
        append_extents(text, "; pads=", pad->pads, {0, 0, 0, 0});
    }
}

}  // namespace

CanonicalNodes::CanonicalNodes(const Graph& graph) : count_(graph.output()) {
    for (const auto& node : graph.nodes()) {
        if (std::holds_alternative<op::Input>(node.op)) continue;
        text_ += " | " + op::onnx_type(node.op) + "(";
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (i > 0) text_ += ',';
            inputs_.push_back({text_.size(), node.inputs[i]});
        }
        append_attributes(text_, node.op);
        text_ += ')';
    }
}

std::string canonical_text(const Graph& graph) {
    std::string text = to_string(graph.shape(graph.input()));
    CanonicalNodes(graph).write(graph.input(), [&text](std::string_view piece) { text += piece; });
    return text;
}

std::string graph_id(const Graph& graph) { return sha256_hex(canonical_text(graph)).substr(0, graph_id_digits); }

}  // namespace hwnas
