#include "job/metrics.h"

namespace hwnas {

const std::vector<MetricKind>& metric_kinds() {
    static const std::vector<MetricKind> kinds{
        {"top1", "%", Direction::maximize, false, false},
        {"loss", "nats", Direction::minimize, false, false},
        {"latency", "ms", Direction::minimize, true, true},
        {"energy", "mJ", Direction::minimize, true, true},
        {"parameters", "parameters", Direction::minimize, false, true},
        {"macs", "MACs", Direction::minimize, false, true},
        {"peak_activation_bytes", "bytes", Direction::minimize, false, true},
        {"onnx_bytes", "bytes", Direction::minimize, false, true},
    };
    return kinds;
}

const MetricKind* find_metric(const std::string& name) { return find_metric(metric_kinds(), name); }

const MetricKind* find_metric(const std::vector<MetricKind>& metrics, const std::string& name) {
    for (const auto& kind : metrics)
        if (kind.name == name) return &kind;
    return nullptr;
}

}  // namespace hwnas
