#include "core/rng.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace hwnas {
namespace {

std::uint64_t finalise(std::uint64_t word) {
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
    return word ^ (word >> 31);
}

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;

}  // namespace

Rng::Rng(std::uint64_t seed) : state_{} {
    for (auto& word : state_) word = finalise(seed += golden_gamma);
}

Rng Rng::split(std::uint64_t label) const { return Rng(mix_seed({state_[0], state_[1], state_[2], state_[3], label})); }

std::uint64_t Rng::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Rng::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t Rng::below(std::uint64_t bound) {
    // The part of the 64-bit range that is no multiple of the bound is drawn again.
    const std::uint64_t threshold = (0 - bound) % bound;
    for (;;) {
        const std::uint64_t word = next();
        if (word >= threshold) return word % bound;
    }
}

double Rng::normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t Rng::weighted(std::span<const double> weights) {
    double total = 0;
    for (const double weight : weights) total += weight;
    double left = uniform() * total;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0) continue;
        last = i;
        left -= weights[i];
        if (left < 0) return i;
    }
    return last;  // rounding left a remainder: the last possible one
}

std::uint64_t mix_seed(std::initializer_list<std::uint64_t> words) {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words) sum = finalise(sum + golden_gamma + word);
    return sum;
}

std::uint64_t seed_word(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

}  // namespace hwnas
