#include "search/target_sweep.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

constexpr int samples = 64;

/// Descends from an encoding, one choice at a time; it becomes where that ended.
double descend(const std::function<double(const Encoding&)>& figure, const FeasibleSet& feasible, Encoding& encoding) {
    const auto& choices = feasible.space().choices();
    double best = figure(encoding);
    for (bool improved = true; improved;) {
        improved = false;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            for (std::size_t value = 0; value < choices[i].values.size(); ++value) {
                Encoding changed = encoding;
                changed[i] = static_cast<std::uint8_t>(value);
                const double there = figure(changed);
                if (!(there < best) || !feasible.contains(changed)) continue;
                encoding = std::move(changed);
                best = there;
                improved = true;
            }
        }
    }
    return best;
}

}  // namespace

Reach reach_of(const std::function<double(const Encoding&)>& figure, const FeasibleSet& feasible, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<Encoding> drawn;
    for (int i = 0; i < samples; ++i) drawn.push_back(feasible.sample(rng));
    const auto by_figure = [&](const Encoding& a, const Encoding& b) { return figure(a) < figure(b); };
    const auto [least, most] = std::minmax_element(drawn.begin(), drawn.end(), by_figure);
    const auto negated = [&figure](const Encoding& encoding) { return -figure(encoding); };
    Reach reach{0, 0, *least, *most};
    reach.least = descend(figure, feasible, reach.least_at);
    reach.most = -descend(negated, feasible, reach.most_at);
    return reach;
}

std::vector<double> spaced_targets(const Reach& reach, std::size_t count) {
    std::vector<double> targets;
    for (std::size_t k = 1; k <= count; ++k) {
        const double part = static_cast<double>(k) / static_cast<double>(count);
        targets.push_back(k == count        ? reach.most
                          : reach.least > 0 ? reach.least * std::pow(reach.most / reach.least, part)
                                            : reach.least + part * (reach.most - reach.least));
    }
    return targets;
}

}  // namespace hwnas
