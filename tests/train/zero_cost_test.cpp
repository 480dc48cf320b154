#include "train/zero_cost.h"

#include "train/zero_cost_scores.h"
// LibTorch's logging library has a CHECK of its own, which aborts.
#undef CHECK
#include <catch2/catch.hpp>
#include <cmath>

#include "made_data.h"
#include "predictors/zero_cost_proxies.h"
#include "train/trainer.h"

using namespace hwnas;
using namespace hwnas::train;

namespace {

at::Tensor tensor(std::vector<double> values, std::vector<std::int64_t> shape) {
    return at::tensor(values, at::kDouble).view(shape);
}

std::vector<std::string> all_proxies() {
    std::vector<std::string> names;
    for (const auto& [name, unit] : zero_cost_proxies()) names.push_back(name);
    return names;
}

/// Two fully connected layers of 2 to 1 to 2 with a batch norm between that has a say in nothing.
Graph narrow_network() {
    Graph graph({2, 1, 1});
    graph.add("first", op::Conv{.filters = 1}, {0});
    graph.add("norm", op::BatchNormalization{}, {graph.output()});
    graph.add("flatten", op::Flatten{}, {graph.output()});
    graph.add("second", op::Gemm{.features = 2, .bias = false}, {graph.output()});
    return graph;
}

Weights narrow_weights() {
    return {{"first.weight", {{1, 2, 1, 1}, {1, -2}}},
            {"norm.weight", {{1}, {7}}},
            {"norm.bias", {{1}, {5}}},
            {"norm.running_mean", {{1}, {3}}},
            {"norm.running_var", {{1}, {0.5}}},
            {"second.weight", {{2, 1}, {3, -1}}}};
}

Json ask(Trainer& trainer, const Json& request) { return Json::parse(trainer.answer(request.dump())); }

Json request(const std::filesystem::path& folder, std::uint64_t seed) {
    return {{"id", 3},
            {"task", "zero-cost"},
            {"graph", to_json(test::made_network({1, 8, 8}, 4))},
            {"seed", seed},
            {"dataset", {{"format", "idx"}, {"path", folder}, {"validation_images", 20}}},
            {"proxies", {"snip", "zico", "naswot"}},
            {"batch", 16},
            {"batches", 2}};
}

void write_idx(const std::filesystem::path& folder) {
    for (const auto& [part, count] : {std::pair{"train", 60}, std::pair{"t10k", 12}}) {
        const Images images = test::made_images(count, 1);
        const auto extents = [](std::initializer_list<int> values) {
            std::string text{'\0', '\0', '\x08', static_cast<char>(values.size())};
            for (const int value : values) text += std::string(3, '\0') + static_cast<char>(value);
            return text;
        };
        std::string labels = extents({count});
        for (const auto label : images.labels) labels += static_cast<char>(label);
        test::write(folder / (std::string(part) + "-labels-idx1-ubyte"), labels);
        test::write(folder / (std::string(part) + "-images-idx3-ubyte"),
                    extents({count, 8, 8}) + std::string(images.pixels.begin(), images.pixels.end()));
    }
}

}  // namespace

TEST_CASE("the zero-cost proxies' formulas give what is computed by hand") {
    // The two images agree with themselves in 2 bits, with each other in 1: det {{2, 1}, {1, 2}} = 3.
    CHECK(naswot({tensor({1, 1}, {2, 1}), tensor({0, 1}, {2, 1})}) == Approx(std::log(3)));
    CHECK(naswot({tensor({1, 0, 1, 0}, {2, 2})}) == -INFINITY);
    // Uncorrelated rows have the eigenvalues 1 and 1, proportional ones 2 and 0.
    const auto part = [](double v) { return std::log(v + 1e-5) + 1 / (v + 1e-5); };
    CHECK(jacobian_covariance(tensor({1, -1, 0, 0, 0, 0, 5, -5}, {2, 4})) == Approx(-2 * part(1)));
    CHECK(jacobian_covariance(tensor({1, 2, 4, 2, 4, 8}, {2, 3})) == Approx(-part(2) - part(0)).epsilon(1e-6));
    CHECK(std::isnan(jacobian_covariance(tensor({1, 2, 3, 3}, {2, 2}))));
    CHECK(gradient_norm({tensor({3, -4}, {2}), tensor({2}, {1, 1})}) == Approx(7));
    CHECK(saliency({tensor({1, -2}, {2})}, {tensor({3, 1}, {2})}) == Approx(5));
    CHECK(grasp({tensor({1, -2}, {2})}, {tensor({3, 1}, {2})}) == Approx(-1));
    // One channel of two positions: the images' products sum to 3 and to 3.
    CHECK(fisher({tensor({1, 2, 0, 1}, {2, 1, 1, 2})}, {tensor({1, 1, 2, 3}, {2, 1, 1, 2})}) == Approx(18.0 / 4));
    // Magnitudes 1 and 3 have mean 2 and deviation 1; 2 and 2 are left out, as is a layer of such alone.
    CHECK(zico({{tensor({1, -2}, {2}), tensor({4}, {1})}, {tensor({-3, 2}, {2}), tensor({-4}, {1})}}) ==
          Approx(std::log(2)));
}

TEST_CASE("synflow's flow passes a batch norm by, and signs") {
    // 1 + 2 = 3 reaches the outputs as 9 and 3: each layer's weights carry the whole of 12.
    const LabelledBatch batch{at::ones({2, 2, 1, 1}), at::zeros({2}, at::kLong)};
    const auto scores = zero_cost_scores(narrow_network(), narrow_weights(), {batch}, {"synflow"});
    REQUIRE(scores.refused.empty());
    CHECK(scores.values.at("synflow") == Approx(std::log(24)));
}

TEST_CASE("a proxy that a network has no value for says why, and the others have theirs") {
    const LabelledBatch batch{at::ones({2, 2, 1, 1}), at::zeros({2}, at::kLong)};
    const auto scores = zero_cost_scores(narrow_network(), narrow_weights(), {batch}, all_proxies());
    CHECK(scores.values.contains("snip"));
    CHECK(scores.values.size() + scores.refused.size() == all_proxies().size());
    CHECK_THAT(scores.refused.at("naswot"), Catch::Contains("no ReLUs"));
    CHECK_THAT(scores.refused.at("zico"), Catch::Contains("two batches or more"));
    CHECK_THAT(scores.refused.at("jacob_cov"), Catch::Contains("nan"));  // the same image twice, in one batch norm
}

TEST_CASE("the trainer answers for proxies with figures that a seed decides") {
    const test::TemporaryFolder folder;
    write_idx(folder.path());
    Trainer trainer;
    Json plain = request(folder.path(), 7);
    const Json first = ask(trainer, plain);
    INFO(first.dump());
    REQUIRE_FALSE(first.contains("error"));
    CHECK(first["values"]["snip"].get<double>() > 0);
    CHECK(first["values"].contains("zico"));
    CHECK_THAT(first["refused"]["naswot"].get<std::string>(), Catch::Contains("reduce.swish"));
    CHECK(first["cpu_seconds"].get<double>() > 0);
    CHECK(ask(trainer, plain)["values"] == first["values"]);
    CHECK(ask(trainer, request(folder.path(), 8))["values"] != first["values"]);
    plain["batch"] = 21;
    CHECK_THAT(ask(trainer, plain)["error"].get<std::string>(),
               Catch::Contains("2 batches of 21 training images") && Catch::Contains("40 images"));
    plain = request(folder.path(), 7);
    plain["graph"] = to_json(test::made_network({1, 8, 8}, 5));
    CHECK_THAT(ask(trainer, plain)["error"].get<std::string>(), Catch::Contains("classes"));
}

TEST_CASE("images that a request gives are held against the network and their labels") {
    Trainer trainer;
    Json given = request("none", 1);
    given.erase("dataset");
    given["proxies"] = {"snip", "fisher"};
    std::vector<double> pixels(3 * 64, 0.5);
    pixels[7] = -2;
    given["batches_given"] = {{{"images", pixels}, {"labels", {0, 3, 1}}}};
    const Json answer = ask(trainer, given);
    INFO(answer.dump());
    REQUIRE_FALSE(answer.contains("error"));
    CHECK(answer["values"].size() == 2);
    given["batches_given"][0]["labels"] = {0, 3};
    CHECK_THAT(ask(trainer, given)["error"].get<std::string>(), Catch::Contains("2 x 1x8x8 numbers"));
    given["batches_given"][0]["labels"] = {0, 3, 4};
    CHECK_THAT(ask(trainer, given)["error"].get<std::string>(), Catch::Contains("/labels/2"));
    given.erase("batches_given");
    CHECK_THAT(ask(trainer, given)["error"].get<std::string>(), Catch::Contains("\"dataset\""));
}
