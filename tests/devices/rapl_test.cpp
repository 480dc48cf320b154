#include "devices/rapl.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "support.h"

using namespace hwnas;
using test::TemporaryFolder;

namespace {

void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content << '\n';
}

void make_domain(const std::filesystem::path& folder, const std::string& name, std::int64_t microjoules,
                 std::int64_t range = 262143328850) {
    write(folder / "name", name);
    write(folder / "energy_uj", std::to_string(microjoules));
    write(folder / "max_energy_range_uj", std::to_string(range));
}

}  // namespace

TEST_CASE("the energy of all packages is summed, and nothing is counted twice") {
    const TemporaryFolder root;
    make_domain(root.path() / "intel-rapl:0", "package-0", 1'000'000);
    make_domain(root.path() / "intel-rapl:0:0", "core", 500'000);
    make_domain(root.path() / "intel-rapl:1", "package-1", 7'000'000);
    make_domain(root.path() / "intel-rapl:2", "psys", 9'000'000);
    make_domain(root.path() / "intel-rapl-mmio:0", "package-0", 1'000'000);
    write(root.path() / "intel-rapl" / "enabled", "1");
    const auto access = RaplAccess::open(root.path());
    REQUIRE(access.reason.empty());
    REQUIRE(access.meter->millijoules() == 0);
    write(root.path() / "intel-rapl:0/energy_uj", "1002000");
    write(root.path() / "intel-rapl:0:0/energy_uj", "501000");
    write(root.path() / "intel-rapl:1/energy_uj", "7000500");
    write(root.path() / "intel-rapl:2/energy_uj", "9900000");
    write(root.path() / "intel-rapl-mmio:0/energy_uj", "1002000");
    REQUIRE(access.meter->millijoules() == Approx(2.5));
}

TEST_CASE("a counter that starts anew goes on counting, time after time") {
    const TemporaryFolder root;
    const auto counter = root.path() / "intel-rapl:0/energy_uj";
    make_domain(root.path() / "intel-rapl:0", "package-0", 9'000, 10'000);
    const auto access = RaplAccess::open(root.path());
    write(counter, "500");
    REQUIRE(access.meter->millijoules() == Approx(1.5));
    write(counter, "9500");
    REQUIRE(access.meter->millijoules() == Approx(10.5));
    write(counter, "0");
    REQUIRE(access.meter->millijoules() == Approx(11.0));
    REQUIRE(access.meter->millijoules() == Approx(11.0));
}

TEST_CASE("a machine without powercap has no meter, with the reason") {
    const TemporaryFolder root;
    const auto missing = RaplAccess::open(root.path() / "none");
    REQUIRE(missing.meter == nullptr);
    REQUIRE_THAT(missing.reason, Catch::Contains("none") && Catch::Contains("No such file"));
    const auto empty = RaplAccess::open(root.path());
    REQUIRE(empty.meter == nullptr);
    REQUIRE_THAT(empty.reason, Catch::Contains("no package domain"));
}

TEST_CASE("counters that can't be read mean no meter, with the reason") {
    const TemporaryFolder root;
    const auto folder = root.path() / "intel-rapl:0";
    make_domain(folder, "package-0", 1);
    SECTION("no counter") {
        std::filesystem::remove(folder / "energy_uj");
        REQUIRE_THAT(RaplAccess::open(root.path()).reason, Catch::Contains("energy_uj: cannot be read (No such file"));
    }
    SECTION("no number") {
        write(folder / "energy_uj", "lots");
        REQUIRE_THAT(RaplAccess::open(root.path()).reason, Catch::Contains("no number"));
    }
    SECTION("no range") {
        write(folder / "max_energy_range_uj", "0");
        REQUIRE_THAT(RaplAccess::open(root.path()).reason, Catch::Contains("max_energy_range_uj"));
    }
}

TEST_CASE("a counter that only root may read means no meter, with the reason") {
    if (::geteuid() == 0) {
        WARN("SKIPPED: root may read everything");
        return;
    }
    const TemporaryFolder root;
    make_domain(root.path() / "intel-rapl:0", "package-0", 1);
    std::filesystem::permissions(root.path() / "intel-rapl:0/energy_uj", std::filesystem::perms::none);
    REQUIRE_THAT(RaplAccess::open(root.path()).reason, Catch::Contains("Permission denied"));
}

TEST_CASE("a counter that goes away is an error") {
    const TemporaryFolder root;
    make_domain(root.path() / "intel-rapl:0", "package-0", 1);
    const auto access = RaplAccess::open(root.path());
    std::filesystem::remove(root.path() / "intel-rapl:0/energy_uj");
    REQUIRE_THROWS_AS(access.meter->millijoules(), RunError);
}
