#include "search/earlier_figures.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "made_problem.h"
#include "regression/agreement.h"
#include "search/surrogate.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

std::vector<Encoding> drawn(const MadeProblem& made, std::size_t count, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < count; ++i)
        encodings.push_back(made.space().canonical(made.problem.feasible->sample(rng)));
    return encodings;
}

/// The problem with an earlier figure that grows with quality, of 150 networks.
SearchProblem with_hint(const MadeProblem& made) {
    SearchProblem problem = made.problem;
    EarlierFigure figure{"hint", drawn(made, 150, 1), {}};
    for (const auto& encoding : figure.encodings) figure.values.push_back(std::exp(3 * made.quality(encoding)));
    problem.earlier.push_back(std::move(figure));
    return problem;
}

std::vector<double> qualities(const MadeProblem& made, const std::vector<Encoding>& encodings) {
    std::vector<double> values;
    for (const auto& encoding : encodings) values.push_back(made.quality(encoding));
    return values;
}

/// How a model of a few trials ranks networks that it has not seen.
double forecast(const MadeProblem& made, const SearchProblem& problem) {
    Surrogate surrogate(problem);
    for (const auto& encoding : drawn(made, 8, 2)) {
        Trial trial;
        trial.state = TrialState::complete;
        trial.architecture.encoding = encoding;
        trial.values = {{"top1", 50 + 40 * made.quality(encoding)}, {"latency@made", made.latency(encoding)}};
        surrogate.tell(trial);
    }
    const auto others = drawn(made, 200, 3);
    auto candidates = surrogate.candidates(others);
    std::vector<double> expected;
    for (const auto& values : surrogate.imagined(candidates, 0)) expected.push_back(values.at("top1"));
    return kendall_tau(expected, qualities(made, others));
}

}  // namespace

TEST_CASE("what an earlier figure says of networks that it never saw is a feature of about deviation 1") {
    const MadeProblem made(small_space());
    const auto problem = with_hint(made);
    const auto others = drawn(made, 300, 4);
    const auto plain = ModelledSpace(made.problem).points(others);
    const auto points = with_earlier_figures(problem).points(others);
    REQUIRE(points.features.cols() == plain.features.cols() + 1);
    CHECK(points.codes == plain.codes);
    CHECK(points.features.leftCols(plain.features.cols()) == plain.features);
    const Eigen::ArrayXd feature = points.features.col(plain.features.cols());
    CHECK(std::abs(feature.mean()) < 0.3);
    CHECK(std::sqrt((feature - feature.mean()).square().mean()) == Approx(1).margin(0.25));
    CHECK(kendall_tau({feature.begin(), feature.end()}, qualities(made, others)) > 0.8);
}

TEST_CASE("a model that knows an earlier figure forecasts from a few trials what one without it can't") {
    const MadeProblem made(small_space());
    const double without = forecast(made, made.problem), with = forecast(made, with_hint(made));
    INFO("tau " << without << " without, " << with << " with the earlier figure");
    CHECK(with > 0.75);
    CHECK(with > without + 0.15);
}

TEST_CASE("an earlier figure that says nothing does little harm once there are trials") {
    const MadeProblem made(small_space()), other(small_space(), 9);
    SearchProblem problem = made.problem;
    problem.earlier.push_back({"noise", drawn(made, 150, 1), {}});
    for (const auto& encoding : problem.earlier.front().encodings)
        problem.earlier.front().values.push_back(other.quality(encoding));
    CHECK(forecast(made, problem) > forecast(made, made.problem) - 0.15);
}
