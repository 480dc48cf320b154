// A process that is killed amid its puts: what it was told to be durable is
// there, and of every other put all or nothing.
#include <sys/wait.h>
#include <csignal>
#include <atomic>
#include <random>
#include <thread>

#include "example_trial.h"
#include "throwaway_server.h"

namespace hwnas {
namespace {

using namespace test;

constexpr std::int64_t kBatchOfKilled = 3;

/// A put of trials that carry their put's number, in place of those of the last
/// one and beside a new one, so that a torn put shows in either.
std::vector<Trial> batch_of(std::int64_t put) {
    std::vector<Trial> batch;
    for (std::int64_t number = 0; number < kBatchOfKilled; ++number) batch.push_back(example_trial(number));
    batch.push_back(example_trial(kBatchOfKilled + put));
    for (auto& trial : batch) trial.details = Json{{"put", put}, {"filling", std::string(2000, 'f')}};
    return batch;
}

[[noreturn]] void put_for_ever(const std::string& path, std::int64_t first, int acknowledgements) {
    try {
        const auto store = open_store(path, Access::create);
        const auto study = store->studies().empty() ? store->create(example_info()) : store->open("first");
        for (std::int64_t put = first;; ++put) {
            study->put(batch_of(put));
            if (::write(acknowledgements, &put, sizeof put) != sizeof put) ::_exit(2);
        }
    } catch (const std::exception&) {
        ::_exit(1);
    }
}

/// Kills a process that puts, again and again, and looks at what it left.
void kill_amid_puts(const std::string& path) {
    std::mt19937 random(20240601);
    std::int64_t next = 0;          // number of the next put
    std::int64_t acknowledged = 0;  // puts that returned
    // On a slow machine many children are killed before they have done anything: more are tried then.
    constexpr int usual_rounds = 25;
    constexpr int most_rounds = 300;
    for (int round = 0; round < usual_rounds || (acknowledged <= 20 && round < most_rounds); ++round) {
        int channel[2];
        REQUIRE(::pipe(channel) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(channel[0]);
            put_for_ever(path, next, channel[1]);
        }
        ::close(channel[1]);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));  // else a put failed
        std::int64_t last = next - 1;
        for (std::int64_t put = 0; ::read(channel[0], &put, sizeof put) == sizeof put;) {
            last = put;
            ++acknowledged;
        }
        ::close(channel[0]);

        const auto store = open_store(path, Access::create);
        if (store->studies().empty()) {
            REQUIRE(acknowledged == 0);
            continue;
        }
        const auto trials = store->open("first")->trials();
        if (trials.empty()) {
            REQUIRE(acknowledged == 0);
            continue;
        }
        const auto found = trials.front().details.at("put").get<std::int64_t>();
        INFO("round " << round << ", last acknowledged " << last << ", found " << found);
        REQUIRE(found >= last);      // nothing acknowledged is lost
        REQUIRE(found <= last + 1);  // at most the put that was under way came through
        REQUIRE(trials.size() == static_cast<std::size_t>(kBatchOfKilled + found + 1));
        for (std::int64_t number = 0; number < kBatchOfKilled; ++number)
            REQUIRE(trials[static_cast<std::size_t>(number)].details.at("put") == found);
        for (std::int64_t put = 0; put <= found; ++put)
            require_equal(trials[static_cast<std::size_t>(kBatchOfKilled + put)], batch_of(put).back());
        next = found + 1;
    }
    REQUIRE(acknowledged > 20);
}

TEST_CASE("A process killed at any moment loses no acknowledged put and leaves no half one") {
    const TemporaryFolder folder;
    kill_amid_puts((folder.path() / "study.db").string());
}

TEST_CASE("A process killed at any moment loses no acknowledged put in PostgreSQL and leaves no half one") {
    if (auto* server = ThrowawayServer::get()) kill_amid_puts(server->fresh_database());
}

TEST_CASE("A PostgreSQL server killed at any moment loses no acknowledged put, and puts go on") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    const auto study = open_store(address, Access::create)->create(example_info());
    std::atomic<std::int64_t> acknowledged = -1;
    std::string problem;
    {
        std::jthread putting([&](const std::stop_token& stop) {
            try {
                for (std::int64_t put = 0; !stop.stop_requested(); ++put) {
                    study->put(batch_of(put));
                    acknowledged = put;
                }
            } catch (const std::exception& error) {
                problem = error.what();
            }
        });
        std::mt19937 random(3);
        for (int round = 0; round < 2; ++round) {  // a server takes seconds to recover
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 200));
            const auto before = acknowledged.load();
            server->kill();
            server->restart();
            const auto there = open_store(address, Access::existing)->open("first")->trials();
            INFO("round " << round << ", acknowledged " << before);
            REQUIRE(there.size() >= static_cast<std::size_t>(kBatchOfKilled + before + 1));
            REQUIRE(there.front().details.at("put").get<std::int64_t>() >= before);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    REQUIRE(problem.empty());
    const auto trials = study->trials();
    REQUIRE(trials.size() == static_cast<std::size_t>(kBatchOfKilled + acknowledged + 1));
    for (std::int64_t put = 0; put <= acknowledged; ++put)
        require_equal(trials[static_cast<std::size_t>(kBatchOfKilled + put)], batch_of(put).back());
}

}  // namespace
}  // namespace hwnas
