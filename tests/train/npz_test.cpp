#include <zip.h>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/files.h"
#include "made_data.h"
#include "train/dataset.h"
#include "train/npy_array.h"

using namespace hwnas;
using namespace hwnas::train;
using test::TemporaryFolder;
using test::write;

namespace {

std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                const std::string& order = "False") {
    std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    header += std::string(63 - (10 + header.size()) % 64, ' ') + '\n';
    return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() % 256) +
           static_cast<char>(header.size() / 256) + header + data;
}

using Members = std::map<std::string, std::string>;

void write_npz(const std::filesystem::path& path, const Members& members, bool compressed = true) {
    std::filesystem::remove(path);
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &error);
    REQUIRE(archive != nullptr);
    for (const auto& [name, content] : members) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        const auto index = zip_file_add(archive, (name + ".npy").c_str(), source, 0);
        REQUIRE(index >= 0);
        REQUIRE(zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                                         compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) == 0);
    }
    REQUIRE(zip_close(archive) == 0);
}

std::string counting(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(i % 251);
    return text;
}

/// Six grey images of 4 x 5 for training and three for the test.
Members grey() {
    return {{"x_train", npy("|u1", "(6, 4, 5)", counting(120))},
            {"y_train", npy("|u1", "(6,)", std::string("\0\1\2\0\1\2", 6))},
            {"x_test", npy("|u1", "(3, 4, 5)", counting(60))},
            {"y_test", npy("|u1", "(3,)", std::string("\0\1\2", 3))}};
}

std::string message_of(const std::filesystem::path& path, const Shape& input = {1, 4, 5}) {
    try {
        (void)load_dataset({"npz", path, 2}, input);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("arrays of NumPy's become images with their labels, compressed or not") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "data.npz";
    for (const bool compressed : {true, false}) {
        write_npz(path, grey(), compressed);
        const Dataset dataset = load_dataset({"npz", path, 2}, {1, 4, 5});
        CHECK(dataset.classes == 3);
        CHECK(dataset.training.count() == 4);
        CHECK(dataset.validation.count() == 2);
        CHECK(dataset.test.labels == std::vector<std::int32_t>{0, 1, 2});
        CHECK(dataset.test.height == 4);
        CHECK(dataset.test.width == 5);
        CHECK(dataset.test.image(2)[3] == 43);
    }
}

TEST_CASE("channels of NumPy's arrays may stand last or first, and labels be any whole numbers in a column") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "data.npz";
    const std::string labels("\2\0\0\0\1\0\0\0", 8);
    const auto members = [&](const std::string& extents) {
        return Members{
            {"train_images", npy("|u1", "(4, " + extents + ")", counting(96))},
            {"train_labels", npy("<i8", "(4, 1)", std::string("\2\0\0\0\0\0\0\0", 8) + std::string(24, '\0'))},
            {"test_images", npy("|u1", "(2, " + extents + ")", counting(48))},
            {"test_labels", npy("<i4", "(2, 1)", labels)},
            {"val_images", "which nothing reads"}};
    };
    write_npz(path, members("2, 4, 3"));
    const Dataset last = load_dataset({"npz", path, 1}, {3, 2, 4});
    CHECK(last.test.labels == std::vector<std::int32_t>{2, 1});
    CHECK(last.test.channels == 3);
    CHECK(last.test.image(1)[5] == 29);
    write_npz(path, members("3, 2, 4"));
    const Dataset first = load_dataset({"npz", path, 1}, {3, 2, 4});
    CHECK(first.test.channels == 3);
    CHECK(first.test.width == 4);
    CHECK(first.test.image(0)[0] == 0);  // red, green and blue of the first pixel are planes apart
    CHECK(first.test.image(0)[1] == 8);
    CHECK(first.test.image(0)[2] == 16);
    CHECK(first.test.image(1)[3] == 25);
}

TEST_CASE("what is wrong with a file of NumPy's is told with the array's name") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "data.npz";
    CHECK_THAT(message_of(path), Catch::Contains("no such file"));
    write(path, "no archive");
    CHECK_THAT(message_of(path), Catch::Contains("zip archive"));
    const auto with = [&](const std::string& name, const std::string& content) {
        auto members = grey();
        members[name] = content;
        write_npz(path, members);
        return message_of(path);
    };
    CHECK_THAT(with("x_train", "short"), Catch::Contains("x_train") && Catch::Contains("NumPy's format"));
    CHECK_THAT(with("x_train", npy("<f4", "(6, 4, 5)", counting(480))),
               Catch::Contains("\"<f4\"") && Catch::Contains("astype"));
    CHECK_THAT(with("x_train", npy("|u1", "(6, 4, 5)", counting(120), "True")), Catch::Contains("ascontiguousarray"));
    CHECK_THAT(with("x_train", npy("|u1", "(6, 4, 5)", counting(119))),
               Catch::Contains("120 bytes") && Catch::Contains("119"));
    CHECK_THAT(with("x_train", npy("<u2", "(6, 4, 5)", counting(240))), Catch::Contains("unsigned bytes"));
    CHECK_THAT(with("x_train", npy("|u1", "(120,)", counting(120))), Catch::Contains("N x height x width"));
    CHECK_THAT(with("x_train", npy("|u1", "(99999999999, 99999999999)", "")), Catch::Contains("2^40"));
    CHECK_THAT(with("x_train", npy("|u1", "(6, four, 5)", counting(120))),
               Catch::Contains("whole numbers in brackets"));
    CHECK_THAT(with("y_train", npy("|u1", "(6, 3)", counting(18))),
               Catch::Contains("y_train") && Catch::Contains("one-hot"));
    CHECK_THAT(with("y_train", npy("|i1", "(6,)", std::string("\0\1\2\xff\1\2", 6))), Catch::Contains("found -1"));
    CHECK_THAT(with("y_train", npy("|u1", "(6,)", std::string(6, '\0'))), Catch::Contains("test labels below 1"));
    CHECK_THAT(with("x_test", npy("|u1", "(3, 5, 4)", counting(60))), Catch::Contains("1x4x5 and 1x5x4"));
    auto members = grey();
    members.erase("y_train");
    members.erase("y_test");
    write_npz(path, members);
    CHECK_THAT(message_of(path), Catch::Contains("y_train") && Catch::Contains("y_test"));
}

TEST_CASE("a file of NumPy's that was cut off or has a flipped byte is read right or refused") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "data.npz";
    write_npz(path, grey());
    const std::string whole = read_file(path);
    const Dataset right = load_dataset({"npz", path, 2}, {1, 4, 5});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write(path, whole.substr(0, length));
        CAPTURE(length);
        REQUIRE(message_of(path) != "no error");
    }
    std::size_t refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string flipped = whole;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
        write(path, flipped);
        CAPTURE(i);
        if (message_of(path) != "no error") {
            ++refused;
            continue;
        }
        const Dataset read = load_dataset({"npz", path, 2}, {1, 4, 5});  // a time of day, say
        REQUIRE(read.training.pixels == right.training.pixels);
        REQUIRE(read.test.labels == right.test.labels);
    }
    CHECK(refused > whole.size() / 2);
}

TEST_CASE("numbers of NumPy's arrays keep their sign") {
    const auto number = [](const std::string& type, const std::string& bytes) {
        return NpyArray::parse(npy(type, "(1,)", bytes), "x").number(0);
    };
    CHECK(number("|u1", "\xff") == 255);
    CHECK(number("|i1", "\xff") == -1);
    CHECK(number("<i2", std::string("\x00\x80", 2)) == -32768);
    CHECK(number("<u4", "\xff\xff\xff\xff") == 4294967295);
    CHECK(number("<i4", "\xfe\xff\xff\xff") == -2);
    CHECK(number("<i8", "\xfd\xff\xff\xff\xff\xff\xff\xff") == -3);
    CHECK(NpyArray::parse(npy("|u1", "()", "a"), "x").count() == 1);
    CHECK_THROWS_WITH(NpyArray::parse(npy("|u1", "(1,)", "a").substr(0, 30), "x"), Catch::Contains("header of"));
}
