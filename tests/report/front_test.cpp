#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "example_trials.h"
#include "report/progress.h"
#include "study/fidelity.h"

namespace hwnas {
namespace {

using namespace test;
using Ids = std::vector<std::string>;

Ids sorted(Ids ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

TEST_CASE("The front holds what nothing dominates, for one, two and three objectives") {
    const auto trials = example_search(200, GENERATE(1U, 2U, 3U));
    const std::vector<std::vector<Objective>> choices{
        {top1()}, {latency()}, {top1(), latency()}, {latency(), top1()}, {top1(), latency(), parameters()}};
    for (const auto& objectives : choices) {
        const auto front = make_front(trials, objectives, {});
        REQUIRE(sorted(ids_of(front, front.entries)) == sorted(non_dominated(trials, objectives)));
        REQUIRE(front.networks.size() == 200);
    }
}

TEST_CASE("The front starts with the best of the first objective") {
    const auto trials = example_search(100, 4);
    const auto by_accuracy = make_front(trials, {top1(), latency()}, {});
    const auto by_latency = make_front(trials, {latency(), top1()}, {});
    REQUIRE(by_accuracy.entries.size() > 3);
    for (std::size_t i = 1; i < by_accuracy.entries.size(); ++i) {
        REQUIRE(by_accuracy.value(by_accuracy.entries[i - 1], 0) > by_accuracy.value(by_accuracy.entries[i], 0));
        REQUIRE(by_latency.value(by_latency.entries[i - 1], 0) < by_latency.value(by_latency.entries[i], 0));
    }
}

TEST_CASE("Repeats of a network are one entry with the means of its figures") {
    const std::vector<Trial> trials{complete(0, "a", 80, 1), complete(1, "b", 84, 1), complete(2, "a", 90, 1),
                                    complete(3, "b", 85, 1)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(front.networks.size() == 2);
    REQUIRE(front.networks[0].trials == std::vector<std::int64_t>{0, 2});
    REQUIRE(front.value(0, 0) == 85);
    REQUIRE(front.value(1, 0) == 84.5);
    REQUIRE(ids_of(front, front.entries) == Ids{"a"});
}

TEST_CASE("A figure that one of the repeats lacks has no mean") {
    const std::vector<Trial> trials{complete(0, "a", {{"top1", 80}, {"test_top1", 79}}),
                                    complete(1, "a", {{"top1", 82}})};
    const auto front = make_front(trials, {top1()}, {});
    REQUIRE(front.networks[0].values == std::map<std::string, double>{{"top1", 81}});
}

TEST_CASE("Equal figures of repeats stay as they are to the last bit") {
    std::vector<Trial> trials;
    for (int i = 0; i < 10; ++i) trials.push_back(complete(i, "a", 80 + i, 0.1));
    REQUIRE(make_front(trials, {latency()}, {}).value(0, 0) == 0.1);
}

TEST_CASE("Of networks with equal objectives the first one tried stands on the front") {
    const std::vector<Trial> trials{complete(5, "late", 90, 1), complete(2, "early", 90, 1),
                                    complete(3, "worse", 90, 2)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(ids_of(front, front.entries) == Ids{"early"});
}

TEST_CASE("What is beyond a limit is not on the front and dominates nothing") {
    const std::vector<Trial> trials{complete(0, "fast", 80, 1), complete(1, "good", 95, 3),
                                    complete(2, "middle", 85, 2)};
    const auto front = make_front(trials, {top1()}, {{"latency@cpu", "ms", std::nullopt, 2.0}});
    REQUIRE(ids_of(front, front.entries) == Ids{"middle"});
    REQUIRE_FALSE(front.networks[1].within_limits);
    REQUIRE(front.networks[2].within_limits);
}

TEST_CASE("Only complete trials count") {
    auto running = complete(1, "b", 99, 0.1);
    running.state = TrialState::running;
    auto duplicate = complete(2, "a", 99, 0.1);
    duplicate.state = TrialState::duplicate;
    const std::vector<Trial> trials{complete(0, "a", 80, 1), running, duplicate, failed(3, "diverged")};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(front.networks.size() == 1);
    REQUIRE(front.value(0, 0) == 80);
}

TEST_CASE("A complete trial without a finite figure for an objective is counted and left out") {
    const std::vector<Trial> trials{complete(0, "a", 80, 1), complete(1, "b", {{"top1", 99}}),
                                    complete(2, "c", std::numeric_limits<double>::quiet_NaN(), 1),
                                    complete(3, "d", 90, std::numeric_limits<double>::infinity())};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(ids_of(front, front.entries) == Ids{"a"});
    REQUIRE(front.unusable_trials == 3);
}

TEST_CASE("The reference is shown in its place though it is dominated") {
    const std::vector<Trial> trials{as_reference(complete(0, "ref", 85, 2)), complete(1, "good", 90, 2),
                                    complete(2, "fast", 80, 1)};
    const auto front = make_front(trials, {top1(), latency()}, {}, "MobileNetV2");
    REQUIRE(front.reference == 0U);
    REQUIRE(front.networks[0].reference_name == "MobileNetV2");
    REQUIRE(ids_of(front, front.entries) == Ids{"good", "fast"});
    REQUIRE(ids_of(front, front.shown()) == Ids{"good", "ref", "fast"});
}

TEST_CASE("A reference on the front is shown once") {
    const std::vector<Trial> trials{as_reference(complete(0, "ref", 95, 2)), complete(1, "good", 90, 1)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(ids_of(front, front.shown()) == Ids{"ref", "good"});
}

TEST_CASE("A network that a search finds again is the reference all the same") {
    auto again = as_reference(complete(1, "ref", 85, 2));
    again.state = TrialState::duplicate;
    const std::vector<Trial> trials{complete(0, "ref", 85, 2), again};
    REQUIRE(make_front(trials, {top1(), latency()}, {}).reference == 0U);
}

TEST_CASE(
    "What was trained for a part of the budget stands on no front, and moves no network that was trained in full") {
    const auto partly = [](Trial trial, double share) {
        trial.notes.update(fidelity_notes({share, share}));
        return trial;
    };
    const std::vector<Trial> trials{partly(complete(0, "a", 99, 0.1), 0.1), complete(1, "b", 85, 1),
                                    partly(complete(2, "b", 60, 1), 0.3), partly(complete(3, "c", 80, 0.9), 1)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(ids_of(front, front.entries) == Ids{"b", "c"});
    REQUIRE(front.networks.size() == 2);
    REQUIRE(front.value(0, 0) == 85);
    REQUIRE(front.partial_trials == 2);

    const auto progress = search_progress(trials, front);
    REQUIRE(progress.hypervolume.size() == 4);
    REQUIRE(progress.hypervolume[0] == 0);
    REQUIRE(progress.hypervolume[2] == progress.hypervolume[1]);
}

TEST_CASE("Without a complete trial the front is empty") {
    const std::vector<Trial> trials{failed(0, "diverged")};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(front.entries.empty());
    REQUIRE(front.shown().empty());
    REQUIRE_FALSE(front.reference);
    REQUIRE_FALSE(knee(front));
}

TEST_CASE("A front needs an objective") { REQUIRE_THROWS_AS(make_front({}, {}, {}), InputError); }

TEST_CASE("The knee is the entry farthest from the line through the ends") {
    // Scaled to 0..1: (0, 1), (0.2, 0.3), (0.6, 0.2), (1, 0): sums 1, 0.5, 0.8, 1.
    const std::vector<Trial> trials{complete(0, "fast", 80, 1), complete(1, "knee", 87, 2), complete(2, "more", 88, 4),
                                    complete(3, "best", 90, 6)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(knee(front) == 1U);
}

TEST_CASE("A front that is straight or bulges away has no knee, nor has one of two entries") {
    const std::vector<Trial> straight{complete(0, "a", 80, 1), complete(1, "b", 85, 2), complete(2, "c", 90, 3)};
    REQUIRE_FALSE(knee(make_front(straight, {top1(), latency()}, {})));
    const std::vector<Trial> away{complete(0, "a", 80, 1), complete(1, "b", 82, 2), complete(2, "c", 90, 3)};
    REQUIRE_FALSE(knee(make_front(away, {top1(), latency()}, {})));
    const std::vector<Trial> two{complete(0, "a", 80, 1), complete(1, "b", 85, 2)};
    REQUIRE_FALSE(knee(make_front(two, {top1(), latency()}, {})));
}

TEST_CASE("A network that was evaluated in several ways counts as in the last one") {
    auto quick = complete(0, "a", 95, 1);
    quick.budget = {{"steps", 10}};
    auto fine_tuned = complete(1, "a", 80, 1);
    fine_tuned.parent = 0;
    auto repeat = complete(2, "a", 82, 1);
    repeat.parent = 0;
    const auto front = make_front(std::vector{quick, fine_tuned, repeat}, {top1(), latency()}, {});
    REQUIRE(front.networks.size() == 1);
    REQUIRE(front.value(0, 0) == 81);
    REQUIRE(front.networks[0].trials == std::vector<std::int64_t>{1, 2});
    const auto progress = search_progress(std::vector{quick, fine_tuned, repeat}, front);
    REQUIRE(progress.hypervolume.size() == 3);
}

}  // namespace
}  // namespace hwnas
