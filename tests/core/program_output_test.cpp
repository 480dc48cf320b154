#include <catch2/catch.hpp>

#include "core/program_output.h"
#include "core/unique_id.h"

using namespace hwnas;

TEST_CASE("A program's output and code are told, whatever becomes of it") {
    const auto both = run_program({"sh", "-c", "echo out; echo err >&2; cat; exit 3"});
    CHECK(both.text == "out\nerr\n");
    CHECK(both.code == 3);
    CHECK(run_program({"sh", "-c", "kill -9 $$"}).code == 128 + 9);
    const auto none = run_program({"no-such-program-anywhere"});
    CHECK(none.code == 127);
    CHECK_THAT(none.text, Catch::Contains("no-such-program-anywhere"));
}

TEST_CASE("Unique ids are UUIDs, and differ") {
    const auto id = unique_id();
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
    CHECK(id != unique_id());
}
