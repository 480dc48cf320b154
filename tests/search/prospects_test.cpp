#include "search/prospects.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "made_problem.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::vector<Encoding> drawn(const MadeProblem& made, std::size_t count, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < count; ++i)
        encodings.push_back(made.space().canonical(made.problem.feasible->sample(rng)));
    return encodings;
}

}  // namespace

TEST_CASE("the best of many candidates are those that looking at each one would tell") {
    const MadeProblem made(small_space());
    SearchProblem problem = made.problem;
    SECTION("accuracy against latency") {}
    SECTION("with a limit on what is learned") { problem.limits = {{"power", "W", {}, 1.5}}; }
    SECTION("two learned objectives") { problem.known.erase("latency@made"); }
    for (const std::size_t trials : {10, 150}) {
        Surrogate surrogate(problem);
        for (const auto& encoding : drawn(made, trials, 1)) {
            Trial trial;
            trial.state = TrialState::complete;
            trial.architecture.encoding = encoding;
            trial.values = {{"top1", 50 + 40 * made.quality(encoding)},
                            {"latency@made", made.latency(encoding)},
                            {"power", 1 + made.quality(encoding)}};
            surrogate.tell(trial);
        }
        const auto pending = drawn(made, 3, 2);
        for (const bool waiting : {false, true})
            for (const double optimism : {1.0, 4.0}) {
                INFO(trials << " trials, optimism " << optimism << (waiting ? ", three under way" : ""));
                Prospects prospects(surrogate, waiting ? pending : std::vector<Encoding>(), optimism);
                auto candidates = surrogate.candidates(drawn(made, 400, 3));
                const auto all = prospects.promise(candidates);
                auto sorted = all;
                std::sort(sorted.rbegin(), sorted.rend());
                constexpr std::size_t wanted = 10;
                const auto best = prospects.promise_of_best(candidates, wanted, -1);
                std::size_t looked_at = 0;
                for (std::size_t n = 0; n < all.size(); ++n) {
                    looked_at += best[n] > 0;
                    if (best[n] > 0 || all[n] >= sorted[wanted - 1]) CHECK(best[n] == Approx(all[n]).epsilon(1e-6));
                }
                if (sorted[wanted] > 0) CHECK(looked_at < all.size());
                const auto none = prospects.promise_of_best(candidates, wanted, 2 * sorted[0] + 1);
                CHECK(*std::max_element(none.begin(), none.end()) <= sorted[0] * (1 + 1e-6));
            }
    }
}
