#include "search/objective.h"

namespace hwnas {

std::string to_string(Direction direction) {
    return direction == Direction::minimize ? "minimize" : "maximize";
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
