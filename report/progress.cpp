#include "report/progress.h"

#include <algorithm>
#include <limits>

#include "study/fidelity.h"

namespace hwnas {
namespace {

/// The complete trials that count, in the order in which the strategy heard of
/// them; those that it has not heard of come last.
std::vector<const Trial*> in_order(std::span<const Trial> trials, const Front& front) {
    std::vector<const Trial*> order;
    for (const auto& trial : trials)
        if (trial.state == TrialState::complete && point_of(front.objectives, trial.values)) order.push_back(&trial);
    const auto key = [](const Trial* trial) {
        return std::pair(trial->told.value_or(std::numeric_limits<std::int64_t>::max()), trial->number);
    };
    std::sort(order.begin(), order.end(), [&](const Trial* a, const Trial* b) { return key(a) < key(b); });
    return order;
}

/// What is known of a network so far.
struct Known {
    std::map<std::string, double> sums;
    std::int64_t trials = 0;
    const Trial* last = nullptr;

    void add(const Trial& trial) {
        // Evaluated in another way, it is as if it had never been before.
        if (last != nullptr && !asked_alike(*last, trial)) trials = 0;
        last = &trial;
        if (trials == 0)
            sums = trial.values;
        else
            for (auto& [key, sum] : sums)
                if (const auto found = trial.values.find(key); found != trial.values.end()) sum += found->second;
        ++trials;
    }
    [[nodiscard]] std::map<std::string, double> means() const {
        auto means = sums;
        for (auto& [key, value] : means) value /= static_cast<double>(trials);
        return means;
    }
};

}  // namespace

Progress search_progress(std::span<const Trial> trials, const Front& front) {
    Progress progress;
    const std::size_t axes = front.objectives.size();
    Point best(axes, std::numeric_limits<double>::infinity());
    Point worst(axes, -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < front.networks.size(); ++i) {
        if (!front.networks[i].within_limits) continue;
        const auto point = front.point(i);
        for (std::size_t axis = 0; axis < axes; ++axis) {
            best[axis] = std::min(best[axis], point[axis]);
            worst[axis] = std::max(worst[axis], point[axis]);
        }
    }
    if (front.entries.empty()) return progress;
    progress.box = 1;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const double sign = front.objectives[axis].direction == Direction::minimize ? 1 : -1;
        if (const auto& given = front.objectives[axis].worst)
            worst[axis] = sign * *given;
        else
            worst[axis] += (worst[axis] - best[axis]) / 10;
        progress.box *= worst[axis] - best[axis];
        progress.reference_point.push_back(sign * worst[axis]);
        progress.ideal_point.push_back(sign * best[axis]);
    }

    std::map<std::string, Known> known;
    ParetoFront pareto;
    const auto insert = [&](const Known& network) {
        const auto means = network.means();
        return meets(front.limits, means) && pareto.insert(point_of(front.objectives, means).value(), 0);
    };
    for (const auto* trial : in_order(trials, front)) {
        if (!is_in_full(*trial)) {  // it took its time, and brought nothing to the front
            progress.hypervolume.push_back(progress.hypervolume.empty() ? 0 : progress.hypervolume.back());
            continue;
        }
        auto& network = known[trial->architecture.id];
        const bool repeat = network.last != nullptr;
        network.add(*trial);
        bool changed = repeat;
        if (repeat) {  // its mean moved, maybe away from the front
            pareto = {};
            for (const auto& [id, other] : known) insert(other);
        } else {
            changed = insert(network);
        }
        if (!changed && !progress.hypervolume.empty()) {
            progress.hypervolume.push_back(progress.hypervolume.back());
            continue;
        }
        std::vector<Point> points;
        for (const auto& entry : pareto.entries()) points.push_back(entry.point);
        progress.hypervolume.push_back(points.empty() ? 0 : hypervolume(points, worst));
    }
    return progress;
}

}  // namespace hwnas
