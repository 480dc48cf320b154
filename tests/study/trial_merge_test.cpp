#include "study/trial_merge.h"

#include "example_trial.h"

namespace hwnas {
namespace {

using namespace test;

/// An ended trial that was told in the order of the numbers.
Trial answer(std::int64_t number, const std::string& id, double value) {
    Trial trial;
    trial.number = number;
    trial.told = number;
    trial.architecture = {{1, 2}, id};
    trial.seed = 5;
    trial.state = TrialState::complete;
    trial.values = {{"top1", value}};
    return trial;
}

Trial running(std::int64_t number, const std::string& id) {
    auto trial = answer(number, id, 0);
    trial.state = TrialState::running;
    trial.values.clear();
    trial.told.reset();
    return trial;
}

Trial duplicate(std::int64_t number, const Trial& of) {
    auto trial = of;
    trial.number = trial.told.emplace(number);
    trial.state = TrialState::duplicate;
    trial.duplicate_of = of.number;
    return trial;
}

/// The study after the merge, and that merging the same again changes nothing.
std::vector<Trial> merged(const std::vector<Trial>& into, const std::vector<Trial>& from) {
    std::map<std::int64_t, Trial> all;
    for (const auto& trial : into) all[trial.number] = trial;
    for (const auto& trial : merge_trials(into, from, "from").put) all[trial.number] = trial;
    std::vector<Trial> trials;
    for (const auto& [number, trial] : all) trials.push_back(trial);
    const auto again = merge_trials(trials, from, "from");
    INFO("merging again");
    REQUIRE(again.put.empty());
    return trials;
}

void require_equal_trials(const std::vector<Trial>& a, const std::vector<Trial>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        INFO("trial " << i);
        require_equal(a[i], b[i]);
    }
}

TEST_CASE("A study that went on replaces its beginning, duplicates and running trials too") {
    std::vector<Trial> later{answer(0, "a", 1), answer(1, "b", 2)};
    later.push_back(duplicate(2, later[0]));
    later.push_back(answer(3, "c", 3));
    later.push_back(running(4, "d"));
    require_equal_trials(merged({}, later), later);
    require_equal_trials(merged({later[0], later[1]}, later), later);
    SECTION("whose last trials were under way") {
        auto untold = later[1];
        untold.told.reset();
        const std::vector<Trial> begun{later[0], untold, running(3, "c")};
        require_equal_trials(merged(begun, later), later);
        const auto merge = merge_trials(begun, later, "from");
        REQUIRE(merge.continued);
        REQUIRE(merge.answered == 2);
        REQUIRE(merge.added == 2);
        REQUIRE(merge.known == 1);
    }
}

TEST_CASE("The beginning of a study brings nothing new into it") {
    const std::vector<Trial> whole{answer(0, "a", 1), answer(1, "b", 2), answer(2, "c", 3)};
    const auto merge = merge_trials(whole, std::vector<Trial>{whole[0], whole[1]}, "from");
    REQUIRE(merge.put.empty());
    REQUIRE(merge.known == 2);
}

TEST_CASE("Studies that went different ways have each question once, the other's at the end") {
    const std::vector<Trial> into{answer(0, "a", 1), answer(1, "b", 2)};
    const std::vector<Trial> from{answer(0, "a", 1.5), answer(1, "c", 3), answer(2, "b", 2), answer(3, "d", 4)};
    auto c = answer(2, "c", 3);
    auto d = answer(3, "d", 4);
    require_equal_trials(merged(into, from), {into[0], into[1], c, d});
    const auto merge = merge_trials(into, from, "from");
    REQUIRE_FALSE(merge.continued);
    REQUIRE(merge.added == 2);
    REQUIRE(merge.known == 2);
}

TEST_CASE("Repeat, seed, budget and parent make another question of an architecture") {
    const std::vector<Trial> into{answer(0, "a", 1), answer(1, "z", 1)};
    auto repeat = answer(1, "a", 2);
    repeat.repeat = 1;
    auto seed = answer(2, "a", 3);
    seed.seed = 6;
    auto budget = answer(3, "a", 4);
    budget.budget = Json{{"epochs", 2}};
    auto child = answer(4, "a", 5);
    child.parent = 0;
    REQUIRE(merged(into, {answer(0, "a", 1), repeat, seed, budget, child}).size() == 6);
}

TEST_CASE("Numbers of other trials follow a trial to its new number") {
    const std::vector<Trial> into{answer(0, "a", 1), answer(1, "z", 2)};
    auto child = answer(2, "child", 3);
    child.parent = 1;
    auto grandchild = answer(3, "grandchild", 4);
    grandchild.parent = 2;
    auto of_known = answer(4, "cousin", 4);
    of_known.parent = 0;
    auto repeat = answer(5, "b", 5);
    repeat.repeat = 1;
    repeat.notes = Json{{"repeat_of", 1}, {"other", 1}};
    const auto trials = merged(into, {answer(0, "a", 1), answer(1, "b", 2), child, grandchild, of_known, repeat});
    REQUIRE(trials.size() == 7);
    REQUIRE(trials[2].architecture.id == "b");
    REQUIRE(trials[3].parent == 2);
    REQUIRE(trials[4].parent == 3);
    REQUIRE(trials[5].parent == 0);
    REQUIRE(trials[6].notes == Json{{"repeat_of", 2}, {"other", 1}});
}

TEST_CASE("A child of a parent that both have under other numbers is the same question") {
    auto child = answer(1, "child", 3);
    child.parent = 0;
    auto moved = answer(2, "child", 3);
    moved.parent = 1;
    const auto merge = merge_trials(std::vector<Trial>{answer(0, "a", 1), child},
                                    std::vector<Trial>{answer(0, "z", 1), answer(1, "a", 1), moved}, "from");
    REQUIRE(merge.known == 2);
    REQUIRE(merge.added == 1);
}

TEST_CASE("Trials come to be told in the order in which the other study told them") {
    const std::vector<Trial> into{answer(0, "a", 1)};
    auto late = answer(0, "b", 1);
    late.told = 2;
    auto early = answer(1, "c", 1);
    early.told = 0;
    auto untold = answer(2, "d", 1);
    untold.told.reset();
    const auto trials = merged(into, {late, early, untold});
    REQUIRE(trials.size() == 4);
    REQUIRE(trials[1].told == 2);
    REQUIRE(trials[2].told == 1);
    REQUIRE_FALSE(trials[3].told.has_value());
}

TEST_CASE("A trial under way gets the other's answer, and keeps what its own strategy said of it") {
    auto mine = running(1, "b");
    mine.notes = Json{{"tokens", 1}};
    auto theirs = answer(0, "b", 2);
    theirs.notes = Json{{"tokens", 2}};
    const auto trials = merged({answer(0, "a", 1), mine}, {theirs});
    REQUIRE(trials.size() == 2);
    REQUIRE(trials[1].state == TrialState::complete);
    REQUIRE(trials[1].values == theirs.values);
    REQUIRE(trials[1].notes == mine.notes);
    REQUIRE_FALSE(trials[1].told.has_value());
}

TEST_CASE("Duplicate and running trials of a study that went another way are left out, failed ones taken") {
    const auto first = answer(0, "b", 1);
    auto failed = answer(3, "f", 0);
    failed.state = TrialState::failed;
    failed.error = "diverged";
    const std::vector<Trial> from{first, duplicate(1, first), running(2, "c"), failed};
    const auto trials = merged({answer(0, "a", 1)}, from);
    REQUIRE(trials.size() == 3);
    REQUIRE(trials[2].error == "diverged");
    REQUIRE(merge_trials(std::vector<Trial>{answer(0, "a", 1)}, from, "from").left_out == 2);
}

TEST_CASE("A parent that is not there is an input error") {
    auto child = answer(1, "b", 1);
    child.parent = 7;
    REQUIRE_THAT(input_error_of([&] { (void)merge_trials({}, std::vector<Trial>{child}, "other.db"); }),
                 Catch::Contains("other.db: trial 1") && Catch::Contains("7"));
}

}  // namespace
}  // namespace hwnas
