// What every store that workers share must do for a search that leads.
#include <thread>

#include "work_cases.h"

namespace hwnas {
namespace {

using namespace test;
using std::chrono::milliseconds;

WORK_TEST("One leads; another one is told who, until that one ends") {
    auto first = led(address, request("node-1"));
    REQUIRE(first);
    auto lead = take_lead(address, request("node-2"));
    REQUIRE(std::holds_alternative<Leader>(lead));
    CHECK(std::get<Leader>(lead).host == "node-1");
    CHECK(std::get<Leader>(lead).seconds_left > 20);
    first.reset();
    CHECK(led(address, request("node-2")));
}

WORK_TEST("Who was not heard of for a lease loses the lead, and can write nothing more") {
    // Its lease ends at once, and the one that extends it comes too late.
    const auto first = led(address, request("node-1", Seconds(0.001)));
    offer(*first, 1);
    std::shared_ptr<LedStudy> second;
    for (int tries = 0; tries < 500 && !second; ++tries) second = led(address, request("node-2"));
    REQUIRE(second);
    const auto trial = answered(running_trial(0), 1);
    REQUIRE_THROWS_AS(first->put({trial}), LeadLost);
    REQUIRE_THROWS_WITH(first->put({trial}), Catch::Contains("node-2"));
    const auto lost = [&first] {  // by one who only waits, too
        try {
            (void)first->ended();
        } catch (const LeadLost&) {
            return true;
        }
        return false;
    };
    bool noticed = false;
    for (int tries = 0; tries < 500 && !noticed; ++tries) {
        std::this_thread::sleep_for(milliseconds(10));
        noticed = lost();
    }
    CHECK(noticed);
    CHECK(second->trials().at(0).state == TrialState::running);
    second->put({trial});
    CHECK(second->trials().at(0).state == TrialState::complete);
}

WORK_TEST("A lead is extended while its search thinks") {
    const auto first = led(address, request("node-1", Seconds(2)));
    REQUIRE(first);
    std::this_thread::sleep_for(milliseconds(3000));
    CHECK_FALSE(led(address, request("node-2")));
}

WORK_TEST("Who takes the lead finds on offer what was running, and what ended unheard of") {
    auto study = led(address);
    offer(*study, 3);
    const auto queue = open_work_queue(address);
    const auto first = queue->claim(worker, {});
    const auto second = queue->claim(worker, {});
    CHECK(queue->complete(*first, answered(first->trial, 1)));
    study.reset();
    study = led(address);
    CHECK(queue->beat(*second, Seconds(90)));  // goes on across searches
    CHECK(queue->complete(*second, answered(second->trial, 2)));
    CHECK(queue->claim(worker, {})->trial.number == 2);
    CHECK(study->ended().size() == 2);
}

WORK_TEST("A search that evaluates by itself withdraws what was offered") {
    auto study = led(address);
    offer(*study, 2);
    const auto queue = open_work_queue(address);
    const auto claim = queue->claim(worker, {});
    study.reset();
    auto asked = request();
    asked.offers = false;
    study = led(address, asked);
    CHECK_FALSE(queue->claim(worker, {}));
    CHECK_FALSE(queue->complete(*claim, answered(claim->trial, 1)));
    CHECK(study->trials().at(0).state == TrialState::running);
}

WORK_TEST("An end wakes the search that waits for it") {
    const auto study = led(address);
    offer(*study, 1);
    study->wait(milliseconds(1));
    (void)study->ended();
    const auto queue = open_work_queue(address);
    const auto claim = queue->claim(worker, {});
    std::jthread completing([&] {
        std::this_thread::sleep_for(milliseconds(200));
        (void)queue->complete(*claim, answered(claim->trial, 1));
    });
    const auto begin = std::chrono::steady_clock::now();
    std::vector<Trial> ended;
    while (ended.empty() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20)) {
        study->wait(std::chrono::seconds(20));
        ended = study->ended();
    }
    CHECK(ended.size() == 1);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

}  // namespace
}  // namespace hwnas
