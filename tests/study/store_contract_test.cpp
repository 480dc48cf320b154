// What every store must do, whatever it keeps its studies in.
#include <atomic>
#include <thread>

#include "store_cases.h"

namespace hwnas {
namespace {

using namespace test;

STORE_TEST("A store lists its studies in the order in which they were made") {
    REQUIRE(given.store->studies().empty());
    (void)given.store->create(example_info("second"));
    (void)given.store->create(example_info("first"));
    const auto infos = given.store->studies();
    REQUIRE(infos.size() == 2);
    REQUIRE(infos[0].name == "second");
    REQUIRE(infos[1].name == "first");
}

STORE_TEST("A study's name is taken once") {
    (void)given.store->create(example_info("first"));
    REQUIRE_THROWS_AS(given.store->create(example_info("first")), InputError);
    REQUIRE_THROWS_WITH(given.store->create(example_info("first")), Catch::Contains("\"first\""));
    REQUIRE(given.store->studies().size() == 1);
}

STORE_TEST("Opening an unknown name lists the known ones and suggests the nearest") {
    REQUIRE_THROWS_WITH(given.store->open("mobile"), Catch::Contains("no study"));
    (void)given.store->create(example_info("mobile"));
    (void)given.store->create(example_info("server"));
    REQUIRE_THROWS_AS(given.store->open("mobil"), InputError);
    REQUIRE_THROWS_WITH(given.store->open("mobil"),
                        Catch::Contains("mobile, server") && Catch::Contains("did you mean \"mobile\""));
}

STORE_TEST("The only study is opened without a name; of several, one must be named") {
    REQUIRE_THROWS_AS(open_study(*given.store, ""), InputError);
    (void)given.store->create(example_info("first"));
    REQUIRE(open_study(*given.store, "")->info().name == "first");
    (void)given.store->create(example_info("second"));
    REQUIRE_THROWS_WITH(open_study(*given.store, ""), Catch::Contains("first, second"));
    REQUIRE(open_study(*given.store, "second")->info().name == "second");
}

STORE_TEST("Of threads that make the same study at once, one succeeds") {
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            try {
                (void)given.store->create(example_info());
                ++made;
            } catch (const InputError&) {
                ++refused;
            }
        });
    threads.clear();
    REQUIRE(made == 1);
    REQUIRE(refused == 3);
}

STORE_TEST("A change removes, makes and fills studies in one go") {
    (void)given.store->create(example_info("old"));
    const auto kept = given.store->create(example_info("kept"));
    const auto first = example_trial(0);
    kept->put({first});
    auto renewed = first;
    renewed.host = "node-2";
    StoreChange change;
    change.remove = {"old"};
    change.create = {{example_info("new"), {example_trial(0), example_trial(4)}},
                     {example_info("old"), {example_trial(2)}}};
    change.put["kept"] = {renewed, example_trial(1)};
    change.put["new"] = {example_trial(5)};
    given.store->apply(change);

    std::vector<std::string> names;
    for (const auto& info : given.store->studies()) names.push_back(info.name);
    REQUIRE(names == std::vector<std::string>{"kept", "new", "old"});
    REQUIRE(kept->trials().size() == 2);
    require_equal(kept->trials()[0], renewed);
    require_equal(kept->trials()[1], example_trial(1));
    const auto made = given.store->open("new")->trials();
    REQUIRE(made.size() == 3);
    require_equal(made[1], example_trial(4));
    require_equal(made[2], example_trial(5));
    REQUIRE(given.store->open("new")->info().job == example_info().job);
    REQUIRE(given.store->open("old")->trials().size() == 1);
}

STORE_TEST("Of a change that fails nothing is left") {
    (void)given.store->create(example_info("first"));
    const auto second = given.store->create(example_info("second"));
    const auto trial = example_trial(0);
    second->put({trial});
    auto renewed = trial;
    renewed.host = "node-2";
    StoreChange change;
    change.remove = {"first"};
    change.create = {{example_info("third"), {example_trial(0)}}};
    change.put["second"] = {renewed, example_trial(1)};
    const auto wrong = GENERATE(std::string("remove"), std::string("create"), std::string("put"));
    if (wrong == "remove") change.remove.push_back("secnd");
    if (wrong == "create") change.create.push_back({example_info("second"), {}});
    if (wrong == "put") change.put["thirdd"] = {example_trial(1)};
    REQUIRE_THROWS_AS(given.store->apply(change), InputError);
    REQUIRE_THROWS_WITH(given.store->apply(change), Catch::Contains(wrong == "remove"   ? "\"secnd\""
                                                                    : wrong == "create" ? "\"second\""
                                                                                        : "\"thirdd\""));
    const auto infos = given.store->studies();
    REQUIRE(infos.size() == 2);
    REQUIRE(infos[0].name == "first");
    REQUIRE(second->trials().size() == 1);
    require_equal(second->trials()[0], trial);
}

STORE_TEST("A removed study is unknown, and whoever still has it can put nothing into another one") {
    (void)given.store->create(example_info("first"));
    const auto removed = given.store->create(example_info("last"));
    const auto trial = example_trial(0);
    removed->put({trial});
    given.store->apply({{"last"}, {}, {}});
    REQUIRE_THROWS_WITH(given.store->open("last"), Catch::Contains("first"));
    REQUIRE(removed->trials().empty());
    (void)given.store->create(example_info("next"));  // may well get what told the removed one apart
    REQUIRE_THROWS_AS(removed->put({trial}), RunError);
    REQUIRE_THROWS_WITH(removed->put({trial}), Catch::Contains("\"last\""));
    REQUIRE(given.store->open("next")->trials().empty());
}

}  // namespace
}  // namespace hwnas
