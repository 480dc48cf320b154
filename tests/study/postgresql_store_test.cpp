#include <unistd.h>
#include <thread>

#include "example_trial.h"
#include "killed_holder.h"
#include "study/profile_queue.h"
#include "study/postgresql_database.h"
#include "study/server_address.h"
#include "study/sqlite_store.h"
#include "throwaway_server.h"

namespace hwnas {
namespace {

using namespace test;

bool executed(const std::string& address, const std::string& statement) {
    return std::system(("psql --quiet --output=/dev/null '" + address + "' -c \"" + statement + "\"").c_str()) == 0;
}
void execute(const std::string& address, const std::string& statement) { REQUIRE(executed(address, statement)); }

std::string opening(const std::string& address, Access access) {
    return input_error_of([&] { (void)open_store(address, access); });
}

TEST_CASE("An address's password is found wherever it stands, and not shown") {
    for (const std::string address :
         {"postgresql://me:secret@host/db", "postgres://me:se:cr/et@host", "postgresql://me@host/db?password=secret",
          "postgresql://host/db?x=1&%70assword=secret&y=2", "POSTGRESQL://me:p@ss@host",
          "postgresql:///db?sslpassword=secret"}) {
        CAPTURE(address);
        CHECK(is_server_address(address));
        CHECK(tells_password(address));
        CHECK(shown_address(address).find("***") != std::string::npos);
        for (const char* part : {"secret", "se:cr", "p@ss"})
            CHECK(shown_address(address).find(part) == std::string::npos);
        const auto refused = opening(address, Access::existing);
        CHECK_THAT(refused, Catch::Contains("without a password") && Catch::Contains(".pgpass"));
        CHECK(refused.find("secret") == std::string::npos);
    }
    for (const std::string address :
         {"postgresql://me@host:5432/db", "postgresql:///db?host=/run/x&user=me", "postgresql://?service=mine",
          "postgresql://me:@host/db", "postgres://a,b:1/db"}) {
        CAPTURE(address);
        CHECK_FALSE(tells_password(address));
        CHECK(shown_address(address) == address);
    }
    CHECK_FALSE(is_server_address("runs/study.sqlite"));
    CHECK_FALSE(is_server_address("mysql://host/db"));
}

TEST_CASE("A PostgreSQL address that cannot be read, and a server that is not there, are input errors") {
    CHECK_THAT(opening("postgresql://host/db?colour=blue", Access::create), Catch::Contains("colour"));
    CHECK_THAT(opening("postgresql:///db?host=/nonexistent", Access::create),
               Catch::Contains("a server that can be reached"));
}

TEST_CASE("A PostgreSQL database without a store is an input error, unless one may be made") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    CHECK_THAT(opening(address, Access::existing), Catch::Contains("a database without one"));
    CHECK(opening(address, Access::create).empty());
    CHECK(opening(address, Access::existing).empty());
    CHECK_THAT(opening(server->address("nothing"), Access::create), Catch::Contains("nothing"));
}

TEST_CASE("A PostgreSQL store of a newer version is refused with both versions") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    (void)open_store(address, Access::create);
    execute(address, "UPDATE hwnas.store SET version = 99");
    for (const auto access : {Access::existing, Access::create})
        CHECK_THAT(opening(address, access),
                   Catch::Contains("version " + std::to_string(kStoreVersion)) && Catch::Contains("version 99"));
}

TEST_CASE("A PostgreSQL store of an older version becomes one of today's, with its studies") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    (void)open_store(address, Access::create)->create(example_info("first"));
    // What version 3 had
    execute(address, "DROP TABLE hwnas.profiles");
    execute(address, "UPDATE hwnas.store SET version = 3");
    const auto orders = open_profile_orders(address);
    ProfileOrder order;
    order.study = "first";
    order.device = "pi4";
    orders->order(order);
    CHECK(orders->look("first", "pi4").has_value());
    CHECK(open_store(address, Access::existing)->studies().size() == 1);
    // Written to by today's, an older one refuses it.
    CHECK_NOTHROW(
        execute(address, "SELECT 1 / count(*) FROM hwnas.store WHERE version = " + std::to_string(kStoreVersion)));
}

TEST_CASE("Several make a PostgreSQL store at once") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    std::vector<std::string> problems(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t thread = 0; thread < problems.size(); ++thread)
            threads.emplace_back([&, thread] {
                try {
                    const auto store = open_store(address, Access::create);
                    const auto study = store->create(example_info("study " + std::to_string(thread)));
                    const auto trial = example_trial(0);
                    study->put({trial});
                } catch (const std::exception& error) {
                    problems[thread] = error.what();
                }
            });
    }
    REQUIRE(problems == std::vector<std::string>(problems.size()));
    REQUIRE(open_store(address, Access::existing)->studies().size() == problems.size());
}

TEST_CASE("A server that acknowledges before its disk has it is told not to, by a PostgreSQL store") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    execute(address, "ALTER ROLE postgres SET synchronous_commit = off");
    const auto database = open_postgresql_database(address, Access::create);
    std::string setting;
    database->transact(sql::Access::read, "look", [&](sql::Session& session) {
        session.run("SELECT current_setting('synchronous_commit')", {}, [&](sql::Row& row) { setting = row.text(); });
    });
    execute(address, "ALTER ROLE postgres RESET synchronous_commit");
    CHECK(setting == "on");
}

TEST_CASE("A hold in PostgreSQL keeps other processes off, and ends with a process that is killed") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    const auto study = open_store(address, Access::create)->create(example_info());
    const auto refused = refused_beside_killed_holder(address, *study);
    REQUIRE_THAT(refused, Catch::Contains("a search is going on"));
    std::shared_ptr<const void> held;
    for (int tries = 0; tries < 200 && !held; ++tries) {  // the server notices in its own time
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        (void)input_error_of([&] { held = study->hold(Use::change); });
    }
    REQUIRE(held);
}

TEST_CASE("A hold in PostgreSQL outlasts its connection") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    const auto study = open_store(address, Access::create)->create(example_info());
    const auto held = study->hold(Use::search);
    execute(server->address("postgres"),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hwnas %'");
    const auto trial = example_trial(0);
    study->put({trial});
    CHECK_THAT(input_error_of([&] { (void)open_store(address, Access::existing)->open("first")->hold(Use::change); }),
               Catch::Contains("a search is going on"));
}

TEST_CASE("Of PostgreSQL connections that are cut at any moment no transaction is lost or done twice") {
    auto* server = ThrowawayServer::get();
    if (server == nullptr) return;
    const auto address = server->fresh_database();
    const auto database = open_postgresql_database(address, Access::create);
    database->transact(sql::Access::write, "begin", [](sql::Session& session) {
        session.run("CREATE TABLE counted (value BIGINT)");
        session.run("INSERT INTO counted VALUES (0)");
    });
    constexpr std::int64_t additions = 300;
    std::int64_t counted = 0;
    {
        const std::jthread cutting([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                (void)executed(
                    server->address("postgres"),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hwnas %'");
                std::this_thread::sleep_for(std::chrono::milliseconds(15));
            }
        });
        for (std::int64_t i = 0; i < additions; ++i)
            database->transact(sql::Access::write, "count",
                               [](sql::Session& session) { session.run("UPDATE counted SET value = value + 1"); });
    }
    database->transact(sql::Access::read, "look", [&](sql::Session& session) {
        session.run("SELECT value FROM counted", {}, [&](sql::Row& row) { counted = row.integer(); });
    });
    CHECK(counted == additions);
}

}  // namespace
}  // namespace hwnas
