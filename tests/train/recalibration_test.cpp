#include <cmath>
#include <map>
#include <numeric>

#include "made_data.h"
#include "train/averaged_weights.h"
#include "train/batch.h"
#include "train/network.h"
#include "train/plain_network.h"
#include "train/training.h"
// LibTorch's logging library has a CHECK of its own, which aborts.
#undef CHECK
#include <catch2/catch.hpp>

using namespace hwnas;
using namespace hwnas::train;

namespace {

Weights made_weights(const Graph& graph) {
    const c10::InferenceMode guard;
    Network network(graph, at::kCPU);
    network.initialise(Rng(7));
    return network.weights();
}

/// What LibTorch finds of each batch norm's input over all of these images in one batch: mean and unbiased variance.
std::map<std::string, std::vector<float>> statistics(const Graph& graph, const Weights& weights, const Images& images) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(images.count()));
    std::iota(order.begin(), order.end(), 0);
    Rng unused(0);
    const at::Tensor batch = image_batch(images, order, Normalisation(images), {}, unused, at::kCPU).contiguous();
    const PlainNetwork network(graph, weights, at::kDouble);
    const auto values = network.values(batch.to(at::kDouble));
    std::map<std::string, std::vector<float>> found;
    for (const auto& node : graph.nodes()) {
        if (!std::holds_alternative<op::BatchNormalization>(node.op)) continue;
        const at::Tensor x = values[static_cast<std::size_t>(node.inputs.front())].detach().transpose(0, 1).flatten(1);
        const auto list = [](const at::Tensor& t) {
            const at::Tensor floats = t.to(at::kFloat).contiguous();
            return std::vector<float>(floats.data_ptr<float>(), floats.data_ptr<float>() + floats.numel());
        };
        found[node.name + ".running_mean"] = list(x.mean(1));
        found[node.name + ".running_var"] = list(x.var(1, true));
    }
    return found;
}

Recipe rating_recipe(std::int64_t batch, std::int64_t recalibrate) {
    Recipe recipe;
    recipe.epochs = 0;
    recipe.batch = batch;
    recipe.recalibrate_batches = recalibrate;
    return recipe;
}

}  // namespace

TEST_CASE("inherited weights that are only rated get the statistics of a pass over training images") {
    const Graph graph = test::made_network();
    const Dataset dataset = test::made_dataset(48, 32);
    const Weights weights = made_weights(graph);
    const auto kept = train_network(graph, rating_recipe(48, 0), dataset, 1, &weights);
    const auto made = train_network(graph, rating_recipe(48, 1), dataset, 1, &weights);
    for (const auto& [name, expected] : statistics(graph, weights, dataset.training)) {
        CAPTURE(name);
        const auto& found = made.weights.at(name).values;
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            CHECK(found[i] == Approx(expected[i]).epsilon(1e-3).margin(1e-4));
        CHECK(kept.weights.at(name).values == weights.at(name).values);
    }
    CHECK(made.weights.at("stem.weight").values == weights.at("stem.weight").values);
    CHECK(made.validation.loss != kept.validation.loss);
}

TEST_CASE("each batch of the pass counts alike") {
    const Graph graph = test::made_network();
    const Dataset dataset = test::made_dataset(96, 32);
    const Weights weights = made_weights(graph);
    // The first batch norm's input does not depend on batches: the even mean over 12 of them is that over all images.
    const auto made = train_network(graph, rating_recipe(8, 100), dataset, 1, &weights);
    const auto expected = statistics(graph, weights, dataset.training).at("stem.norm.running_mean");
    const auto& found = made.weights.at("stem.norm.running_mean").values;
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-3).margin(1e-4));
}

TEST_CASE("weights of the last steps are averaged evenly") {
    AveragedWeights averaged(0.5, 4);
    at::Tensor weights = at::zeros({2}, at::kFloat);
    for (std::int64_t step = 0; step < 4; ++step) {
        weights.fill_(static_cast<double>(10 * step));
        averaged.see(weights, step);
    }
    averaged.put_into(weights);
    CHECK(weights[0].item<float>() == Approx(25));
    const AveragedWeights none(0, 4);
    none.put_into(weights);
    CHECK(weights[0].item<float>() == Approx(25));
}

TEST_CASE("a training that averages keeps the average, with statistics of its own") {
    const Graph graph = test::made_network();
    const Dataset dataset = test::made_dataset(64, 64);
    Recipe recipe;
    recipe.epochs = 3;
    recipe.batch = 64;
    recipe.learning_rate = 0.05;
    recipe.flip = recipe.shift = false;
    const auto last = train_network(graph, recipe, dataset, 1);
    recipe.averaged_fraction = 0.67;
    recipe.recalibrate_batches = 1;
    const auto average = train_network(graph, recipe, dataset, 1);
    CHECK(average.weights.at("stem.weight").values != last.weights.at("stem.weight").values);
    for (const auto& [name, expected] : statistics(graph, average.weights, dataset.training)) {
        CAPTURE(name);
        const auto& found = average.weights.at(name).values;
        for (std::size_t i = 0; i < found.size(); ++i)
            CHECK(found[i] == Approx(expected[i]).epsilon(1e-3).margin(1e-4));
    }
    CHECK(average.validation.loss == average.epochs.back().validation.loss);
}
