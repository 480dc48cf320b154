#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

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

TEST_CASE("a writer killed at any moment leaves a whole file, and nothing beside it that the next write leaves") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "file.txt";
    const auto names = [&] {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            found.insert(entry.path().filename().string());
        return found;
    };
    const auto content = [](char letter) { return std::string(100'000, letter); };
    write_file_durably(path, content('a'));
    std::mt19937 random(20250302);
    for (int round = 0; round < 20; ++round) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0)
            for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1))
                write_file_durably(path, content(letter));
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
        ::kill(child, SIGKILL);
        REQUIRE(::waitpid(child, nullptr, 0) == child);
        const auto found = read_file(path);
        REQUIRE(found == content(found.front()));
        for (const auto& name : names()) REQUIRE((name == "file.txt" || name == "file.txt.new"));
    }
    write_file_durably(folder.path() / "file.txt.new", "as a kill leaves it");
    write_file_durably(path, "last");
    CHECK(names() == std::set<std::string>{"file.txt"});
}

TEST_CASE("writers of the same file at the same time each put it there whole") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "file.txt";
    const auto write = [&path](char letter) {
        for (int i = 0; i < 25; ++i) write_file_durably(path, std::string(50'000, letter));
    };
    std::thread first(write, 'a');
    std::thread second(write, 'b');
    for (int i = 0; i < 200; ++i) {
        if (!std::filesystem::exists(path)) continue;
        const auto found = read_file(path);
        REQUIRE(found == std::string(50'000, found.front()));
    }
    first.join();
    second.join();
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
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
