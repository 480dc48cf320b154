#include "strategy_contract.h"

#include <catch2/catch.hpp>

using namespace hwnas;
using namespace hwnas::test;

namespace {

void for_each_strategy(void (*check)(const StrategyFactory&)) {
    for (const auto& job : strategies_under_contract()) {
        INFO(job);
        check(strategy_from(job));
    }
}

}  // namespace

TEST_CASE("Every strategy: asking is pure", "[one-thread]") { for_each_strategy(check_asking_is_pure); }
TEST_CASE("Every strategy: hearing the stored trials restores it to the bit", "[one-thread]") {
    for_each_strategy(check_replay_restores);
}
TEST_CASE("Every strategy: other seeds ask other questions") {
    for (const auto& job : strategies_under_contract()) {
        if (job.find("netadapt") != std::string::npos) continue;  // it draws nothing
        INFO(job);
        check_seeds_differ(strategy_from(job));
    }
}
TEST_CASE("Every strategy: a tight limit is kept", "[one-thread]") { for_each_strategy(check_tight_limit_is_kept); }
TEST_CASE("Every strategy: trials may be pending and end in any order", "[one-thread]") {
    for_each_strategy(check_pending_trials);
}
TEST_CASE("Every strategy: a space of one architecture is no trap") { for_each_strategy(check_single_architecture); }
TEST_CASE("Every strategy: failures are survived, some or all", "[one-thread]") { for_each_strategy(check_failures); }
TEST_CASE("Every strategy: equal values are no trap", "[one-thread]") { for_each_strategy(check_ties); }
TEST_CASE("Every strategy: trials of others are no trap", "[one-thread]") { for_each_strategy(check_foreign_trials); }
TEST_CASE("Every strategy: a budget of one is one evaluation") { for_each_strategy(check_budget_of_one); }
TEST_CASE("Every strategy: an evaluator that fails every second time is counted and survived") {
    for_each_strategy(check_failing_evaluator);
}
TEST_CASE("Every strategy: starts from the networks that the job names") { for_each_strategy(check_starting_networks); }
TEST_CASE("Every strategy: hundreds of trials take bounded time", "[long]") {
    for_each_strategy(check_hundreds_of_trials);
}
