#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "made_data.h"
#include "train/training.h"

using namespace hwnas;
using namespace hwnas::train;

TEST_CASE("a short training on Fashion-MNIST rates above 70 percent") {
    const char* named = std::getenv("HWNAS_FASHION_MNIST");
    const DatasetOptions options{"idx", named != nullptr ? named : "/usr/share/datasets/fashion-mnist", 6000};
    if (!std::filesystem::exists(options.path)) {
        std::cout << "SKIPPED: no Fashion-MNIST in " << options.path << " (Debian: dataset-fashion-mnist)\n";
        return;
    }
    const Dataset dataset = load_dataset(options, {1, 28, 28});
    CHECK(dataset.training.count() == 54000);
    CHECK(dataset.test.count() == 10000);
    Recipe recipe;
    recipe.steps = 150;
    recipe.validation_images_used = 1000;
    recipe.resolution = 14;
    const auto result = train_network(test::made_network({1, 14, 14}, 10), recipe, dataset, 1);
    CHECK(result.validation.top1 > 70);
}
