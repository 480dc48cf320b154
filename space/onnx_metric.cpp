#include "space/onnx_metric.h"

#include <map>
#include <utility>

namespace hwnas {

CompiledMetric onnx_bytes_fold(const CompiledSpace& space) {
    // Only the length of a segment's name matters, so a segment that many
    // stages share is sized a few times, not once for each of its uses.
    std::map<std::pair<const Segment*, std::size_t>, double> known;
    const auto bytes = [&known](const Segment& segment, std::string_view name) {
        const auto [entry, is_new] = known.try_emplace({&segment, name.size()});
        if (is_new) entry->second = static_cast<double>(onnx_segment_bytes(segment.graph, name));
        return entry->second;
    };
    return CompiledMetric(space, Fold::sum, bytes);
}

std::function<double(double)> onnx_bytes_from_fold(const CompiledSpace& space, const OnnxMetadata& metadata) {
    const OnnxFrame frame(space.space().input(), {space.space().classes()}, metadata);
    return [frame](double sum) { return static_cast<double>(frame.bytes(static_cast<std::int64_t>(sum))); };
}

}  // namespace hwnas
