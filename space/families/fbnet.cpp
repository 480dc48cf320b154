#include <charconv>
#include <cmath>
#include <regex>

#include "space/block_family.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// `k5_e6`, `k3_e1_g2`, `k7_e3_se`.
struct BlockWord {
    std::int64_t kernel = 3;
    std::int64_t expansion = 1;
    std::int64_t groups = 1;
    bool excite = false;
};

const char* const word_pattern = "^(skip|k[13579]_e[1-9]_g[1-9](_se)?|k[13579]_e[1-9](_se)?)$";

std::optional<BlockWord> parsed(const std::string& word) {
    static const std::regex pattern("k([13579])_e([1-9])(?:_g([1-9]))?(_se)?");
    std::smatch parts;
    if (!std::regex_match(word, parts, pattern)) return std::nullopt;
    const auto digit = [&parts](std::size_t i) { return std::int64_t{parts[i].str()[0] - '0'}; };
    return BlockWord{digit(1), digit(2), parts[3].matched ? digit(3) : 1, parts[4].matched};
}

BlockField block_field() {
    return {"block",
            "kernel, expansion, groups of the 1x1 convolutions and squeeze-and-excite in a word: k5_e6, k3_e1_g2, "
            "k7_e3_se; or skip",
            {},
            {{"type", "string"}, {"pattern", word_pattern}},
            [](const JsonValue& value) {
                const std::string word = value.text();
                if (value.is_string() && word != "skip" && !parsed(word))
                    value.problem(R"("skip", or a word such as "k5_e6", "k3_e1_g2" or "k7_e3_se")");
                return Json(word);
            }};
}

class FbnetFamily final : public BlockFamily {
public:
    std::string help() const override {
        return "The blocks of FBNet (arXiv 1812.03443, table 2) and ProxylessNAS (arXiv 1812.00332, section 4.2), one "
               "word each. `skip` is the identity, or a 1x1 convolution where shapes differ.";
    }

    std::vector<BlockField> fields() const override {
        return {block_field(),
                fields::flag("bias", false, "biases of the convolutions too, as the code of FBNet's authors has them"),
                fields::activation()};
    }

    void append(Graph& graph, const Block& block) const override {
        const NodeId input = graph.output();
        const auto channels = graph.shape(input)[0];
        const auto word = parsed(block.word("block"));
        if (!word) {
            if (channels != block.filters || block.stride != 1)
                layers::conv_norm(graph, block.name, input, {block.filters, 1, block.stride, 1}, block.activation());
            return;
        }
        layers::InvertedResidualSpec spec;
        spec.expanded = channels * word->expansion;
        spec.bias = block.flag("bias");
        spec.kernel = word->kernel;
        spec.stride = block.stride;
        spec.group = word->groups;
        spec.filters = block.filters;
        spec.activation = block.activation();
        if (word->excite) spec.excite = layers::ExciteSpec{std::max<std::int64_t>(1, spec.expanded / 4)};
        layers::inverted_residual(graph, block.name, input, spec);
    }
};

}  // namespace

std::unique_ptr<BlockFamily> make_fbnet_family() { return std::make_unique<FbnetFamily>(); }

}  // namespace hwnas
