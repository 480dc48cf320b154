#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// The expansion of `mbconvN`, 0 where the word is none.
std::int64_t expansion_of(const std::string& op) {
    if (!op.starts_with("mbconv") || op.size() < 7 || op.size() > 8) return 0;
    std::int64_t expansion = 0;
    for (const char c : op.substr(6)) {
        if (c < '0' || c > '9') return 0;
        expansion = expansion * 10 + (c - '0');
    }
    return expansion;
}

BlockField op_field() {
    return {"op",
            "convolution, depthwise separable convolution, or MBConv with expansion N",
            {},
            {{"type", "string"}, {"pattern", "^(conv|sepconv|mbconv[1-9][0-9]?)$"}},
            [](const JsonValue& value) {
                const std::string op = value.text();
                if (value.is_string() && op != "conv" && op != "sepconv" && expansion_of(op) == 0)
                    value.problem(R"("conv", "sepconv" or "mbconvN" with an expansion N from 1 to 99)");
                return Json(op);
            }};
}

/// All layers of a block share the choices. A skip needs as many channels out as in,
/// identity also stride 1; where that does not hold the layer has none. Pooling is the
/// 3x3 average with the layer's stride. The ratio of squeeze-and-excite is of the
/// layer's input channels, as in the paper's code.
class MnasnetFamily final : public BlockFamily {
public:
    std::string help() const override { return "MnasNet's block (arXiv 1807.11626, section 4.1)."; }

    std::vector<BlockField> fields() const override {
        return {op_field(), fields::kernel(),
                fields::real("se_ratio", {0, 1}, 0, "channels of squeeze-and-excite by the input's; 0 for none"),
                fields::word("skip", {"none", "identity", "pool"}, "none", "what is added where shapes allow it"),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const std::string& op = block.word("op");
        const auto activation = block.activation();
        const auto kernel = block.whole("kernel");
        const NodeId input = graph.output();
        const std::int64_t channels = graph.shape(input)[0];
        const auto named = [&block](const char* node) { return block.name + "." + node; };
        const auto excite = [&](NodeId node) {
            const double ratio = block.real("se_ratio");
            if (ratio <= 0) return node;
            const auto squeezed = static_cast<std::int64_t>(static_cast<double>(channels) * ratio);
            return layers::squeeze_and_excite(graph, named("se"), node, {std::max<std::int64_t>(1, squeezed)});
        };
        NodeId node = input;
        if (op == "conv") {
            node = excite(
                layers::conv_norm(graph, named("conv"), node, {block.filters, kernel, block.stride, 1}, activation));
        } else {
            const std::int64_t expanded = op == "sepconv" ? channels : channels * expansion_of(op);
            if (op != "sepconv")
                node = layers::conv_norm(graph, named("expand"), node, {expanded, 1, 1, 1}, activation);
            node = excite(layers::conv_norm(graph, named("depthwise"), node, {expanded, kernel, block.stride, expanded},
                                            activation));
            node = layers::conv_norm(graph, named("project"), node, {block.filters, 1, 1, 1}, std::nullopt);
        }
        append_skip(graph, block, input, node);
    }

private:
    static void append_skip(Graph& graph, const Block& block, NodeId input, NodeId node) {
        if (graph.shape(input)[0] != graph.shape(node)[0]) return;
        const std::string& skip = block.word("skip");
        if (skip == "identity" && block.stride == 1) graph.add(block.name + ".add", op::Add{}, {node, input});
        if (skip == "pool") {
            op::Pool pool{op::Pool::Kind::average, {3, 3}, {block.stride, block.stride}, {1, 1, 1, 1}};
            const NodeId pooled = graph.add(block.name + ".pool", pool, {input});
            graph.add(block.name + ".add", op::Add{}, {node, pooled});
        }
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_mnasnet_family() { return std::make_unique<MnasnetFamily>(); }

}  // namespace hwnas
