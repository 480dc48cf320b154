#include "search/spread_start.h"

#include <algorithm>
#include <numeric>

namespace hwnas {
namespace {

constexpr std::size_t sample_for_start = 1000;

std::size_t differing(const Encoding& a, const Encoding& b) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
    return count;
}

}  // namespace

std::vector<Encoding> spread_start(const SearchProblem& problem, std::size_t count, Rng rng) {
    std::vector<Encoding> sample;
    for (std::size_t i = 0; i < sample_for_start; ++i)
        sample.push_back(problem.space->canonical(problem.feasible->sample(rng)));
    std::sort(sample.begin(), sample.end());
    sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
    rng.shuffle(sample);
    const auto known = std::find_if(problem.objectives.begin(), problem.objectives.end(),
                                    [&](const Objective& objective) { return problem.known.contains(objective.key); });
    if (known != problem.objectives.end()) {
        const auto& cost = problem.known.at(known->key);
        std::stable_sort(sample.begin(), sample.end(),
                         [&](const Encoding& a, const Encoding& b) { return cost(a) < cost(b); });
    }
    const std::size_t strata = std::min(count, sample.size());
    std::vector<std::size_t> order(strata);
    std::iota(order.begin(), order.end(), std::size_t{0});
    rng.shuffle(order);
    std::vector<Encoding> start;
    for (const std::size_t stratum : order) {
        const std::size_t begin = stratum * sample.size() / strata;
        const std::size_t end = (stratum + 1) * sample.size() / strata;
        std::size_t best = begin;
        std::size_t farthest = 0;
        for (std::size_t i = begin; i < end; ++i) {
            std::size_t nearest = sample[i].size();
            for (const auto& other : start) nearest = std::min(nearest, differing(sample[i], other));
            if (nearest > farthest) {
                farthest = nearest;
                best = i;
            }
        }
        start.push_back(sample[best]);
    }
    return start;
}

}  // namespace hwnas
