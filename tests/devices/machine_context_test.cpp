#include "devices/machine_context.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <regex>

#include "support.h"

using namespace hwnas;

namespace {

void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
}

}  // namespace

TEST_CASE("the machine is read from /proc and /sys") {
    const test::TemporaryFolder root;
    write(root.path() / "proc/cpuinfo",
          "processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7B13\nflags\t\t: fpu hypervisor avx2\n");
    write(root.path() / "proc/meminfo", "MemTotal:       16384000 kB\nMemFree:  1 kB\n");
    write(root.path() / "proc/loadavg", "0.50 1.25 2.00 1/85 7532\n");
    const auto cpu = root.path() / "sys/devices/system/cpu";
    write(cpu / "online", "0-3\n");
    write(cpu / "cpu0/cpufreq/scaling_governor", "performance\n");
    write(cpu / "cpu0/cache/index0/level", "1\n");
    write(cpu / "cpu0/cache/index0/type", "Data\n");
    write(cpu / "cpu0/cache/index0/size", "32K\n");
    write(cpu / "cpu0/cache/index1/level", "3\n");
    write(cpu / "cpu0/cache/index1/type", "Unified\n");
    write(cpu / "cpu0/cache/index1/size", "8M\n");

    const Json context = machine_context(root.path());
    REQUIRE(context["cpu"]["model"] == "AMD EPYC 7B13");
    REQUIRE(context["cpu"]["virtual"] == true);
    REQUIRE(context["cpu"]["online"] == "0-3");
    REQUIRE(context["cpu"]["governor"] == "performance");
    REQUIRE(context["cpu"]["caches"] ==
            Json({{{"level", 1}, {"type", "Data"}, {"kib", 32}}, {{"level", 3}, {"type", "Unified"}, {"kib", 8192}}}));
    REQUIRE(context["memory_mib"] == 16000);
    REQUIRE(context["load"] == Json({0.5, 1.25, 2.0}));
}

TEST_CASE("what a machine does not tell is null") {
    const test::TemporaryFolder root;
    const Json context = machine_context(root.path());
    REQUIRE(context["cpu"]["model"].is_null());
    REQUIRE(context["cpu"]["governor"].is_null());
    REQUIRE(context["cpu"]["caches"] == Json::array());
    REQUIRE(context["load"].is_null());
    REQUIRE(context["memory_mib"].is_null());
}

TEST_CASE("this machine has a host, a kernel, a compiler and a date in UTC") {
    const Json context = machine_context();
    REQUIRE(!context["host"].get<std::string>().empty());
    REQUIRE_THAT(context["kernel"].get<std::string>(), Catch::StartsWith("Linux "));
    REQUIRE(context["load"].size() == 3);
    REQUIRE_THAT(context["build"]["compiler"].get<std::string>(), Catch::Matches("(gcc|clang) .*"));
    REQUIRE(std::regex_match(context["date"].get<std::string>(),
                             std::regex(R"(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ)")));
}
