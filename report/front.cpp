#include "report/front.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "study/fidelity.h"
#include "study/origin.h"

namespace hwnas {
namespace {

/// Means of what all trials have; the rest is not comparable with other networks.
std::map<std::string, double> mean_values(const std::vector<const Trial*>& trials) {
    std::map<std::string, double> means;
    for (const auto& [key, first] : trials.front()->values) {
        double sum = 0;
        bool everywhere = true;
        for (const auto* trial : trials) {
            const auto found = trial->values.find(key);
            everywhere = everywhere && found != trial->values.end();
            if (everywhere) sum += found->second;
        }
        if (!everywhere) continue;
        // One trial's figure stays as it is, and so do equal ones (a latency from a table).
        const bool equal = std::all_of(trials.begin(), trials.end(), [&key = key, value = first](const Trial* trial) {
            return trial->values.at(key) == value;
        });
        means[key] = equal ? first : sum / static_cast<double>(trials.size());
    }
    return means;
}

FrontEntry make_entry(const std::vector<const Trial*>& trials) {
    FrontEntry entry;
    entry.id = trials.front()->architecture.id;
    entry.choices = trials.front()->choices;
    entry.values = mean_values(trials);
    for (const auto* trial : trials) {
        entry.trials.push_back(trial->number);
        if (entry.weights.empty()) entry.weights = trial->weights;
    }
    if (!entry.weights.empty()) entry.weights_from = "proxy";
    return entry;
}

}  // namespace

std::vector<std::size_t> Front::shown() const {
    auto all = entries;
    if (!reference || networks[*reference].on_front) return all;
    const auto better = [&](std::size_t a, std::size_t b) { return point(a) < point(b); };
    all.insert(std::upper_bound(all.begin(), all.end(), *reference, better), *reference);
    return all;
}

double Front::value(std::size_t network, std::size_t objective) const {
    return networks[network].values.at(objectives[objective].key);
}

Point Front::point(std::size_t network) const { return point_of(objectives, networks[network].values).value(); }

Front make_front(std::span<const Trial> trials, std::vector<Objective> objectives, std::vector<Limit> limits,
                 const std::string& reference_name) {
    if (objectives.empty()) throw InputError({"objectives", "at least one objective", "none", ""});
    Front front;
    front.objectives = std::move(objectives);
    front.limits = std::move(limits);

    std::map<std::string, std::vector<const Trial*>> groups;
    std::set<std::string> references;
    for (const auto& trial : trials) {
        if (origin_of(trial) == Origin::reference) references.insert(trial.architecture.id);
        if (trial.state != TrialState::complete) continue;
        if (!is_in_full(trial))
            ++front.partial_trials;
        else if (point_of(front.objectives, trial.values))
            groups[trial.architecture.id].push_back(&trial);
        else
            ++front.unusable_trials;
    }
    for (auto& [id, group] : groups) {
        std::sort(group.begin(), group.end(), [](const Trial* a, const Trial* b) { return a->number < b->number; });
        std::erase_if(group, [last = group.back()](const Trial* trial) { return !asked_alike(*trial, *last); });
        front.networks.push_back(make_entry(group));
    }
    std::sort(front.networks.begin(), front.networks.end(),
              [](const FrontEntry& a, const FrontEntry& b) { return a.trials.front() < b.trials.front(); });

    ParetoFront pareto;
    for (std::size_t i = 0; i < front.networks.size(); ++i) {
        auto& network = front.networks[i];
        network.within_limits = meets(front.limits, network.values);
        network.reference = references.contains(network.id);
        if (network.reference) {
            network.reference_name = reference_name.empty() ? "reference network" : reference_name;
            if (!front.reference) front.reference = i;
        }
        if (network.within_limits) pareto.insert(front.point(i), static_cast<std::int64_t>(i));
    }
    // Ascending on the first axis, on which less is better: the best comes first.
    for (const auto& entry : pareto.entries()) {
        front.entries.push_back(static_cast<std::size_t>(entry.id));
        front.networks[front.entries.back()].on_front = true;
    }
    return front;
}

std::optional<std::size_t> knee(const Front& front) {
    const std::size_t axes = front.objectives.size();
    if (front.entries.size() < 3 || axes < 2) return std::nullopt;
    Point best = front.point(front.entries.front());
    Point worst = best;
    for (const auto entry : front.entries) {
        const auto point = front.point(entry);
        for (std::size_t axis = 0; axis < axes; ++axis) {
            best[axis] = std::min(best[axis], point[axis]);
            worst[axis] = std::max(worst[axis], point[axis]);
        }
    }
    std::optional<std::size_t> found;
    double least = 1;  // the plane through the ends
    for (const auto entry : front.entries) {
        const auto point = front.point(entry);
        double sum = 0;
        for (std::size_t axis = 0; axis < axes; ++axis)
            if (worst[axis] > best[axis]) sum += (point[axis] - best[axis]) / (worst[axis] - best[axis]);
        // A rounding error is no bulge.
        if (sum < least - 1e-9) {
            least = sum;
            found = entry;
        }
    }
    return found;
}

}  // namespace hwnas
