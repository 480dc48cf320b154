#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/rng.h"
#include "space/choice_space.h"

namespace hwnas {

/// The part of a space that meets every hard limit, walked choice by choice: a
/// sampler that keeps to `allowed` ends inside without rejecting much.
class FeasibleSet {
public:
    virtual ~FeasibleSet() = default;

    [[nodiscard]] virtual const ChoiceSpace& space() const = 0;
    [[nodiscard]] virtual bool contains(const Encoding& encoding) const = 0;
    /// For the choice at index prefix.size(): for each of its values, whether some
    /// completion may lie inside. All false: the prefix is a dead end.
    [[nodiscard]] virtual std::vector<bool> allowed(std::span<const std::uint8_t> prefix) const = 0;
    /// The limits in words: `latency@cpu <= 3 ms, ...`
    [[nodiscard]] virtual std::string limits_text() const = 0;

    /// Draws choice by choice, each by `pick(choice index, allowed)`; starts again
    /// at a dead end. Throws RunError after 1,000 of them, naming the limits.
    using Pick = std::function<std::uint8_t(std::size_t, const std::vector<bool>&)>;
    [[nodiscard]] Encoding walk(const Pick& pick) const;
    /// Uniform over the allowed values of each choice.
    [[nodiscard]] Encoding sample(Rng& rng) const;
};

/// A uniform draw among the values that a mask allows; one must be.
[[nodiscard]] std::uint8_t draw_allowed(const std::vector<bool>& allowed, Rng& rng);

}  // namespace hwnas
