#include "search/lstm_policy.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace hwnas;

namespace {

LstmShape small_shape(double tanh_constant) {
    LstmShape shape;
    shape.sizes = {3, 2, 1, 4, 3};
    shape.conditions = 2;
    shape.hidden = 5;
    shape.temperature = 0.7;
    shape.tanh_constant = tanh_constant;
    return shape;
}

/// Weights far from zero, so that no slope is hidden by symmetry.
void scatter(LstmPolicy& policy, Rng& rng) {
    auto parameters = policy.parameters();
    for (auto& parameter : parameters) parameter = rng.normal();
    policy.set_parameters(parameters);
}

std::vector<std::vector<bool>> all_allowed(const LstmShape& shape) {
    std::vector<std::vector<bool>> allowed;
    for (const std::size_t size : shape.sizes) allowed.emplace_back(size, true);
    return allowed;
}

/// Log-probabilities of a sequence's tokens, through the learning pass.
std::vector<double> log_probabilities_of(const LstmPolicy& policy, const TokenSequence& sequence) {
    std::vector<double> result;
    (void)policy.loss_gradient(std::vector{sequence}, [&](std::size_t, std::size_t, double log_probability, double) {
        result.push_back(log_probability);
        return LstmPolicy::TokenLoss{};
    });
    return result;
}

}  // namespace

TEST_CASE("Backward through time agrees with finite differences") {
    const double tanh_constant = GENERATE(0.0, 2.5);
    const auto shape = small_shape(tanh_constant);
    Rng rng(1);
    LstmPolicy policy(shape, rng.split(0));
    scatter(policy, rng);

    std::vector<TokenSequence> sequences(3);
    for (std::size_t s = 0; s < sequences.size(); ++s) {
        sequences[s].condition = s % 2;
        sequences[s].allowed = all_allowed(shape);
        for (const std::size_t size : shape.sizes)
            sequences[s].tokens.push_back(static_cast<std::uint8_t>(rng.below(size)));
    }
    sequences[1].allowed[3] = {false, true, false, true};
    sequences[1].tokens[3] = 3;
    // A loss that is curved in both of its arguments and differs by token.
    const auto loss = [](std::size_t s, std::size_t i, double log_probability, double entropy) {
        const double a = 0.3 + static_cast<double>(s) - 0.4 * static_cast<double>(i);
        const double b = 0.2 * static_cast<double>(i) - 0.5;
        return LstmPolicy::TokenLoss{a * std::exp(log_probability) + b * entropy * entropy,
                                     a * std::exp(log_probability), 2 * b * entropy};
    };
    const auto result = policy.loss_gradient(sequences, loss);
    const auto at = policy.parameters();
    REQUIRE(result.slopes.size() == at.size());
    double greatest = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
        const double step = 1e-5;
        auto moved = at;
        moved[i] = at[i] + step;
        policy.set_parameters(moved);
        const double above = policy.loss_gradient(sequences, loss).value;
        moved[i] = at[i] - step;
        policy.set_parameters(moved);
        const double below = policy.loss_gradient(sequences, loss).value;
        const double expected = (above - below) / (2 * step);
        greatest = std::max(greatest, std::abs(expected));
        CAPTURE(i, tanh_constant);
        REQUIRE(result.slopes[i] == Approx(expected).epsilon(1e-6).margin(1e-8));
    }
    CHECK(greatest > 0.01);
}

TEST_CASE("Drawing and learning agree on the probability of a sequence") {
    const auto shape = small_shape(2.5);
    Rng rng(2);
    LstmPolicy policy(shape, rng.split(0));
    scatter(policy, rng);
    for (std::size_t condition = 0; condition < 2; ++condition) {
        TokenSequence sequence{condition, {}, all_allowed(shape)};
        sequence.allowed[0] = {true, false, true};
        LstmPolicy::Draw draw(policy, condition);
        for (std::size_t i = 0; i < shape.sizes.size(); ++i) (void)draw.pick(i, sequence.allowed[i], rng);
        sequence.tokens = draw.tokens();
        const auto learned = log_probabilities_of(policy, sequence);
        for (std::size_t i = 0; i < learned.size(); ++i)
            CHECK(draw.log_probabilities()[i] == Approx(learned[i]).epsilon(1e-12).margin(1e-14));
    }
}

TEST_CASE("The probabilities of all sequences sum to one, under masks too") {
    LstmShape shape;
    shape.sizes = {2, 3, 2};
    shape.hidden = 4;
    Rng rng(3);
    LstmPolicy policy(shape, rng.split(0));
    scatter(policy, rng);
    auto allowed = all_allowed(shape);
    allowed[1] = {true, false, true};
    double total = 0;
    for (std::uint8_t a = 0; a < 2; ++a)
        for (const std::uint8_t b : {std::uint8_t{0}, std::uint8_t{2}})
            for (std::uint8_t c = 0; c < 2; ++c) {
                double sum = 0;
                for (const double log_probability : log_probabilities_of(policy, {0, {a, b, c}, allowed}))
                    sum += log_probability;
                total += std::exp(sum);
            }
    CHECK(total == Approx(1).epsilon(1e-12));
}

TEST_CASE("Values are drawn as often as their probability says and never where masked") {
    LstmShape shape;
    shape.sizes = {4};
    shape.hidden = 3;
    Rng rng(4);
    LstmPolicy policy(shape, rng.split(0));
    scatter(policy, rng);
    const std::vector<bool> allowed{true, false, true, true};
    std::vector<int> counts(4, 0);
    const int draws = 20000;
    for (int i = 0; i < draws; ++i) ++counts[LstmPolicy::Draw(policy, 0).pick(0, allowed, rng)];
    CHECK(counts[1] == 0);
    for (const std::uint8_t token : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{3}}) {
        const double p = std::exp(log_probabilities_of(policy, {0, {token}, {allowed}}).front());
        CHECK(counts[token] == Approx(draws * p).margin(5 * std::sqrt(draws * p)));
    }
}

TEST_CASE("Going back to an earlier position forgets what came after it") {
    const auto shape = small_shape(0);
    Rng rng(5);
    LstmPolicy policy(shape, rng.split(0));
    scatter(policy, rng);
    const auto allowed = all_allowed(shape);
    LstmPolicy::Draw straight(policy, 1);
    LstmPolicy::Draw returning(policy, 1);
    Rng first(9);
    for (std::size_t i = 0; i < 4; ++i) (void)returning.pick(i, allowed[i], first);
    first = Rng(10);
    Rng second(10);
    for (std::size_t i = 0; i < shape.sizes.size(); ++i) {
        (void)straight.pick(i, allowed[i], first);
        (void)returning.pick(i, allowed[i], second);
    }
    CHECK(straight.tokens() == returning.tokens());
    CHECK(straight.log_probabilities() == returning.log_probabilities());
}

TEST_CASE("A given token that is not allowed, or that its position does not have, is refused") {
    const auto shape = small_shape(0);
    const LstmPolicy policy(shape, Rng(5));
    LstmPolicy::Draw draw(policy, 1);
    auto allowed = all_allowed(shape).front();
    const auto beyond = static_cast<std::uint8_t>(allowed.size());
    CHECK_THROWS_AS(draw.take(0, allowed, beyond), std::invalid_argument);
    allowed[0] = false;
    CHECK_THROWS_AS(draw.take(0, allowed, 0), std::invalid_argument);
    CHECK(draw.tokens().empty());
}

TEST_CASE("A bounded policy keeps every value possible") {
    LstmShape shape;
    shape.sizes = {2};
    shape.hidden = 2;
    shape.tanh_constant = 2.5;
    LstmPolicy policy(shape, Rng(6));
    auto parameters = policy.parameters();
    for (auto& parameter : parameters) parameter *= 1e6;
    policy.set_parameters(parameters);
    for (std::uint8_t token = 0; token < 2; ++token)
        CHECK(log_probabilities_of(policy, {0, {token}, {{true, true}}}).front() >= -std::log1p(std::exp(5.0)) - 1e-9);
}

TEST_CASE("A fresh policy is nearly uniform") {
    LstmShape shape;
    shape.sizes = std::vector<std::size_t>(42, 4);
    const LstmPolicy policy(shape, Rng(7));
    for (const double log_probability :
         log_probabilities_of(policy, {0, std::vector<std::uint8_t>(42, 1), all_allowed(shape)}))
        CHECK(log_probability == Approx(-std::log(4.0)).margin(0.2));
}
