#include "search/objective.h"

#include <cmath>

namespace hwnas {

std::string to_string(Direction direction) { return direction == Direction::minimize ? "minimize" : "maximize"; }

std::string label_of(const Objective& objective) { return objective.key + (objective.modelled ? " (modelled)" : ""); }

std::string device_of(const std::string& key) {
    const auto at = key.find('@');
    return at == std::string::npos ? "" : key.substr(at + 1);
}

double turned(const Objective& objective, double value) {
    return objective.direction == Direction::maximize ? -value : value;
}

std::optional<std::vector<double>> point_of(const std::vector<Objective>& objectives,
                                            const std::map<std::string, double>& values) {
    std::vector<double> point;
    for (const auto& objective : objectives) {
        const auto found = values.find(objective.key);
        if (found == values.end() || !std::isfinite(found->second)) return std::nullopt;
        point.push_back(objective.direction == Direction::maximize ? -found->second : found->second);
    }
    return point;
}

bool meets(const std::vector<Limit>& limits, const std::map<std::string, double>& values) {
    for (const auto& limit : limits) {
        const auto found = values.find(limit.key);
        if (found == values.end()) return false;
        // Written so that a figure that is not a number meets nothing.
        if (limit.least && !(found->second >= *limit.least)) return false;
        if (limit.most && !(found->second <= *limit.most)) return false;
    }
    return true;
}

}  // namespace hwnas
