#include <catch2/catch.hpp>
#include <cmath>

#include "made_data.h"
#include "train/training.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

Recipe quick_recipe() {
    Recipe recipe;
    recipe.epochs = 4;
    recipe.batch = 32;
    recipe.learning_rate = 0.05;
    recipe.flip = recipe.shift = false;
    return recipe;
}

}  // namespace

TEST_CASE("a small network learns 64 images by heart") {
    Dataset dataset = test::made_dataset(64, 1);
    // Labels without any sense can only be learned by heart.
    Rng rng(4);
    for (auto& label : dataset.training.labels) label = static_cast<std::int32_t>(rng.below(4));
    dataset.validation = dataset.training;
    Recipe recipe = quick_recipe();
    recipe.epochs = 60;
    recipe.weight_decay = 0;
    const auto result = train_network(test::made_network(), recipe, dataset, 1);
    CHECK(result.validation.top1 == 100);
    CHECK(result.epochs.size() == 60);
    CHECK(result.epochs.back().train_loss < 0.1);
    CHECK(result.images == 64 * 60);
}

TEST_CASE("what was learned holds for images that training never saw") {
    const auto result = train_network(test::made_network(), quick_recipe(), test::made_dataset(), 1);
    CHECK(result.validation.top1 > 90);
    CHECK(result.epochs.back().train_loss < result.epochs.front().train_loss);
    CHECK_FALSE(result.test_top1);
}

TEST_CASE("every optimiser and schedule learns") {
    const auto [optimizer, rate] = GENERATE(table<OptimizerKind, double>(
        {{OptimizerKind::sgd, 0.05}, {OptimizerKind::adam, 0.003}, {OptimizerKind::rmsprop, 0.002}}));
    const auto schedule =
        GENERATE(ScheduleKind::cosine, ScheduleKind::constant, ScheduleKind::step, ScheduleKind::one_cycle);
    Recipe recipe = quick_recipe();
    recipe.optimizer = optimizer;
    recipe.learning_rate = rate;
    recipe.schedule = schedule;
    CHECK(train_network(test::made_network(), recipe, test::made_dataset(), 1).validation.top1 > 80);
}

TEST_CASE("shuffled training labels leave validation at chance") {
    Recipe recipe = quick_recipe();
    recipe.shuffle_labels = true;
    recipe.epochs = 2;
    const auto result = train_network(test::made_network(), recipe, test::made_dataset(512, 512), 1);
    CHECK(result.validation.top1 > 10);
    CHECK(result.validation.top1 < 40);
}

TEST_CASE("the same seed gives the same bits, another one others") {
    Recipe recipe = quick_recipe();
    recipe.flip = recipe.shift = true;
    recipe.epochs = 2;
    const Dataset dataset = test::made_dataset();
    const auto first = train_network(test::made_network(), recipe, dataset, 7);
    const auto second = train_network(test::made_network(), recipe, dataset, 7);
    const auto other = train_network(test::made_network(), recipe, dataset, 8);
    CHECK(first.validation.top1 == second.validation.top1);
    CHECK(first.validation.loss == second.validation.loss);
    for (const auto& [name, tensor] : first.weights) CHECK(second.weights.at(name).values == tensor.values);
    CHECK(other.weights.at("head.weight").values != first.weights.at("head.weight").values);
}

TEST_CASE("training goes on from given weights") {
    const Dataset dataset = test::made_dataset();
    Recipe recipe = quick_recipe();
    const auto parent = train_network(test::made_network(), recipe, dataset, 1);
    recipe.steps = 1;
    recipe.learning_rate = 0;
    const auto child = train_network(test::made_network(), recipe, dataset, 2, &parent.weights);
    CHECK(child.weights.at("head.weight").values == parent.weights.at("head.weight").values);
    CHECK(child.validation.top1 == Approx(parent.validation.top1).margin(3));
}

TEST_CASE("a diverging training is an error with its reason, not a poor accuracy") {
    Recipe recipe = quick_recipe();
    recipe.learning_rate = GENERATE(30.0, 1e6);
    CHECK_THROWS_AS(train_network(test::made_network(), recipe, test::made_dataset(), 1), Diverged);
    CHECK_THROWS_WITH(train_network(test::made_network(), recipe, test::made_dataset(), 1),
                      Catch::Contains("training diverged") && Catch::Contains("learning rate"));
}

TEST_CASE("steps, subsets and resolution bound what is seen") {
    Recipe recipe = quick_recipe();
    recipe.steps = 5;
    recipe.train_images = 64;
    recipe.validation_images_used = 50;
    recipe.resolution = 6;
    recipe.rate_test = true;
    const auto result = train_network(test::made_network({1, 6, 6}), recipe, test::made_dataset(), 1);
    CHECK(result.images == 5 * 32);
    CHECK(result.epochs.size() == 3);
    // Of 50 images, every top-1 is a whole even percentage.
    CHECK(result.validation.top1 / 2 == Approx(std::round(result.validation.top1 / 2)));
    REQUIRE(result.test_top1);
    CHECK(*result.test_top1 >= 0);
}

TEST_CASE("a training set smaller than the batch is one batch") {
    Recipe recipe = quick_recipe();
    recipe.batch = 1000;
    CHECK(train_network(test::made_network(), recipe, test::made_dataset(), 1).images == 4 * 256);
}

TEST_CASE("an unknown compute device is named") {
    Recipe recipe = quick_recipe();
    recipe.compute_device = "tpu";
    CHECK_THROWS_WITH(train_network(test::made_network(), recipe, test::made_dataset(), 1), Catch::Contains("\"tpu\""));
}
