#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/files.h"
#include "core/sha256.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::input_error_of;

TEST_CASE("a file written durably reads back, replaces the old one and leaves nothing beside it") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "new" / "file.txt";
    write_file_durably(path, "first");
    write_file_durably(path, "second");
    CHECK(read_file(path) == "second");
    CHECK(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}) == 1);
}

TEST_CASE("writing where nothing can be written names the file and the reason") {
    const test::TemporaryFolder folder;
    write_file_durably(folder.path() / "file", "x");
    CHECK_THROWS_WITH(write_file_durably(folder.path() / "file" / "below", "x"), Catch::Contains("file"));
}

TEST_CASE("reading a missing file or a folder is wrong input") {
    const test::TemporaryFolder folder;
    CHECK_THAT(input_error_of([&] { (void)read_file(folder.path() / "none"); }), Catch::Contains("No such file"));
    CHECK_THAT(input_error_of([&] { (void)read_file(folder.path()); }), Catch::Contains("a folder"));
}

TEST_CASE("environment variables are expanded, and a missing one is told") {
    ::setenv("HWNAS_TEST_VARIABLE", "/data", 1);
    CHECK(expand_environment("${HWNAS_TEST_VARIABLE}/x", "here") == "/data/x");
    CHECK(expand_environment("$plain", "here") == "$plain");
    CHECK_THAT(input_error_of([] { (void)expand_environment("${HWNAS_NO_SUCH}", "job.json: /path"); }),
               Catch::Contains("job.json: /path") && Catch::Contains("HWNAS_NO_SUCH"));
    CHECK_THAT(input_error_of([] { (void)expand_environment("${OPEN", "here"); }), Catch::Contains("brace"));
}

TEST_CASE("SHA-256 of the empty text and of abc are the standard's") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
