#pragma once

#include <memory>

#include "example_trial.h"

namespace hwnas::test {

/// Every kind of store, empty. The contract suites run over each.
struct MemoryCase {
    std::shared_ptr<Store> store = open_store("memory:", Access::create);
};
struct SqliteCase {
    TemporaryFolder folder;
    std::shared_ptr<Store> store = open_store((folder.path() / "study.db").string(), Access::create);
};

#define STORE_TEST(name) TEMPLATE_TEST_CASE(name, "[contract]", test::MemoryCase, test::SqliteCase)

}  // namespace hwnas::test
