#include <catch2/catch.hpp>

#include "core/error.h"
#include "predictors/recipe.h"

using namespace hwnas;

namespace {

Recipe read(const std::string& text) {
    JsonDocument document = JsonDocument::parse(text, "recipe.json");
    const Recipe recipe = Recipe::read(JsonValue(document));
    document.throw_problems();
    return recipe;
}

}  // namespace

TEST_CASE("a recipe has a default for every key") {
    const Recipe recipe = read("{}");
    CHECK(recipe.batch == 64);
    CHECK(recipe.learning_rate == 0.1);
    CHECK(recipe.flip);
    CHECK(recipe.shift);
    CHECK(recipe.compute_device == "cpu");
    CHECK(recipe.recalibrate_batches == 0);
    CHECK(read(R"({"averaged_fraction": 0.25})").recalibrate_batches == 64);
    CHECK(read(R"({"averaged_fraction": 0.25, "recalibrate_batches": 0})").recalibrate_batches == 0);
    CHECK_FALSE(read(R"({"augment": []})").flip);
    CHECK_FALSE(read(R"({"augment": ["flip"]})").shift);
    CHECK(read(R"({"optimizer": "rmsprop", "schedule": "one-cycle"})").optimizer == OptimizerKind::rmsprop);
}

TEST_CASE("all problems of a recipe are told at once, with the nearest key") {
    try {
        (void)read(R"({"epochs": -1, "learning_rte": 0.1, "optimizer": "sdg", "augment": ["flop"], "batch": 1})");
        FAIL("no error");
    } catch (const InputError& error) {
        CHECK(error.problems().size() == 5);
        CHECK_THAT(error.what(), Catch::Contains("did you mean \"learning_rate\"?"));
        CHECK_THAT(error.what(), Catch::Contains("did you mean \"sgd\"?"));
        CHECK_THAT(error.what(), Catch::Contains("did you mean \"flip\"?"));
    }
}

TEST_CASE("schedules warm up to the rate and end where they should") {
    Recipe recipe;
    recipe.learning_rate = 1;
    recipe.warmup_fraction = 0.1;
    CHECK(learning_rate(recipe, 0, 100) == Approx(1.0 / 11));
    CHECK(learning_rate(recipe, 10, 100) == Approx(1));
    CHECK(learning_rate(recipe, 55, 100) == Approx(0.5));
    CHECK(learning_rate(recipe, 99, 100) < 0.001);
    recipe.schedule = ScheduleKind::constant;
    CHECK(learning_rate(recipe, 99, 100) == 1);
    recipe.schedule = ScheduleKind::step;
    CHECK(learning_rate(recipe, 54, 100) == 1);
    CHECK(learning_rate(recipe, 56, 100) == Approx(0.1));
    CHECK(learning_rate(recipe, 80, 100) == Approx(0.01));
    recipe.schedule = ScheduleKind::one_cycle;
    CHECK(learning_rate(recipe, 0, 100) == Approx(0.04));
    CHECK(learning_rate(recipe, 30, 100) == Approx(1));
    CHECK(learning_rate(recipe, 99, 100) < 0.01);
    CHECK(learning_rate(recipe, 0, 1) > 0);
}

TEST_CASE("a change of a recipe says how long it is, in epochs or in steps") {
    const Json steps = {{"steps", 80}, {"batch", 32}};
    CHECK(changed_recipe(steps, {{"epochs", 0}}) == Json{{"epochs", 0}, {"batch", 32}});
    CHECK(changed_recipe({{"epochs", 2}, {"batch", 32}}, steps) == steps);
    CHECK(changed_recipe(steps, {{"batch", 8}}) == Json{{"steps", 80}, {"batch", 8}});
    CHECK(changed_recipe(steps, Json::object()) == steps);
}
