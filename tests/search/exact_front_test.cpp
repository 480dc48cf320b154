#include "search/exact/exact_front.h"

#include <catch2/catch.hpp>

#include "search/exact/enumeration.h"
#include "search/made_sums.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::MadeSums;

namespace {

constexpr std::uint64_t spaces = 120;
constexpr double open_end = std::numeric_limits<double>::infinity();

struct Asked {
    ExactQuestion sums;
    ListedQuestion listed;
};

/// The first tables are objectives, every other one maximised, those behind them have limits.
Asked asked_of(const MadeSums& made, std::size_t objectives, Rng& rng) {
    Asked asked;
    asked.sums.space = asked.listed.space = &made.space;
    const auto function = [](const ChoiceTable& table) {
        return [&table](const Encoding& encoding) { return std::optional(table(encoding)); };
    };
    for (std::size_t i = 0; i < objectives; ++i) {
        const bool turned = i % 2 == 0;
        asked.sums.objectives.push_back({"objective " + std::to_string(i), &made.tables[i], turned});
        asked.listed.objectives.push_back({function(made.tables[i]), turned});
        const double end = rng.below(3) == 0 ? (turned ? -made.tables[i]({}) : made.tables[i].least({})) + 4 : open_end;
        asked.sums.box.push_back(end);
        asked.listed.box.push_back(end);
    }
    for (std::size_t i = objectives; i < made.tables.size(); ++i) {
        // What some network has, so that it stands at the limit.
        Encoding encoding;
        for (const auto& choice : made.space.choices())
            encoding.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
        const double end = made.tables[i](encoding);
        TableBound bound{"limit", &made.tables[i], {}, {}};
        (rng.below(2) == 0 ? bound.least : bound.most) = end;
        asked.sums.limits.push_back(bound);
        asked.listed.limits.push_back({function(made.tables[i]), bound.least, bound.most});
    }
    return asked;
}

void check_same(const ExactAnswer& answer, const ExactAnswer& truth) {
    REQUIRE(answer.complete);
    CHECK(answer.possible.empty());
    REQUIRE(answer.front.size() == truth.front.size());
    for (std::size_t i = 0; i < answer.front.size(); ++i)
        for (std::size_t axis = 0; axis < answer.front[i].point.size(); ++axis)
            CHECK(answer.front[i].point[axis] == Approx(truth.front[i].point[axis]).margin(1e-9));
}

}  // namespace

TEST_CASE("branch and bound finds the front that enumeration finds") {
    for (std::uint64_t seed = 0; seed < spaces; ++seed) {
        Rng rng(seed);
        const std::size_t objectives = 1 + seed % 3;
        const std::size_t limits = rng.below(3);
        const MadeSums made(seed, objectives + limits, seed % 4 * 12, seed % 5 == 0 ? 3 : 0);
        const Asked asked = asked_of(made, objectives, rng);
        INFO("seed " << seed);
        check_same(exact_front(asked.sums, {}), enumerate_front(asked.listed, {}));
    }
}

TEST_CASE("a limit on an objective's own figure is kept") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Rng rng(seed);
        const MadeSums made(seed, 2, 20);
        Asked asked = asked_of(made, 2, rng);
        const double most = made.tables[1](Encoding(made.space.choices().size(), 0));
        asked.sums.limits = {{"cost", &made.tables[1], {}, most}};
        asked.listed.limits = {{asked.listed.objectives[1].figure, {}, most}};
        INFO("seed " << seed);
        check_same(exact_front(asked.sums, {}), enumerate_front(asked.listed, {}));
    }
}

TEST_CASE("what is told as possible when time is up covers the true front") {
    std::size_t unfinished = 0;
    for (const double seconds : {0.0, 1e-4, 1e-3}) {
        for (std::uint64_t seed = 0; seed < spaces / 4; ++seed) {
            Rng rng(seed);
            const MadeSums made(seed, 2, 24);
            const Asked asked = asked_of(made, 1 + seed % 2, rng);
            ExactSettings settings;
            settings.seconds = seconds;
            const auto answer = exact_front(asked.sums, settings);
            if (!answer.complete) {
                ++unfinished;
                CHECK(!answer.possible.empty());
            }
            for (const auto& entry : enumerate_front(asked.listed, {}).front) {
                const auto below = [&](const Point& point) {
                    for (std::size_t i = 0; i < point.size(); ++i)
                        if (point[i] > entry.point[i] + 1e-9) return false;
                    return true;
                };
                const bool known = std::any_of(answer.front.begin(), answer.front.end(),
                                               [&](const auto& other) { return below(other.point); });
                INFO("seed " << seed << ", " << seconds << " s");
                CHECK((known || std::any_of(answer.possible.begin(), answer.possible.end(), below)));
            }
        }
    }
    CHECK(unfinished > 0);
}

TEST_CASE("a gap that is allowed is not exceeded") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        Rng rng(seed);
        const MadeSums made(seed, 1 + seed % 2, 30);
        const Asked asked = asked_of(made, 1 + seed % 2, rng);
        ExactSettings settings;
        settings.within = 0.5;
        const auto answer = exact_front(asked.sums, settings);
        CHECK(answer.complete);
        for (const auto& entry : enumerate_front(asked.listed, {}).front) {
            if (asked.sums.box[0] - entry.point[0] < settings.within) continue;
            const bool near = std::any_of(answer.front.begin(), answer.front.end(), [&](const auto& other) {
                bool covers = other.point[0] <= entry.point[0] + settings.within + 1e-9;
                for (std::size_t i = 1; i < entry.point.size(); ++i)
                    covers = covers && other.point[i] <= entry.point[i] + 1e-9;
                return covers;
            });
            INFO("seed " << seed);
            CHECK(near);
        }
    }
}

TEST_CASE("limits that no network keeps leave nothing, and that is proved") {
    const MadeSums made(1, 2, 10);
    ExactQuestion question{&made.space, {{"a", &made.tables[0], true}}, {{"b", &made.tables[1], {}, -1e6}}, {open_end}};
    const auto answer = exact_front(question, {});
    CHECK(answer.complete);
    CHECK(answer.front.empty());
}

TEST_CASE("a figure with a floor is refused") {
    MadeSums made(1, 2, 10);
    made.tables[0].set_floor(ChoiceTable(made.space, "unit", 1, {}), 8);
    const ExactQuestion question{&made.space, {{"speed", &made.tables[0], false}}, {}, {open_end}};
    CHECK_THAT(test::input_error_of([&] { (void)exact_front(question, {}); }), Catch::Contains("the figure speed"));
}
