#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/rng.h"

using namespace hwnas;

TEST_CASE("the generator is xoshiro256**: the authors' sequence from the state 1, 2, 3, 4") {
    Rng rng(Rng::State{1, 2, 3, 4});
    CHECK(rng.next() == 11520U);
    CHECK(rng.next() == 0U);
    CHECK(rng.next() == 1509978240U);
    CHECK(rng.next() == 1215971899390074240U);
}

TEST_CASE("a stream goes on from its serialised state") {
    Rng rng(7);
    (void)rng.next();
    Rng copy(rng.state());
    CHECK(copy.next() == rng.next());
}

TEST_CASE("split streams differ by label and leave the parent where it is") {
    const Rng parent(7);
    Rng a = parent.split(1);
    Rng b = parent.split(2);
    Rng again = parent.split(1);
    const auto first = a.next();
    CHECK(first == again.next());
    CHECK(first != b.next());
}

TEST_CASE("distributions have their moments") {
    Rng rng(3);
    constexpr int n = 200000;
    double sum = 0;
    double squares = 0;
    std::vector<int> counts(6);
    for (int i = 0; i < n; ++i) {
        const double x = rng.normal();
        sum += x;
        squares += x * x;
        ++counts[rng.below(6)];
    }
    CHECK(std::abs(sum / n) < 0.01);
    CHECK(std::abs(squares / n - 1) < 0.02);
    for (const int count : counts) CHECK(std::abs(count - n / 6) < 800);  // five standard deviations
}

TEST_CASE("weighted draws follow the weights and never take a zero") {
    Rng rng(5);
    std::vector<int> counts(3);
    for (int i = 0; i < 30000; ++i) ++counts[rng.weighted(std::vector<double>{1, 0, 2})];
    CHECK(counts[1] == 0);
    CHECK(std::abs(counts[2] - 20000) < 500);
}

TEST_CASE("a shuffle is a permutation") {
    Rng rng(1);
    std::vector<int> items(50);
    std::iota(items.begin(), items.end(), 0);
    auto shuffled = items;
    rng.shuffle(shuffled);
    CHECK(shuffled != items);
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == items);
}
