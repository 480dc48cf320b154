#include "core/csv.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/files.h"
#include "support.h"

using namespace hwnas;

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string error_of(const std::string& text) {
    return test::input_error_of([&] { (void)parse_csv(text, "t.csv"); });
}

}  // namespace

TEST_CASE("cells may be quoted, empty, or hold commas, quotes and line breaks") {
    const auto table = parse_csv("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n,\"\"\n\"3\",4", "t.csv");
    CHECK(table.header == std::vector<std::string>{"a", "b"});
    CHECK(table.rows == Rows{{"1", "x, \"y\"\nz"}, {"", ""}, {"3", "4"}});
    CHECK(table.lines == std::vector<std::size_t>{2, 5, 6});
    CHECK(table.place(1) == "t.csv:5");
}

TEST_CASE("a byte order mark is no part of the first name") {
    CHECK(parse_csv("\xef\xbb\xbf"
                    "a\n1\n",
                    "t.csv")
              .header == std::vector<std::string>{"a"});
}

TEST_CASE("what is no table is refused with file and line") {
    CHECK_THAT(error_of(""), Catch::Contains("t.csv: expected a line of column names; found an empty file"));
    CHECK_THAT(error_of("a,b\n"), Catch::Contains("rows under the header"));
    CHECK_THAT(error_of("a,b\n1,2\n3\n4,5,6\n"),
               Catch::Contains("t.csv:3: expected 2 cells") && Catch::Contains("t.csv:4: "));
    CHECK_THAT(error_of("a,a\n1,2\n"), Catch::Contains("\"a\" again"));
    CHECK_THAT(error_of("a\nx\"y\n"), Catch::Contains("t.csv:2: expected quotes around a whole cell"));
    CHECK_THAT(error_of("a\n\"x\"y\n"), Catch::Contains("t.csv:2: expected a comma"));
    CHECK_THAT(error_of("a\n\"x\n\n"), Catch::Contains("t.csv:2: expected a closing quote"));
}

TEST_CASE("a file is read plain or compressed, by its content") {
    const test::TemporaryFolder folder;
    write_file_durably(folder.path() / "plain.csv", "a,b\n1,2\n");
    CHECK(read_csv(folder.path() / "plain.csv").rows == Rows{{"1", "2"}});
    REQUIRE(std::system(("gzip -c '" + (folder.path() / "plain.csv").string() + "' > '" +
                         (folder.path() / "packed").string() + "'")
                            .c_str()) == 0);
    CHECK(read_csv(folder.path() / "packed").rows == Rows{{"1", "2"}});
    const auto packed = read_file(folder.path() / "packed");
    write_file_durably(folder.path() / "cut", packed.substr(0, packed.size() - 6));
    CHECK_THAT(test::input_error_of([&] { (void)read_csv(folder.path() / "cut"); }),
               Catch::Contains("a whole gzip file"));
    CHECK_THAT(test::input_error_of([&] { (void)read_csv(folder.path() / "none"); }), Catch::Contains("none"));
}
