#pragma once

#include "store_cases.h"
#include "study/led_study.h"
#include "study/work_queue.h"

/// What tests of the work in a store begin with, over every store that workers share: `address` has an empty
/// study of the name "first".
#define WORK_TEST(name) WORK_TEST_NAMED(name, INTERNAL_CATCH_UNIQUE_NAME(work_test))
#define WORK_TEST_NAMED(name, function)                                              \
    template <typename TestType>                                                     \
    void function(const std::string& address);                                       \
    TEMPLATE_TEST_CASE(name, "[contract]", test::SqliteCase, test::PostgresqlCase) { \
        TestType given;                                                              \
        if (!given.store) return;                                                    \
        (void)given.store->create(test::example_info("first"));                      \
        function<TestType>(given.address);                                           \
    }                                                                                \
    template <typename TestType>                                                     \
    void function(const std::string& address)

namespace hwnas::test {

using Seconds = std::chrono::duration<double>;

inline Trial running_trial(std::int64_t number) {
    auto trial = example_trial(number);
    trial.state = TrialState::running;
    trial.parent.reset();
    trial.duplicate_of.reset();
    trial.told.reset();
    trial.values = {{"parameters", 7}};
    trial.error.clear();
    trial.weights.clear();
    trial.details = Json::object();
    trial.host.clear();
    trial.started = trial.finished = trial.cpu_seconds = 0;
    return trial;
}

inline Trial answered(Trial trial, double value) {
    trial.state = TrialState::complete;
    trial.values["top1"] = value;
    trial.weights = std::string(64, 'b');
    trial.details = Json{{"steps", 3}};
    trial.host = "node-3";
    trial.started = 1;
    trial.finished = 2;
    trial.cpu_seconds = 0.5;
    return trial;
}

inline LeadRequest request(const std::string& host = "here", Seconds lease = Seconds(30)) {
    LeadRequest asked;
    asked.study = "first";
    asked.host = host;
    asked.place = Json{{"folder", "/jobs"}};
    asked.lease = lease;
    return asked;
}

inline std::shared_ptr<LedStudy> led(const std::string& address, const LeadRequest& asked = request()) {
    auto lead = take_lead(address, asked);
    auto* study = std::get_if<std::shared_ptr<LedStudy>>(&lead);
    return study == nullptr ? nullptr : *study;
}

inline void offer(LedStudy& study, std::int64_t count) {
    std::vector<Trial> trials;
    for (std::int64_t number = 0; number < count; ++number) trials.push_back(running_trial(number));
    study.put(trials);
}

inline const WorkerInfo worker{"5f0c0de0-0000-4000-8000-000000000001", "node-1", {}, "77_1"};
inline const WorkerInfo other{"5f0c0de0-0000-4000-8000-000000000002", "node-2", {"gpu", "board:pi4"}, ""};

}  // namespace hwnas::test
