#include "report/block_sketch.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/text.h"
#include "graph/channel_groups.h"
#include "report/block_paths.h"

namespace hwnas {
namespace {

std::string extent_text(const op::Extent& extent) {
    return std::to_string(extent[0]) + "x" + std::to_string(extent[1]);
}

std::string stride_text(const op::Extent& stride) {
    if (stride == op::Extent{1, 1}) return {};
    return stride[0] == stride[1] ? " s" + std::to_string(stride[0]) : " s" + extent_text(stride);
}

/// A convolution with what enters it.
struct ConvUse {
    op::Conv conv;
    std::int64_t channels = 0;

    [[nodiscard]] bool depthwise() const { return is_depthwise(conv, channels); }
    [[nodiscard]] bool pointwise() const { return conv.kernel == op::Extent{1, 1} && !depthwise(); }
    [[nodiscard]] bool wide() const { return conv.kernel != op::Extent{1, 1} && !depthwise(); }
    [[nodiscard]] std::int64_t area() const { return conv.kernel[0] * conv.kernel[1]; }
};

/// A ratio with one decimal at most.
std::string ratio_text(std::int64_t of, std::int64_t to) {
    return number_text(std::round(10.0 * static_cast<double>(of) / static_cast<double>(to)) / 10);
}

class Sketcher {
public:
    Sketcher(const Graph& graph, const NodeRun& run) : graph_(graph), run_(run), paths_(block_paths(graph, run)) {
        for (const NodeId id : paths_.main) {
            const Node& node = graph.node(id);
            if (const auto* conv = std::get_if<op::Conv>(&node.op))
                convs_.push_back({*conv, graph.shape(node.inputs[0])[0]});
            shuffles_ = shuffles_ || std::holds_alternative<op::ChannelShuffle>(node.op);
            other_ = other_ || std::holds_alternative<op::Gemm>(node.op) || std::holds_alternative<op::Pool>(node.op) ||
                     std::holds_alternative<op::GlobalAveragePool>(node.op);
        }
    }

    [[nodiscard]] BlockSketch sketch() const {
        const std::string family = family_words();
        return {family.empty() ? listing() : family + attributes(), paths_.join};
    }

private:
    /// The block's kind and kernel, where its convolutions make one that has a name.
    [[nodiscard]] std::string family_words() const {
        const auto count = convs_.size();
        if (count == 0) return {};
        const std::string kernel = " " + extent_text(widest().conv.kernel);
        if (shuffles_ && !has_full_pool()) return "Shuffle" + kernel;
        // A pooled way past the convolutions is the join's, not a layer of the block.
        if (other_ && paths_.join == BlockJoin::none) return {};
        if (count == 2 && convs_[0].depthwise() && convs_[1].pointwise()) return "SepConv" + kernel;
        if (count == 3 && convs_[0].pointwise() && convs_[2].pointwise()) {
            if (convs_[1].depthwise())
                return "MBConv" + ratio_text(convs_[0].conv.filters, convs_[0].channels) + kernel;
            if (convs_[1].wide()) return "Bottleneck" + kernel;
        }
        if (paths_.join == BlockJoin::concat && count <= 2) {
            std::string words = "Dense";
            for (const auto& use : convs_) words += " " + extent_text(use.conv.kernel);
            return words;
        }
        if (count == 2 && convs_[0].wide() && convs_[1].pointwise() && convs_[0].conv.filters > convs_[0].channels &&
            convs_[1].conv.filters < convs_[0].conv.filters)
            return "FusedMBConv" + ratio_text(convs_[0].conv.filters, convs_[0].channels) + kernel;
        const bool alike = std::all_of(convs_.begin(), convs_.end(), [this](const ConvUse& use) {
            return use.conv.kernel == convs_[0].conv.kernel && use.depthwise() == convs_[0].depthwise();
        });
        if (!alike) return {};
        return (count > 1 ? std::to_string(count) + " " : "") + (convs_[0].depthwise() ? "Depthwise" : "Conv") + kernel;
    }

    [[nodiscard]] const ConvUse& widest() const {
        return *std::max_element(convs_.begin(), convs_.end(),
                                 [](const ConvUse& a, const ConvUse& b) { return a.area() < b.area(); });
    }

    [[nodiscard]] bool has_full_pool() const {
        return std::any_of(paths_.main.begin(), paths_.main.end(), [this](NodeId id) {
            return std::holds_alternative<op::GlobalAveragePool>(graph_.node(id).op);
        });
    }

    [[nodiscard]] std::string attributes() const {
        op::Extent stride{1, 1};
        op::Extent dilation{1, 1};
        std::int64_t groups = 1;
        for (const auto& use : convs_) {
            for (std::size_t i = 0; i < 2; ++i) {
                stride[i] = std::max(stride[i], use.conv.stride[i]);
                dilation[i] = std::max(dilation[i], use.conv.dilation[i]);
            }
            if (!use.depthwise()) groups = std::max(groups, use.conv.group);
        }
        std::string words;
        if (groups > 1) words += " g" + std::to_string(groups);
        if (dilation != op::Extent{1, 1}) words += " d" + std::to_string(std::max(dilation[0], dilation[1]));
        if (paths_.gated) words += " SE";
        return words + stride_text(stride);
    }

    [[nodiscard]] std::string conv_words(const ConvUse& use) const {
        const auto& conv = use.conv;
        std::string words = (use.depthwise() ? "Depthwise " : "Conv ") + extent_text(conv.kernel);
        if (!use.depthwise() && conv.group > 1) words += " g" + std::to_string(conv.group);
        if (conv.dilation != op::Extent{1, 1}) words += " d" + std::to_string(conv.dilation[0]);
        words += stride_text(conv.stride);
        // The block's own width is told by its box.
        if (!use.depthwise() && conv.filters != graph_.shape(run_.last)[0]) words += " " + std::to_string(conv.filters);
        return words;
    }

    [[nodiscard]] std::string node_words(const Node& node) const {
        if (const auto* conv = std::get_if<op::Conv>(&node.op))
            return conv_words({*conv, graph_.shape(node.inputs[0])[0]});
        if (const auto* pool = std::get_if<op::Pool>(&node.op))
            return op::onnx_type(node.op) + " " + extent_text(pool->kernel) + stride_text(pool->stride);
        if (const auto* gemm = std::get_if<op::Gemm>(&node.op)) return "FC " + std::to_string(gemm->features);
        if (std::holds_alternative<op::GlobalAveragePool>(node.op)) return "global pool";
        return op::onnx_type(node.op);
    }

    [[nodiscard]] static bool is_minor(const Node& node) {
        return std::holds_alternative<op::BatchNormalization>(node.op) ||
               std::holds_alternative<op::Activation>(node.op) || std::holds_alternative<op::Flatten>(node.op) ||
               std::holds_alternative<op::Pad>(node.op);
    }

    /// Each node that matters, equal neighbours counted; of a long block the kinds alone.
    [[nodiscard]] std::string listing() const {
        constexpr std::size_t most = 4;
        std::vector<const Node*> listed;
        for (const bool minor : {false, true})
            if (listed.empty())
                for (const NodeId id : paths_.main)
                    if (is_minor(graph_.node(id)) == minor) listed.push_back(&graph_.node(id));
        std::vector<std::pair<std::string, int>> items;
        for (const Node* node : listed) {
            const auto words = node_words(*node);
            if (items.empty() || items.back().first != words) items.emplace_back(words, 0);
            ++items.back().second;
        }
        if (items.size() > most) items = kinds_of(listed);
        std::string words;
        for (std::size_t i = 0; i < std::min(items.size(), most); ++i) {
            if (i > 0) words += ", ";
            if (items[i].second > 1) words += std::to_string(items[i].second) + " ";
            words += items[i].first;
        }
        return words + (items.size() > most ? ", ..." : "") + (paths_.gated ? ", SE" : "");
    }

    [[nodiscard]] static std::vector<std::pair<std::string, int>> kinds_of(const std::vector<const Node*>& nodes) {
        std::vector<std::pair<std::string, int>> kinds;
        for (const Node* node : nodes) {
            const auto kind = op::onnx_type(node->op);
            auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; });
            if (found == kinds.end()) found = kinds.insert(kinds.end(), {kind, 0});
            ++found->second;
        }
        return kinds;
    }

    const Graph& graph_;
    NodeRun run_;
    BlockPaths paths_;
    std::vector<ConvUse> convs_;
    bool shuffles_ = false;
    bool other_ = false;  ///< pooling or a fully connected layer
};

}  // namespace

BlockSketch sketch_block(const Graph& graph, const NodeRun& run) { return Sketcher(graph, run).sketch(); }

}  // namespace hwnas
