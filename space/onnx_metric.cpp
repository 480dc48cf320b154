#include "space/onnx_metric.h"

#include <cmath>
#include <map>
#include <utility>

namespace hwnas {
namespace {

/// How much more than the space's own input the input of a network takes up, whose first
/// segment this is: the extents stand in the file as numbers of one byte or more.
double input_bytes(const CompiledSpace& space, const Segment& segment, std::string_view name) {
    if (!space.space().chooses_resolution()) return 0;
    const auto& stem = space.space().stages()[1].name;
    if (name != stem && name != stem + ".0") return 0;
    constexpr std::int64_t rest = 1 << 20;  // far from where the length of the whole grows by a byte
    const auto framed = [&](const Shape& input) { return OnnxFrame(input, {space.space().classes()}, {}).bytes(rest); };
    return static_cast<double>(framed(segment.graph.shape(0)) - framed(space.space().input()));
}

}  // namespace

CompiledMetric onnx_bytes_fold(const CompiledSpace& space) {
    // Only the length of a segment's name matters, so a segment that many
    // stages share is sized a few times, not once for each of its uses.
    std::map<std::pair<const Segment*, std::size_t>, double> known;
    const auto bytes = [&](const Segment& segment, std::string_view name) {
        const auto [entry, is_new] = known.try_emplace({&segment, name.size()});
        if (is_new) entry->second = static_cast<double>(onnx_segment_bytes(segment.graph, name));
        return entry->second + input_bytes(space, segment, name);
    };
    return CompiledMetric(space, Fold::sum, bytes);
}

std::function<double(double)> onnx_bytes_from_fold(const CompiledSpace& space, const OnnxMetadata& metadata) {
    const OnnxFrame frame(space.space().input(), {space.space().classes()}, metadata);
    return [frame](double sum) {
        if (!std::isfinite(sum)) return sum;  // a network that breaks a constraint
        return static_cast<double>(frame.bytes(static_cast<std::int64_t>(sum)));
    };
}

}  // namespace hwnas
