#include "space/categorical_space.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/sha256.h"
#include "space/made_categories.h"
#include "support.h"

using namespace hwnas;
using hwnas::test::made_categories;

namespace {

Json made() {
    return {{"name", "made"},
            {"type", "categorical"},
            {"choices", {{{"name", "a"}, {"values", {0, 1}}}, {{"name", "b"}, {"values", {0, 1}}}}}};
}

std::string space_error_of(const Json& json) {
    return test::input_error_of([&] { (void)test::space_of(json); });
}

}  // namespace

TEST_CASE("NAS-Bench-Macro's 6,561 codes are 3,969 networks") {
    const auto space = CategoricalSpace::load(test::source("configs/spaces/nas-bench-macro.json"));
    CHECK(space.encoding_count() == 6561);
    CHECK(space.architecture_count() == 3969);
    std::set<std::string> ids;
    std::set<Encoding> encodings;
    test::each_encoding(space, [&](const Encoding& encoding) {
        const auto architecture = space.architecture(encoding);
        CHECK(space.canonical(architecture.encoding) == architecture.encoding);
        ids.insert(architecture.id);
        encodings.insert(architecture.encoding);
    });
    CHECK(ids.size() == 3969);
    CHECK(encodings.size() == 3969);
    // 22212202 and 22212220 are the same network.
    CHECK(space.architecture({2, 2, 2, 1, 2, 2, 0, 2}) == space.architecture({2, 2, 2, 1, 2, 2, 2, 0}));
    // A stage's first position is another matter.
    CHECK(space.architecture({2, 2, 0, 1, 2, 2, 2, 2}).id != space.architecture({2, 2, 1, 0, 2, 2, 2, 2}).id);
}

TEST_CASE("a canonical form moves the interchangeable value behind and keeps the others' order") {
    const auto space = test::space_of({{"name", "made"},
                                       {"type", "categorical"},
                                       {"choices",
                                        {{{"name", "a"}, {"values", {7, 8, 9}}},
                                         {{"name", "b"}, {"values", {7, 8, 9}}},
                                         {{"name", "other"}, {"values", {1, 2}}},
                                         {{"name", "c"}, {"values", {7, 8, 9}}}}},
                                       {"interchangeable", {{{"value", 8}, {"among", {"c", "a", "b"}}}}}});
    CHECK(space.canonical({1, 2, 0, 0}) == Encoding{2, 0, 0, 1});
    CHECK(space.canonical({1, 1, 1, 0}) == Encoding{0, 1, 1, 1});
    CHECK(space.canonical({1, 1, 1, 1}) == Encoding{1, 1, 1, 1});
    CHECK(space.canonical({2, 0, 1, 2}) == Encoding{2, 0, 1, 2});
}

TEST_CASE("an id is the hash of the canonical choices") {
    const auto architecture = made_categories().architecture({2, 1, 0, 1});
    CHECK(made_categories().choices_json(architecture.encoding).dump() == R"({"a":6,"b":"y","c":1,"d":0})");
    CHECK(architecture.id == sha256_hex(R"({"a":6,"b":"y","c":1,"d":0})").substr(0, 16));
    CHECK(architecture.id == "f68b73a4a53d873a");
}

TEST_CASE("choices are read as they are written") {
    auto document = JsonDocument::from_value({{"d", 2}, {"c", 1}, {"b", "y"}, {"a", 6}}, "made");
    CHECK(made_categories().from_json(JsonValue(document)) == Encoding{2, 1, 1, 2});
    document.throw_problems();
    auto wrong = JsonDocument::from_value({{"e", 2}, {"c", 5}, {"b", "y"}, {"a", 6}}, "made");
    (void)made_categories().from_json(JsonValue(wrong));
    CHECK_THAT(test::input_error_of([&] { wrong.throw_problems(); }),
               Catch::Contains("one of 0, 1, 2, the values of c") && Catch::Contains("did you mean \"d\"?"));
}

TEST_CASE("an encoding that does not fit is refused") {
    CHECK_THROWS_AS(made_categories().architecture({0, 0, 0}), InputError);
    CHECK_THROWS_AS(made_categories().architecture({0, 2, 0, 0}), InputError);
}

TEST_CASE("a wrong space is refused with all that is wrong") {
    CHECK(space_error_of(made()).empty());
    auto twice = made();
    twice["choices"][1] = {{"name", "a"}, {"values", {3, 3, Json::array()}}};
    CHECK_THAT(space_error_of(twice), Catch::Contains("a choice name that is not taken") &&
                                          Catch::Contains("each value once") && Catch::Contains("a number or a word"));
    auto many = made();
    for (int i = 2; i < 256; ++i) many["choices"][0]["values"].push_back(i);
    CHECK_THAT(space_error_of(many), Catch::Contains("at most 255 values"));
    const auto among = [](const Json& value, const Json& names) {
        auto json = made();
        json["choices"].push_back({{"name", "longer"}, {"values", {0, 1, 2}}});
        json["interchangeable"] = {{{"value", value}, {"among", names}}};
        return json;
    };
    CHECK_THAT(space_error_of(among(0, {"a", "longr"})), Catch::Contains("did you mean \"longer\"?"));
    CHECK_THAT(space_error_of(among(0, {"a", "longer"})), Catch::Contains("the same values"));
    CHECK_THAT(space_error_of(among(0, {"a", "a"})), Catch::Contains("no other place"));
    CHECK_THAT(space_error_of(among(4, {"a", "b"})), Catch::Contains("one of 0, 1"));
    CHECK_THAT(space_error_of(among(0, Json::array({"a"}))), Catch::Contains("at least 2"));
}

TEST_CASE("a space's kind is one of two words, and network without one") {
    auto plain = JsonDocument::from_value({{"name", "x"}}, "made");
    CHECK(read_space_kind(JsonValue(plain)) == SpaceKind::network);
    auto other = JsonDocument::from_value({{"type", "categoricl"}}, "made");
    (void)read_space_kind(JsonValue(other));
    CHECK_THAT(test::input_error_of([&] { other.throw_problems(); }), Catch::Contains("did you mean \"categorical\"?"));
}
