#include <catch2/catch.hpp>

#include "job/gpu.h"
#include "support.h"

using namespace hwnas;
using Names = std::vector<std::string>;

namespace {

const std::string listing = "0, GPU-aaaa\n1, GPU-bbbb\n";

}  // namespace

TEST_CASE("the GPUs that a process is shown are known by their UUIDs, where these can be had") {
    CHECK(visible_gpus(std::nullopt, listing) == Names{"GPU-aaaa", "GPU-bbbb"});
    CHECK(visible_gpus("1", listing) == Names{"GPU-bbbb"});
    CHECK(visible_gpus("1,0", listing) == Names{"GPU-bbbb", "GPU-aaaa"});
    CHECK(visible_gpus("MIG-cccc", listing) == Names{"MIG-cccc"});
    CHECK(visible_gpus("0,-1,1", listing) == Names{"GPU-aaaa"});
    CHECK(visible_gpus("", listing).empty());
    CHECK(visible_gpus("NoDevFiles", listing).empty());
    CHECK(visible_gpus("2", "") == Names{"2"});
    CHECK(visible_gpus(std::nullopt, "").empty());
}

TEST_CASE("two workers never hold one GPU, and one that ends lets it go") {
    const test::TemporaryFolder folder;
    const Names gpus{"GPU-aaaa", "GPU-bbbb"};
    auto first = hold_gpu(gpus, folder.path() / "locks");
    REQUIRE(first);
    CHECK(first->name == "GPU-aaaa");
    const auto second = hold_gpu(gpus, folder.path() / "locks");
    REQUIRE(second);
    CHECK(second->name == "GPU-bbbb");
    CHECK_FALSE(hold_gpu(gpus, folder.path() / "locks"));
    first.reset();
    CHECK(hold_gpu(gpus, folder.path() / "locks")->name == "GPU-aaaa");
}
