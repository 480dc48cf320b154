#include "search/modelled_space.h"

#include <catch2/catch.hpp>

#include "made_problem.h"

using namespace hwnas;
using namespace hwnas::test;

TEST_CASE("choices of one kind are told by their names") {
    const MadeProblem made(small_space());
    const ModelledSpace modelled(made.problem);
    const auto& choices = made.space().choices();
    const auto& structure = modelled.choices();
    REQUIRE(structure.kinds.size() == choices.size());
    for (std::size_t i = 0; i < choices.size(); ++i)
        for (std::size_t j = 0; j < choices.size(); ++j) {
            const auto kind = [](const std::string& name) { return name.substr(name.find('.') + 1); };
            INFO(choices[i].name << " and " << choices[j].name);
            CHECK((structure.kinds[i] == structure.kinds[j]) == (kind(choices[i].name) == kind(choices[j].name)));
        }
}

TEST_CASE("known figures are features on a log scale, of mean 0 and deviation 1 over the space") {
    const MadeProblem made(small_space());
    const ModelledSpace modelled(made.problem);
    Rng rng(5);
    std::vector<Encoding> encodings;
    for (int i = 0; i < 2000; ++i) encodings.push_back(made.space().canonical(made.problem.feasible->sample(rng)));
    const auto points = modelled.points(encodings);
    REQUIRE(points.features.cols() >= 1);  // latency, then what else is known
    const Eigen::ArrayXd feature = points.features.col(0);
    CHECK(feature.mean() == Approx(0).margin(0.1));
    CHECK(std::sqrt((feature - feature.mean()).square().mean()) == Approx(1).epsilon(0.1));
    const auto slope = [&](std::size_t a, std::size_t b) {
        const double by_log = std::log(made.latency(encodings[a])) - std::log(made.latency(encodings[b]));
        return (feature[static_cast<Eigen::Index>(a)] - feature[static_cast<Eigen::Index>(b)]) / by_log;
    };
    CHECK(slope(0, 1) == Approx(slope(2, 3)));
}
