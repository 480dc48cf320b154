#include <catch2/catch.hpp>

#include "example_trials.h"
#include "report/summary.h"

namespace hwnas {
namespace {

using namespace test;

const StudyInfo kInfo{"mobile", Json::object(), 0, "0.1.0"};

std::string text_of(const std::vector<Trial>& trials, const Front& front) {
    return summary_text(kInfo, front, summarise(trials, front));
}

TEST_CASE("Trials, CPU-hours and time are counted") {
    auto duplicate = complete(3, "a", 80, 1);
    duplicate.state = TrialState::duplicate;  // it cost nothing, whatever it carries
    auto running = complete(4, "e", {});
    running.state = TrialState::running;
    running.finished = 0;
    running.cpu_seconds = 0;
    auto failure = failed(2, "diverged");
    failure.started = 1000;
    failure.finished = 1000 + 7200;
    const std::vector<Trial> trials{complete(0, "a", 80, 1), complete(1, "b", 90, 2), failure, duplicate, running};
    const auto front = make_front(trials, {top1(), latency()}, {});
    const auto summary = summarise(trials, front);
    REQUIRE(summary.complete == 2);
    REQUIRE(summary.failed == 1);
    REQUIRE(summary.duplicate == 1);
    REQUIRE(summary.running == 1);
    REQUIRE(summary.cpu_hours == Approx(3 * 36 / 3600.0));
    REQUIRE(summary.wall_hours == Approx(2));
    REQUIRE_THAT(
        text_of(trials, front),
        Catch::Contains("2 complete, 1 failed, 1 duplicate, 1 not finished; 2 networks, 2 of them on the front") &&
            Catch::Contains("0.0300 CPU-hours") && Catch::Contains("2.00 hours"));
}

TEST_CASE("The speed of a training is the median of those that tell theirs") {
    std::vector<Trial> trials;
    for (const double speed : {2000.0, 4000.0, 1000.0}) {
        trials.push_back(complete(static_cast<std::int64_t>(trials.size()), "a", 80, 1));
        trials.back().details["images_per_second"] = speed;
    }
    trials.push_back(complete(3, "b", 80, 1));
    const auto front = make_front(trials, {top1(), latency()}, {});
    REQUIRE(summarise(trials, front).images_per_second == 2000.0);
    REQUIRE_THAT(text_of(trials, front), Catch::Contains("2,000 images a second"));
    trials.erase(trials.begin(), trials.begin() + 3);
    REQUIRE_FALSE(summarise(trials, front).images_per_second);
}

TEST_CASE("The best under a threshold is the best of all networks that keep under it") {
    const auto trials = example_search(150, 5);
    const auto front = make_front(trials, {top1(), latency(1.3)}, {});
    const auto summary = summarise(trials, front);
    REQUIRE(summary.best_under.size() >= 3);
    bool target = false;
    for (const auto& [threshold, network] : summary.best_under) {
        double best = 0;
        for (const auto& trial : trials)
            if (trial.values.at("latency@cpu") <= threshold) best = std::max(best, trial.values.at("top1"));
        REQUIRE(front.value(network, 0) == best);
        REQUIRE(front.value(network, 1) <= threshold);
        target = target || threshold == 1.3;
    }
    REQUIRE(target);
    REQUIRE_THAT(text_of(trials, front),
                 Catch::Contains("Best top1 for latency@cpu up to:") && Catch::Contains("1.30 ms (target)"));
}

TEST_CASE("Failures are grouped by reason, the most frequent first") {
    const std::vector<Trial> trials{failed(0, "out of memory"), failed(1, "loss is 1.5e+9 in epoch 3\nat step 1"),
                                    failed(2, "loss is 2 in epoch 14\nat step 7"), failed(3, "")};
    const auto summary = summarise(trials, make_front(trials, {top1()}, {}));
    REQUIRE(summary.failures.size() == 3);
    REQUIRE(summary.failures[0].reason == "loss is 1.5e+9 in epoch 3");
    REQUIRE(summary.failures[0].count == 2);
    REQUIRE(summary.failures[0].first_trial == 1);
    REQUIRE(summary.failures[1].reason == "out of memory");
    REQUIRE(summary.failures[2].reason == "no reason given");
}

TEST_CASE("The hypervolume after each trial is that of the trials so far") {
    // Reference point: latency 3 + 0.2, top1 80 - 1.
    const std::vector<Trial> trials{complete(0, "a", 80, 2), complete(1, "b", 85, 3), complete(2, "c", 84, 3),
                                    complete(3, "d", 90, 1)};
    const auto front = make_front(trials, {top1(), latency()}, {});
    const auto progress = search_progress(trials, front);
    REQUIRE(progress.reference_point[0] == Approx(79));
    REQUIRE(progress.reference_point[1] == Approx(3.2));
    REQUIRE(progress.ideal_point == std::vector<double>{90, 1});
    REQUIRE(progress.box == Approx(11 * 2.2));
    REQUIRE(progress.hypervolume.size() == 4);
    REQUIRE(progress.hypervolume[0] == Approx(1 * 1.2));
    REQUIRE(progress.hypervolume[1] == Approx(1 * 1.2 + 5 * 0.2));
    REQUIRE(progress.hypervolume[2] == progress.hypervolume[1]);
    REQUIRE(progress.hypervolume[3] == Approx(11 * 2.2));
    REQUIRE(progress.share() == Approx(1));
}

TEST_CASE("The hypervolume follows the order of answers and only falls when a repeat lowers a mean") {
    std::vector<Trial> trials{complete(0, "a", 80, 2), complete(1, "b", 90, 1), complete(2, "b", 84, 1)};
    trials[0].told = 2;
    trials[1].told = 0;
    trials[2].told = 1;
    const auto progress = search_progress(trials, make_front(trials, {top1(), latency()}, {}));
    // Means: a (80, 2), b (87, 1); reference point (79.3, 2.1).
    REQUIRE(progress.hypervolume[0] == Approx((90 - 79.3) * 1.1));
    REQUIRE(progress.hypervolume[1] == Approx((87 - 79.3) * 1.1));
    REQUIRE(progress.hypervolume[2] == progress.hypervolume[1]);
}

TEST_CASE("Networks beyond the limits add no hypervolume") {
    const std::vector<Trial> trials{complete(0, "a", 99, 9), complete(1, "b", 80, 2), complete(2, "c", 70, 1)};
    const auto front = make_front(trials, {top1(), latency()}, {{"latency@cpu", "ms", std::nullopt, 5.0}});
    const auto progress = search_progress(trials, front);
    REQUIRE(progress.hypervolume[0] == 0);
    REQUIRE(progress.hypervolume[1] > 0);
    REQUIRE(progress.ideal_point == std::vector<double>{80, 1});
}

TEST_CASE("The final hypervolume is that of the front") {
    const auto trials = example_search(120, 6);
    const auto front = make_front(trials, {top1(), latency(), parameters()}, {});
    const auto progress = search_progress(trials, front);
    std::vector<Point> points;
    for (const auto entry : front.entries) points.push_back(front.point(entry));
    const Point reference{-progress.reference_point[0], progress.reference_point[1], progress.reference_point[2]};
    REQUIRE(progress.hypervolume.back() == Approx(hypervolume(points, reference)));
    for (std::size_t i = 1; i < progress.hypervolume.size(); ++i)
        REQUIRE(progress.hypervolume[i] >= progress.hypervolume[i - 1]);
}

TEST_CASE("The text states the knee, the reference point and where the reference network stands") {
    const auto trials = example_search(80, 7);
    const auto text = text_of(trials, make_front(trials, {top1(), latency()}, {}, "MobileNetV2"));
    REQUIRE_THAT(text, Catch::Contains("Knee: ") && Catch::Contains("the reference point (top1 ") &&
                           Catch::Contains("Reference: MobileNetV2, net0 (trial 0): top1 ") &&
                           Catch::Contains("After complete trial 20: "));
}

TEST_CASE("A study with no complete trial has a clear text") {
    const std::vector<Trial> trials{failed(0, "the trainer ended: exit code 3")};
    const auto text = text_of(trials, make_front(trials, {top1(), latency()}, {}));
    REQUIRE_THAT(text, Catch::Contains("0 complete, 1 failed") && Catch::Contains("No network to show") &&
                           Catch::Contains("1x (first: trial 0) the trainer ended: exit code 3"));
    REQUIRE_THAT(text, !Catch::Contains("Hypervolume") && !Catch::Contains("Knee"));
    REQUIRE_THAT(text_of({}, make_front({}, {top1()}, {})), Catch::Contains("No network to show"));
}

TEST_CASE("With one objective the text names the best network") {
    const auto trials = example_search(50, 8);
    const auto text = text_of(trials, make_front(trials, {top1()}, {}));
    REQUIRE_THAT(text, Catch::Contains("Best top1: net"));
}

}  // namespace
}  // namespace hwnas
