#include "onnx/segment_cutting.h"

#include <algorithm>

namespace hwnas {
namespace {

/// Whether a segment may begin with this node, whose one input is made by `before`.
bool may_begin(const op::Operator& op, const op::Operator& before) {
    if (std::holds_alternative<op::Pad>(before) || std::holds_alternative<op::Flatten>(before)) return false;
    return std::holds_alternative<op::Conv>(op) || std::holds_alternative<op::Pool>(op) ||
           std::holds_alternative<op::GlobalAveragePool>(op) || std::holds_alternative<op::Gemm>(op) ||
           std::holds_alternative<op::Pad>(op) || std::holds_alternative<op::Slice>(op);
}

}  // namespace

std::vector<bool> bottlenecks(const std::vector<CutNode>& nodes) {
    std::vector<std::size_t> last_reader(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (const auto input : nodes[i].inputs) last_reader[input] = i;
    std::vector<bool> found(nodes.size(), false);
    std::size_t longest = 0;  // the last reader of anything made before
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        found[i] = longest <= i;
        longest = std::max(longest, last_reader[i]);
    }
    return found;
}

std::vector<bool> segment_ends(const std::vector<CutNode>& nodes) {
    auto ends = bottlenecks(nodes);
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        // Nothing else is alive, so the next node reads this one's tensor.
        if (i > 0) ends[i] = ends[i] && may_begin(*nodes[i + 1].op, *nodes[i].op);
    }
    return ends;
}

}  // namespace hwnas
