#pragma once

#include <memory>

#include "example_trial.h"
#include "throwaway_server.h"

namespace hwnas::test {

/// Every kind of store, empty. The contract suites run over each. One that cannot be had here
/// has none, and says so.
struct MemoryCase {
    std::shared_ptr<Store> store = open_store("memory:", Access::create);
};
struct SqliteCase {
    TemporaryFolder folder;
    std::string address = (folder.path() / "study.db").string();
    std::shared_ptr<Store> store = open_store(address, Access::create);
};
struct PostgresqlCase {
    ThrowawayServer* server = ThrowawayServer::get();
    std::string address = server == nullptr ? "" : server->fresh_database();
    std::shared_ptr<Store> store = server == nullptr ? nullptr : open_store(address, Access::create);
};

/// The body of a test has `given`, of type TestType.
#define STORE_TEST(name) STORE_TEST_NAMED(name, INTERNAL_CATCH_UNIQUE_NAME(store_test))
#define STORE_TEST_NAMED(name, function)                                                               \
    template <typename TestType>                                                                       \
    void function(TestType& given);                                                                    \
    TEMPLATE_TEST_CASE(name, "[contract]", test::MemoryCase, test::SqliteCase, test::PostgresqlCase) { \
        TestType given;                                                                                \
        if (given.store) function(given);                                                              \
    }                                                                                                  \
    template <typename TestType>                                                                       \
    void function(TestType& given)

}  // namespace hwnas::test
