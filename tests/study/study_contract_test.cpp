// What every study must do, whatever its store keeps it in.
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "store_cases.h"

namespace hwnas {
namespace {

using namespace test;

STORE_TEST("A study gives back the info that it was made with") {
    const auto info = example_info();
    const auto made = given.store->create(info);
    const auto opened = given.store->open(info.name);
    for (const auto& study : {made, opened}) {
        REQUIRE(study->info().name == info.name);
        REQUIRE(study->info().job == info.job);
        REQUIRE(study->info().created == info.created);
        REQUIRE(study->info().version == info.version);
    }
}

STORE_TEST("A trial comes back as it was put") {
    const auto study = given.store->create(example_info());
    const std::vector<Trial> trials{example_trial(0), example_trial(1)};
    study->put(trials);
    const auto read = given.store->open("first")->trials();
    REQUIRE(read.size() == 2);
    require_equal(read[0], trials[0]);
    require_equal(read[1], trials[1]);
}

STORE_TEST("A trial that holds defaults, empty or odd text comes back as it was put") {
    const auto study = given.store->create(example_info());
    auto odd = example_trial(1);
    odd.architecture.encoding.clear();
    constexpr char odd_text[] = "line 1\nline\0 2 \xff 'quoted' \"twice\" \xc3\xa9";
    odd.error = std::string(odd_text, sizeof odd_text - 1);  // with the zero inside
    odd.state = TrialState::failed;
    odd.values.clear();
    const std::vector<Trial> trials{Trial{}, odd};
    study->put(trials);
    const auto read = study->trials();
    REQUIRE(read.size() == 2);
    require_equal(read[0], trials[0]);
    require_equal(read[1], trials[1]);
}

STORE_TEST("Every state of a trial is kept") {
    const auto study = given.store->create(example_info());
    const std::vector<TrialState> states{TrialState::running, TrialState::complete, TrialState::failed,
                                         TrialState::duplicate};
    for (const auto state : states) {
        auto trial = example_trial(0);
        trial.state = state;
        study->put({trial});
        REQUIRE(study->trials().at(0).state == state);
    }
}

STORE_TEST("Numbers survive to the last bit") {
    const auto study = given.store->create(example_info());
    auto trial = example_trial(0);
    trial.seed = std::numeric_limits<std::uint64_t>::max();
    const std::vector<double> hard{0.1,
                                   -0.0,
                                   5e-324,
                                   2.2250738585072011e-308,
                                   1.7976931348623157e308,
                                   9007199254740993.0,
                                   0.30000000000000004,
                                   std::nextafter(1.0, 2.0),
                                   std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::quiet_NaN()};
    for (std::size_t i = 0; i < hard.size(); ++i) trial.values["v" + std::to_string(i)] = hard[i];
    for (std::size_t i = 0; i < 8; ++i) trial.notes["n" + std::to_string(i)] = hard[i];
    trial.notes["seed"] = std::numeric_limits<std::uint64_t>::max();
    // Random bit patterns too: a printing that drops a digit shows in a few of a thousand.
    std::uint64_t bits = 88172645463325252ULL;
    for (int i = 0; i < 2000; ++i) {
        bits ^= bits << 13U;
        bits ^= bits >> 7U;
        bits ^= bits << 17U;
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (std::isfinite(value)) trial.values["r" + std::to_string(i)] = value;
    }
    trial.started = std::nextafter(1700000000.0, 1e10);
    study->put({trial});
    const auto read = study->trials().at(0);
    REQUIRE(read.seed == trial.seed);
    REQUIRE(read.started == trial.started);
    REQUIRE(read.notes == trial.notes);
    REQUIRE(read.values.size() == trial.values.size());
    for (const auto& [key, value] : trial.values) {
        INFO(key << " = " << value);
        if (std::isnan(value))
            REQUIRE(std::isnan(read.values.at(key)));
        else
            REQUIRE(std::memcmp(&value, &read.values.at(key), sizeof value) == 0);
    }
}

STORE_TEST("Trials come in the order of their numbers, whatever order they were put in") {
    const auto study = given.store->create(example_info());
    for (const std::int64_t number : {10, 2, 7, 0}) {
        const auto trial = example_trial(number);
        study->put({trial});
    }
    std::vector<std::int64_t> numbers;
    for (const auto& trial : study->trials()) numbers.push_back(trial.number);
    REQUIRE(numbers == std::vector<std::int64_t>{0, 2, 7, 10});
}

STORE_TEST("Putting a number again replaces the whole trial") {
    const auto study = given.store->create(example_info());
    auto trial = example_trial(0);
    study->put({trial});
    trial.state = TrialState::failed;
    trial.error = "diverged";
    trial.values.clear();
    trial.duplicate_of.reset();
    trial.told.reset();
    const std::vector<Trial> both{example_trial(0), trial};  // the last one stands
    study->put(both);
    REQUIRE(study->trials().size() == 1);
    require_equal(study->trials()[0], trial);
    study->put({});
    REQUIRE(study->trials().size() == 1);
}

STORE_TEST("Studies of one store don't see each other's trials") {
    const auto first = given.store->create(example_info("first"));
    const auto second = given.store->create(example_info("second"));
    const auto trial = example_trial(0);
    first->put({trial});
    REQUIRE(first->trials().size() == 1);
    REQUIRE(second->trials().empty());
}

STORE_TEST("A study outlives its store object") {
    const auto study = given.store->create(example_info());
    given.store.reset();
    const auto trial = example_trial(0);
    study->put({trial});
    REQUIRE(study->trials().size() == 1);
}

STORE_TEST("Four threads put and read at once, and nobody sees half a put") {
    constexpr int kThreads = 4;
    constexpr int kPuts = 25;
    constexpr int kBatch = 4;
    (void)given.store->create(example_info());
    std::atomic<int> halves = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            const auto study = given.store->open("first");
            for (int put = 0; put < kPuts; ++put) {
                std::vector<Trial> batch;
                for (int i = 0; i < kBatch; ++i) batch.push_back(example_trial((thread * kPuts + put) * kBatch + i));
                study->put(batch);
                if (study->trials().size() % kBatch != 0) ++halves;
            }
        });
    threads.clear();
    REQUIRE(halves == 0);
    const auto trials = given.store->open("first")->trials();
    REQUIRE(trials.size() == static_cast<std::size_t>(kThreads * kPuts * kBatch));
    for (std::size_t i = 0; i < trials.size(); ++i)
        require_equal(trials[i], example_trial(static_cast<std::int64_t>(i)));
}

STORE_TEST("Several searches may hold a study, and who changes it is alone with it") {
    (void)given.store->create(example_info("first"));
    const auto study = given.store->open("first");
    const auto again = given.store->open("first");
    auto search = study->hold(Use::search);
    {
        const auto beside = again->hold(Use::search);
        REQUIRE_THROWS_AS(again->hold(Use::change), InputError);
    }
    REQUIRE_THROWS_WITH(again->hold(Use::change), Catch::Contains("\"first\"") && Catch::Contains("search"));
    const auto other = given.store->create(example_info("second"));
    const auto elsewhere = other->hold(Use::change);  // other studies are free
    search.reset();
    auto change = again->hold(Use::change);
    REQUIRE_THROWS_AS(study->hold(Use::search), InputError);
    REQUIRE_THROWS_AS(study->hold(Use::change), InputError);
    const auto trial = example_trial(0);
    study->put({trial});
    REQUIRE(study->trials().size() == 1);  // reading and writing need no claim
    change.reset();
    REQUIRE(study->hold(Use::search) != nullptr);
}

STORE_TEST("A hold outlives the study object that it was got from") {
    auto held = given.store->create(example_info("first"))->hold(Use::search);
    REQUIRE_THROWS_AS(given.store->open("first")->hold(Use::change), InputError);
    held.reset();
    REQUIRE(given.store->open("first")->hold(Use::change) != nullptr);
}

}  // namespace
}  // namespace hwnas
