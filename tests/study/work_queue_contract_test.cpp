// What every store that workers share must do for a worker.
#include <atomic>
#include <chrono>
#include <thread>

#include "study/work_state.h"
#include "work_cases.h"

namespace hwnas {
namespace {

using namespace test;
using std::chrono::milliseconds;

WORK_TEST("A trial that is put as running is offered, claimed once, and its end is durable and heard of") {
    const auto study = led(address);
    REQUIRE(study);
    const auto queue = open_work_queue(address);
    CHECK_FALSE(queue->claim(worker, {}));
    offer(*study, 2);
    const auto claim = queue->claim(worker, {});
    REQUIRE(claim);
    CHECK(claim->study.name == "first");
    CHECK(claim->study.job == example_info().job);
    CHECK(claim->place.at("folder") == "/jobs");
    CHECK(claim->attempts == 1);
    CHECK_FALSE(claim->parent);
    require_equal(claim->trial, running_trial(0));
    REQUIRE(queue->claim(other, {})->trial.number == 1);
    CHECK_FALSE(queue->claim(other, {}));

    CHECK(study->ended().empty());
    const auto ended = answered(claim->trial, 71.5);
    CHECK(queue->complete(*claim, ended));
    require_equal(open_store(address, Access::existing)->open("first")->trials().at(0), ended);
    auto heard = study->ended();
    REQUIRE(heard.size() == 1);
    require_equal(heard[0], ended);
    heard[0].told = 0;
    study->put(heard);
    CHECK(study->ended().empty());
    CHECK(study->trials().at(0).told == 0);
    CHECK_FALSE(queue->complete(*claim, ended));
}

WORK_TEST("What a search keeps with a trial is not a worker's to change") {
    const auto study = led(address);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    const auto claim = queue->claim(worker, {});
    REQUIRE(claim);
    auto ended = answered(claim->trial, 1);
    ended.notes = Json{{"other", 1}};
    ended.seed = 3;
    ended.told = 9;
    CHECK(queue->complete(*claim, ended));
    const auto kept = study->trials().at(0);
    CHECK(kept.notes == running_trial(0).notes);
    CHECK(kept.seed == running_trial(0).seed);
    CHECK_FALSE(kept.told);
}

WORK_TEST("A claim whose lease has ended is somebody else's, and the late worker changes nothing") {
    const auto study = led(address);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    WorkWanted brief;
    brief.lease = Seconds(1);
    const auto late = queue->claim(worker, brief);
    REQUIRE(late);
    CHECK_FALSE(queue->claim(other, {}));
    std::this_thread::sleep_for(milliseconds(1100));
    const auto second = queue->claim(other, {});
    REQUIRE(second);
    CHECK(second->trial.number == 0);
    CHECK(second->attempts == 2);
    CHECK(second->epoch > late->epoch);
    CHECK_FALSE(queue->beat(*late, Seconds(90)));
    CHECK_FALSE(queue->complete(*late, answered(late->trial, 1)));
    queue->release(*late);
    CHECK(study->trials().at(0).state == TrialState::running);
    CHECK_FALSE(queue->claim(worker, {}));
    CHECK(queue->complete(*second, answered(second->trial, 2)));
    CHECK(study->trials().at(0).values.at("top1") == 2);
}

WORK_TEST("A late worker whose trial nobody else took is in time") {
    const auto study = led(address);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    WorkWanted brief;
    brief.lease = Seconds(0.01);
    const auto late = queue->claim(worker, brief);
    std::this_thread::sleep_for(milliseconds(50));
    CHECK(queue->complete(*late, answered(late->trial, 1)));
}

WORK_TEST("A beat extends the lease") {
    const auto study = led(address);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    WorkWanted brief;
    brief.lease = Seconds(1.5);
    const auto claim = queue->claim(worker, brief);
    REQUIRE(claim);
    for (int beat = 0; beat < 6; ++beat) {
        std::this_thread::sleep_for(milliseconds(400));
        CHECK(queue->beat(*claim, Seconds(1.5)));
        CHECK_FALSE(queue->claim(other, {}));
    }
}

WORK_TEST("A release counts no attempt; claims that come to nothing end the trial after so many") {
    auto asked = request();
    asked.most_attempts = 2;
    const auto study = led(address, asked);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    for (int i = 0; i < 4; ++i) {
        const auto claim = queue->claim(worker, {});
        REQUIRE(claim);
        CHECK(claim->attempts == 1);
        queue->release(*claim);
    }
    WorkWanted brief;
    brief.lease = Seconds(0.02);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(queue->claim(worker, brief));
        std::this_thread::sleep_for(milliseconds(60));
    }
    const bool found_by_worker = GENERATE(true, false);
    if (found_by_worker) {
        offer(*study, 2);  // something else to look at
        REQUIRE(queue->claim(other, {})->trial.number == 1);
    }
    std::vector<Trial> ended;
    for (int tries = 0; tries < 100 && ended.empty(); ++tries) {
        ended = study->ended();
        study->wait(milliseconds(50));
    }
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].number == 0);
    CHECK(ended[0].state == TrialState::failed);
    CHECK_THAT(ended[0].error, Catch::Contains("2 attempts") && Catch::Contains("node-1"));
    CHECK_FALSE(queue->claim(worker, {}));
}

WORK_TEST("A trial is given only to who has what it needs") {
    auto asked = request();
    asked.needs = {"gpu"};
    const auto study = led(address, asked);
    offer(*study, 1);
    const auto queue = open_work_queue(address);
    CHECK_FALSE(queue->claim(worker, {}));
    const auto claim = queue->claim(other, {});
    REQUIRE(claim);
    CHECK(claim->worker == other.id);
}

WORK_TEST("Work is taken of any study, of the one that is named, or of all but some") {
    (void)open_store(address, Access::existing)->create(example_info("second"));
    auto asked = request();
    const auto study = led(address, asked);
    asked.study = "second";
    const auto second = led(address, asked);
    offer(*study, 1);
    offer(*second, 2);
    const auto queue = open_work_queue(address);
    WorkWanted wanted;
    wanted.study = "second";
    CHECK(queue->claim(worker, wanted)->study.name == "second");
    wanted = {};
    wanted.except = {"first"};
    CHECK(queue->claim(worker, wanted)->study.name == "second");
    CHECK_FALSE(queue->claim(worker, wanted));
    CHECK(queue->claim(worker, {})->study.name == "first");
}

WORK_TEST("A trial that goes on from another one comes with it") {
    const auto study = led(address);
    auto parent = answered(running_trial(0), 50);
    auto child = running_trial(1);
    child.parent = 0;
    const std::vector<Trial> both{parent, child};
    study->put(both);
    const auto claim = open_work_queue(address)->claim(worker, {});
    REQUIRE(claim);
    REQUIRE(claim->parent);
    require_equal(*claim->parent, parent);
}

WORK_TEST("Eight workers at once claim each trial once, and each end is heard of once") {
    const auto study = led(address);
    constexpr std::int64_t count = 60;
    offer(*study, count);
    std::atomic<int> wrong = 0;
    std::vector<std::atomic<int>> claims(count);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 8; ++thread)
            threads.emplace_back([&, thread] {
                const auto queue = open_work_queue(address);
                const WorkerInfo me{"worker " + std::to_string(thread), "node", {}, ""};
                while (const auto claim = queue->claim(me, {})) {
                    ++claims[static_cast<std::size_t>(claim->trial.number)];
                    if (!queue->complete(*claim, answered(claim->trial, static_cast<double>(claim->trial.number))))
                        ++wrong;
                }
            });
    }
    CHECK(wrong == 0);
    for (const auto& times : claims) CHECK(times == 1);
    CHECK(study->ended().size() == count);
    CHECK(study->ended().empty());
    std::int64_t done = 0;
    for (const auto& seen : seen_workers(address, Seconds(60))) done += seen.done;
    CHECK(done == count);
}

WORK_TEST("A removed study's work is gone, and its workers come to nothing") {
    auto study = led(address);
    offer(*study, 2);
    const auto queue = open_work_queue(address);
    const auto claim = queue->claim(worker, {});
    open_store(address, Access::existing)->apply({{"first"}, {}, {}});
    CHECK_FALSE(queue->claim(worker, {}));
    CHECK_FALSE(queue->beat(*claim, Seconds(90)));
    CHECK_FALSE(queue->complete(*claim, answered(claim->trial, 1)));
    const auto trial = running_trial(5);
    CHECK_THROWS_AS(study->put({trial}), RunError);
}

WORK_TEST("The state of the work tells queue, leases, attempts and workers") {
    const auto study = led(address, request("node-9"));
    offer(*study, 3);
    const auto queue = open_work_queue(address);
    const auto claim = queue->claim(other, {});
    const auto done = queue->claim(worker, {});
    CHECK(queue->complete(*done, answered(done->trial, 1)));
    const auto state = read_work_state(address, "first");
    REQUIRE(state.tasks.size() == 2);
    CHECK(state.tasks[0].claimed);
    CHECK(state.tasks[0].seconds_left > 60);
    CHECK(state.tasks[0].attempts == 1);
    CHECK(state.tasks[0].host == "node-2");
    CHECK_FALSE(state.tasks[1].claimed);
    REQUIRE(state.leader);
    CHECK(state.leader->host == "node-9");
    CHECK(state.trials.at("running") == 2);
    CHECK(state.trials.at("complete") == 1);
    const auto workers = seen_workers(address, Seconds(60));
    REQUIRE(workers.size() == 2);
    const auto& seen = workers[0].id == worker.id ? workers[0] : workers[1];
    CHECK(seen.done == 1);
    CHECK(seen.job == "77_1");
    CHECK_THROWS_AS(read_work_state(address, "none"), InputError);
}

TEST_CASE("A store of one process alone has no work for others") {
    CHECK_THROWS_AS(open_work_queue("memory:"), InputError);
    CHECK_THROWS_AS(open_work_queue("/nonexistent/study.sqlite"), InputError);
}

WORK_TEST("A job of a scheduler that came back is one worker, with what it did before") {
    const auto study = led(address);
    offer(*study, 3);
    const auto queue = open_work_queue(address);
    auto again = worker;
    again.id = "5f0c0de0-0000-4000-8000-000000000003";
    for (const auto& info : {worker, worker, again}) {
        // SQLite's clock tells milliseconds, and whoever was seen last is the worker.
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
        const auto claim = queue->claim(info, {});
        REQUIRE(claim);
        CHECK(queue->complete(*claim, answered(claim->trial, 1)));
    }
    auto without_job = other;
    without_job.id = "5f0c0de0-0000-4000-8000-000000000004";
    for (const auto& info : {other, without_job}) (void)open_work_queue(address)->claim(info, {});
    const auto workers = seen_workers(address, Seconds(60));
    REQUIRE(workers.size() == 3);
    Json done;
    for (const auto& seen : workers) done[seen.id] = seen.done;
    CHECK(done == Json{{again.id, 3}, {other.id, 0}, {without_job.id, 0}});
}

}  // namespace
}  // namespace hwnas
