#include "search/candidate_pool.h"

#include <algorithm>

#include "search/variation.h"

namespace hwnas {
namespace {

constexpr std::size_t parents_kept = 6;

struct Promising {
    double promise;
    Encoding encoding;
};

Encoding child_of(const std::vector<Encoding>& parents, const SearchProblem& problem, Rng& rng) {
    if (parents.empty()) return problem.feasible->sample(rng);
    const std::size_t one = rng.below(parents.size());
    Encoding encoding = parents[one];
    if (parents.size() > 1 && rng.uniform() < 0.5) {
        // Neighbours on the front are alike in cost.
        const std::size_t far = std::min<std::size_t>(parents.size() - 1, 1 + rng.below(4));
        encoding = crossed(encoding, parents[(one + far) % parents.size()], rng);
        if (rng.uniform() < 0.3) return repaired(*problem.feasible, std::move(encoding), rng);
    }
    encoding = mutated(*problem.space, std::move(encoding), 1 + static_cast<double>(rng.below(2)), rng);
    return repaired(*problem.feasible, std::move(encoding), rng);
}

}  // namespace

std::optional<Encoding> best_of_pool(const SearchProblem& problem, Surrogate& surrogate, Prospects& prospects,
                                     const std::set<Encoding>& taken, const PoolOptions& options, Rng rng) {
    std::set<Encoding> met = taken;
    std::vector<Promising> best;  // of all generations, the most promising first
    std::vector<Encoding> parents = surrogate.front_encodings();
    for (std::size_t generation = 0; generation <= options.generations; ++generation) {
        const std::size_t wanted = generation == 0 ? options.first : options.children;
        std::vector<Encoding> encodings;
        for (std::size_t tries = 0; tries < 3 * wanted && encodings.size() < wanted; ++tries) {
            const bool anywhere = generation == 0 && tries % 5 == 0;
            auto encoding =
                problem.space->canonical(anywhere ? problem.feasible->sample(rng) : child_of(parents, problem, rng));
            if (met.insert(encoding).second) encodings.push_back(std::move(encoding));
        }
        if (encodings.empty()) break;
        auto candidates = surrogate.candidates(std::move(encodings));
        const double least = best.size() < parents_kept ? -1 : best.back().promise;
        const auto promise = prospects.promise_of_best(candidates, parents_kept, least);
        for (std::size_t n = 0; n < promise.size(); ++n)
            best.push_back({promise[n], std::move(candidates.encodings[n])});
        const auto kept = std::min(best.size(), parents_kept);
        std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(kept), best.end(),
                          [](const Promising& a, const Promising& b) {
                              return a.promise != b.promise ? a.promise > b.promise : a.encoding < b.encoding;
                          });
        best.resize(kept);
        parents.clear();
        for (const auto& one : best) parents.push_back(one.encoding);
    }
    if (best.empty()) return std::nullopt;
    return std::move(best.front().encoding);
}

}  // namespace hwnas
