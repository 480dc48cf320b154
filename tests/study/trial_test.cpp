#include <catch2/catch.hpp>

#include "study/trial.h"

namespace hwnas {
namespace {

TEST_CASE("States are read as they are written") {
    for (const auto state : {TrialState::running, TrialState::complete, TrialState::failed, TrialState::duplicate})
        REQUIRE(trial_state_from(to_string(state)) == state);
    REQUIRE(to_string(TrialState::complete) == "complete");
}

TEST_CASE("An unknown state is an input error that lists the known ones") {
    REQUIRE_THROWS_AS(trial_state_from("done"), InputError);
    REQUIRE_THROWS_WITH(trial_state_from("done"),
                        Catch::Contains("\"done\"") && Catch::Contains("running, complete, failed, duplicate"));
}

}  // namespace
}  // namespace hwnas
