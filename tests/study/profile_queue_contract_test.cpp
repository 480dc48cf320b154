// What every store that workers share must do for devices that they measure.
#include <thread>

#include "study/profile_queue.h"
#include "study/work_state.h"
#include "work_cases.h"

namespace hwnas {
namespace {

using namespace test;
using Stage = ProfileState::Stage;

ProfileOrder example_order(const std::string& content = "") {
    ProfileOrder order;
    order.study = "first";
    order.device = "pi4";
    order.place = Json{{"folder", "/jobs"}};
    order.needs = {"board:pi4"};
    order.content = content;
    order.most_attempts = 2;
    return order;
}

WORK_TEST("A device's table that is ordered is measured by a worker that has the device, and by one alone") {
    const auto orders = open_profile_orders(address);
    const auto queue = open_profile_queue(address);
    CHECK_FALSE(orders->look("first", "pi4"));
    CHECK_FALSE(queue->claim(other, {}));
    orders->order(example_order("some rows"));
    CHECK(orders->look("first", "pi4")->stage == Stage::waiting);
    CHECK_FALSE(queue->claim(worker, {}));  // which has no board
    const auto claim = queue->claim(other, {});
    REQUIRE(claim);
    CHECK(claim->study.name == "first");
    CHECK(claim->study.job == example_info().job);
    CHECK(claim->place.at("folder") == "/jobs");
    CHECK(claim->device == "pi4");
    CHECK(claim->content == "some rows");
    CHECK(claim->attempts == 1);
    CHECK_FALSE(queue->claim(other, {}));
    CHECK(orders->look("first", "pi4")->host == "node-2");

    CHECK(queue->keep(*claim, "more rows", ProfileEnd::none, ""));
    CHECK(orders->look("first", "pi4")->stage == Stage::claimed);
    CHECK(queue->beat(*claim, Seconds(90)));
    CHECK(queue->keep(*claim, "all rows", ProfileEnd::done, ""));
    const auto done = orders->look("first", "pi4");
    CHECK(done->stage == Stage::done);
    CHECK(done->content == "all rows");
    CHECK(done->error.empty());
    CHECK_FALSE(queue->keep(*claim, "others", ProfileEnd::none, ""));
    CHECK_FALSE(queue->beat(*claim, Seconds(90)));
    CHECK_FALSE(queue->claim(other, {}));
}

WORK_TEST("What is kept of a device's table stays when its worker is gone, and when it is ordered again") {
    const auto orders = open_profile_orders(address);
    const auto queue = open_profile_queue(address);
    orders->order(example_order());
    WorkWanted brief;
    brief.lease = Seconds(0.3);
    const auto late = queue->claim(other, brief);
    REQUIRE(late);
    CHECK(queue->keep(*late, "half", ProfileEnd::none, ""));
    orders->order(example_order("nothing of it"));  // by another search
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    const auto second = queue->claim(other, {});
    REQUIRE(second);
    CHECK(second->content == "half");
    CHECK(second->attempts == 2);
    CHECK_FALSE(queue->keep(*late, "late", ProfileEnd::done, ""));
    CHECK_FALSE(queue->beat(*late, Seconds(90)));

    CHECK(queue->keep(*second, "most", ProfileEnd::released, ""));
    const auto third = queue->claim(other, {});
    REQUIRE(third);
    CHECK(third->content == "most");
    CHECK(third->attempts == 2);  // given back, it counts no attempt
    CHECK(queue->keep(*third, "most", ProfileEnd::done, "the board is on fire"));
    CHECK(orders->look("first", "pi4")->error == "the board is on fire");
    orders->order(example_order());
    const auto fourth = queue->claim(other, {});
    REQUIRE(fourth);
    CHECK(fourth->content == "most");
    CHECK(fourth->attempts == 1);
}

WORK_TEST("A device whose workers do not come back is given up, without any worker there") {
    const auto orders = open_profile_orders(address);
    const auto queue = open_profile_queue(address);
    orders->order(example_order());
    WorkWanted brief;
    brief.lease = Seconds(0.1);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(queue->claim(other, brief));
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    CHECK_FALSE(queue->claim(other, {}));
    const auto state = orders->look("first", "pi4");
    CHECK(state->stage == Stage::done);
    CHECK_THAT(state->error, Catch::Contains("2 attempts") && Catch::Contains("node-2"));
}

WORK_TEST("A board is measured for one device at a time, others meanwhile") {
    const auto orders = open_profile_orders(address);
    const auto queue = open_profile_queue(address);
    auto with_threads = example_order();
    with_threads.device = "pi4 with four threads";
    auto elsewhere = example_order();
    elsewhere.device = "watch";
    elsewhere.needs = {"gpu"};
    for (const auto& order : {example_order(), with_threads, elsewhere}) orders->order(order);
    const auto first = queue->claim(other, {});
    const auto second = queue->claim(other, {});
    REQUIRE((first && second));
    CHECK(first->device == "pi4");
    CHECK(second->device == "watch");
    CHECK_FALSE(queue->claim(other, {}));
    CHECK(queue->keep(*first, "all", ProfileEnd::done, ""));
    const auto third = queue->claim(other, {});
    REQUIRE(third);
    CHECK(third->device == "pi4 with four threads");

    const auto state = read_work_state(address, "first");
    REQUIRE(state.profiles.size() == 3);
    CHECK(state.profiles[0].device == "pi4");
    CHECK(state.profiles[0].stage == Stage::done);
    CHECK(state.profiles[1].stage == Stage::claimed);
    WorkWanted not_that;
    not_that.except = {"first"};
    orders->order(example_order());
    CHECK_FALSE(queue->claim(other, not_that));
}

WORK_TEST("A study is removed with its devices' tables") {
    open_profile_orders(address)->order(example_order());
    StoreChange change;
    change.remove = {"first"};
    open_store(address, Access::existing)->apply(change);
    CHECK(open_store(address, Access::existing)->studies().empty());
    CHECK_THROWS_AS(open_profile_orders(address)->order(example_order()), InputError);
}

}  // namespace
}  // namespace hwnas
