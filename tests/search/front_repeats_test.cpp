#include "search/front_repeats.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/rng.h"
#include "study/fidelity.h"

using namespace hwnas;

namespace {

const std::vector<Objective> objectives{{"top1", "%", Direction::maximize, {}},
                                        {"macs", "MACs", Direction::minimize, {}}};

Trial evaluated(const std::string& id, double macs, double top1, std::int64_t repeat = 0) {
    static std::int64_t number = 0;
    Trial trial;
    trial.number = number++;
    trial.architecture.id = id;
    trial.architecture.encoding = {static_cast<std::uint8_t>(id.front())};
    trial.repeat = repeat;
    trial.state = TrialState::complete;
    trial.values = {{"macs", macs}, {"top1", top1}};
    return trial;
}

FrontRepeats repeats(FrontRepeatsSettings settings = {}, std::vector<Limit> limits = {}) {
    return {settings, objectives, std::move(limits), {"macs"}};
}

/// Six evaluations of a network that nothing else is near, which differ by a deviation of one point.
void tell_noise(FrontRepeats& front) {
    const double figures[] = {9, 11, 9, 11, 10, 10};
    for (std::int64_t repeat = 0; repeat < 6; ++repeat) front.tell(evaluated("z", 1, figures[repeat], repeat));
}

std::string asked(const FrontRepeats& front, std::vector<Trial> pending = {}) {
    const auto repeat = front.next(pending);
    return repeat ? std::string(1, static_cast<char>(repeat->encoding.front())) + std::to_string(repeat->repeat) : "";
}

}  // namespace

TEST_CASE("the noise is that of all repeats together, of learned figures alone") {
    auto front = repeats();
    tell_noise(front);
    const auto noise = front.noise();
    REQUIRE(noise);
    CHECK((*noise)[0] == Approx(std::sqrt(4.0 / 5)));
    CHECK((*noise)[1] == 0);
    front.tell(evaluated("y", 2, 40));
    front.tell(evaluated("y", 2, 44, 1));
    CHECK((*front.noise())[0] == Approx(std::sqrt((4.0 + 8) / 6)));
}

TEST_CASE("what the noise can't tell apart is repeated, the network that was evaluated less first") {
    auto front = repeats();
    tell_noise(front);
    front.tell(evaluated("a", 100, 50));
    front.tell(evaluated("b", 110, 50.5));
    front.tell(evaluated("c", 120, 60));
    CHECK(asked(front) == "b1");  // which a may dominate
    CHECK(asked(front, {evaluated("b", 110, 0, 1)}) == "a1");
    front.tell(evaluated("b", 110, 50.5, 1));
    CHECK(asked(front) == "a1");
    front.tell(evaluated("a", 100, 50, 1));
    CHECK(asked(front) == "b2");
    auto sure = repeats();
    tell_noise(sure);
    sure.tell(evaluated("a", 100, 50));
    sure.tell(evaluated("c", 120, 60));
    CHECK(asked(sure) == "");
}

TEST_CASE("a network that noise may have kept from the front is repeated, and who kept it") {
    auto front = repeats();
    tell_noise(front);
    front.tell(evaluated("a", 100, 50));
    front.tell(evaluated("b", 110, 49.5));
    front.tell(evaluated("c", 120, 45));
    CHECK(asked(front) == "b1");
    front.tell(evaluated("b", 110, 49.5, 1));
    CHECK(asked(front) == "a1");
}

TEST_CASE("no network is evaluated more often than allowed, failures included, and none beyond the limits") {
    auto front = repeats({.most = 2}, {{"macs", "MACs", {}, 115}});
    tell_noise(front);
    front.tell(evaluated("a", 100, 50));
    front.tell(evaluated("b", 110, 50.5));
    front.tell(evaluated("c", 120, 50.6));
    front.tell(evaluated("a", 100, 50, 1));
    CHECK(asked(front) == "b1");
    auto failed = evaluated("b", 110, 0, 1);
    failed.state = TrialState::failed;
    front.tell(failed);
    CHECK(asked(front) == "");
}

TEST_CASE("a network whose evaluations all failed is none to repeat") {
    auto front = repeats();
    tell_noise(front);
    for (std::int64_t repeat = 0; repeat < 2; ++repeat) {
        auto failed = evaluated("a", 100, 0, repeat);
        failed.state = TrialState::failed;
        failed.values = {{"macs", 100}};
        front.tell(failed);
    }
    CHECK(asked(front) == "");
    front.tell(evaluated("a", 100, 50, 2));
    front.tell(evaluated("b", 110, 50.5));
    CHECK(asked(front) == "b1");
}

TEST_CASE("before the noise is known the nearest ones are repeated, to find it out") {
    auto front = repeats();
    CHECK(asked(front) == "");
    front.tell(evaluated("a", 100, 50));
    CHECK(asked(front) == "");  // alone
    front.tell(evaluated("b", 110, 60));
    front.tell(evaluated("c", 120, 63));
    CHECK_FALSE(front.noise());
    CHECK(asked(front) == "c1");
    for (std::int64_t repeat = 1; repeat < 4; ++repeat) {
        front.tell(evaluated("b", 110, 60 + 0.1 * static_cast<double>(repeat), repeat));
        front.tell(evaluated("c", 120, 63 + 0.1 * static_cast<double>(repeat), repeat));
    }
    CHECK(front.noise());
    CHECK(asked(front) == "");
}

TEST_CASE("parts of a training, and figures that are all known, are not repeated") {
    auto front = repeats();
    tell_noise(front);
    auto part = evaluated("a", 100, 50);
    part.notes = fidelity_notes({0.5, 0.5});
    front.tell(part);
    auto with_budget = evaluated("a", 100, 50);
    with_budget.budget = {{"epochs", 1}};
    front.tell(with_budget);
    front.tell(evaluated("b", 110, 50.5));
    CHECK(asked(front) == "");

    FrontRepeats known({}, objectives, {}, {"macs", "top1"});
    known.tell(evaluated("a", 100, 50));
    known.tell(evaluated("b", 110, 50.5));
    CHECK(asked(known) == "");
}

TEST_CASE("repeats find the best of networks that single evaluations confuse") {
    // Forty networks of one cost, half a point of noise: the best of single evaluations is mostly the luckiest one.
    int right = 0, right_at_once = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Rng rng(seed);
        auto front = repeats({.most = 20});
        std::map<std::string, double> best_mean;
        std::map<std::string, std::vector<double>> figures;
        const auto evaluate = [&](std::string id) {
            const double truth = 50 + 0.05 * static_cast<double>(id.front() - 'A');
            figures[id].push_back(truth + 0.5 * rng.normal());
            front.tell(evaluated(id, 100, figures[id].back(), static_cast<std::int64_t>(figures[id].size()) - 1));
        };
        const auto best = [&] {
            std::map<double, char> means;
            for (const auto& [id, values] : figures) {
                double sum = 0;
                for (const double value : values) sum += value;
                means[sum / static_cast<double>(values.size())] = id.front();
            }
            return means.rbegin()->second;
        };
        for (char id = 'A'; id < 'A' + 40; ++id) evaluate(std::string(1, id));
        right_at_once += best() >= 'A' + 37;
        for (int more = 0; more < 160; ++more) {
            const auto repeat = front.next({});
            if (!repeat) break;
            evaluate(std::string(1, static_cast<char>(repeat->encoding.front())));
        }
        right += best() >= 'A' + 37;
    }
    INFO(right << " of 40 searches end with one of the three best, " << right_at_once << " without repeats");
    CHECK(right >= 30);
    CHECK(right > right_at_once + 10);
}
