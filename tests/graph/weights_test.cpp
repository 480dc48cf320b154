#include <catch2/catch.hpp>
#include <cstring>

#include "core/files.h"
#include "graph/weights.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::input_error_of;

namespace {

Weights some_weights() { return {{"a.weight", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b.bias", {{1}, {-0.5F}}}}; }

}  // namespace

TEST_CASE("weights survive safetensors to the last bit, and the data is aligned") {
    const auto bytes = to_safetensors(some_weights(), {{"origin", "proxy"}});
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    CHECK(header % 8 == 0);
    const auto read = from_safetensors(bytes, "memory");
    REQUIRE(read.size() == 2);
    CHECK(read.at("a.weight").shape == Shape{2, 3});
    CHECK(read.at("a.weight").values == some_weights().at("a.weight").values);
    CHECK(read.at("b.bias").values == some_weights().at("b.bias").values);
}

TEST_CASE("broken safetensors are refused at every length, without believing the header") {
    const auto bytes = to_safetensors(some_weights());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(input_error_of([&] { (void)from_safetensors(bytes.substr(0, length), "cut"); }).empty());
    const auto with_header = [](std::string header) {
        std::uint64_t length = header.size();
        std::string bytes_of(8, '\0');
        std::memcpy(bytes_of.data(), &length, 8);
        return bytes_of + header + std::string(8, '\0');
    };
    for (const char* header :
         {R"({"a": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}})",
          R"({"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}})",
          R"({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}})",
          R"({"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}})",
          R"({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}})", R"([1])", R"({"a": 1})"})
        CHECK_FALSE(input_error_of([&] { (void)from_safetensors(with_header(header), "bad"); }).empty());
}

TEST_CASE("stored weights carry their hash as a name and are checked on loading") {
    const test::TemporaryFolder folder;
    const auto hash = store_weights(folder.path(), some_weights());
    CHECK(load_weights(folder.path(), hash).at("b.bias").values == std::vector<float>{-0.5F});
    const auto path = folder.path() / (hash + ".safetensors");
    auto bytes = read_file(path);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_file_durably(path, bytes);
    CHECK_THAT(input_error_of([&] { (void)load_weights(folder.path(), hash); }), Catch::Contains("damaged"));
}

TEST_CASE("weights that do not fit a graph are all listed") {
    Graph graph({3, 4, 4});
    graph.add("a", op::Conv{2, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, true}, {0});
    const auto text = input_error_of([&] {
        check_weights(graph, {{"a.weight", {{9}, {}}}, {"c", {{1}, {0}}}}, "file");
    });
    CHECK_THAT(text, Catch::Contains("a.weight") && Catch::Contains("\"a.bias\"") && Catch::Contains("\"c\""));
}
