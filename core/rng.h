#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hwnas {

/// Random numbers that are the same on every machine, compiler and library
/// version: xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64, with
/// distributions of our own (those of <random> differ between libraries).
/// A value type: copying it copies the stream, `state` serialises it.
class Rng {
public:
    using State = std::array<std::uint64_t, 4>;

    explicit Rng(std::uint64_t seed);
    explicit Rng(const State& state) : state_(state) {}

    /// An independent stream that depends on this one's seed state and on
    /// `label` alone; this stream does not move.
    [[nodiscard]] Rng split(std::uint64_t label) const;

    std::uint64_t next();
    /// Uniform in [0, 1), 53 bits.
    double uniform();
    /// Uniform in [0, bound) without bias; `bound` must be positive.
    std::uint64_t below(std::uint64_t bound);
    /// Standard normal (Box-Muller, the cosine half).
    double normal();
    /// An index drawn with probability proportional to its weight. Weights are
    /// not negative and not all zero.
    std::size_t weighted(std::span<const double> weights);
    /// Fisher-Yates.
    template <typename T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }

    [[nodiscard]] const State& state() const { return state_; }

private:
    State state_;
};

/// Mixes words into one seed (SplitMix64's finaliser over a running sum), so
/// that a seed for (study seed, architecture, repeat) is a pure function.
[[nodiscard]] std::uint64_t mix_seed(std::initializer_list<std::uint64_t> words);

/// FNV-1a, 64 bit: for turning names into seed words, not for artefact names.
[[nodiscard]] std::uint64_t seed_word(std::string_view text);

}  // namespace hwnas
