#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.h"
#include "space/compiled_metric.h"

namespace hwnas {

/// A hard upper bound on a known figure.
struct Bound {
    std::string name;  ///< for messages: `latency@cpu`
    std::string unit;
    std::function<double(double)> from_fold;  ///< monotone map from the fold to the figure; empty: identity
    const CompiledMetric* metric = nullptr;
    double most = 0;
};

/// The architectures of a space that meet every bound, walked choice by choice:
/// a sampler that keeps to `allowed` ends inside without rejecting anything
/// (with one bound always; with several nearly always, since each bound's
/// remainder is exact alone).
class FeasibleSet {
public:
    /// Throws InputError where a bound can't be met by any architecture, with the
    /// least value that can be reached. Space and metrics must outlive this.
    FeasibleSet(const CompiledSpace& space, std::vector<Bound> bounds);

    [[nodiscard]] bool contains(const Encoding& encoding) const;

    /// For the choice at index prefix.size(): for each of its values, whether some
    /// completion may lie inside. All false: the prefix is a dead end.
    [[nodiscard]] std::vector<bool> allowed(std::span<const std::uint8_t> prefix) const;

    /// Draws choice by choice, each by `pick(choice index, allowed)`; starts again
    /// at a dead end. Throws RunError after 1,000 of them, naming the bounds.
    using Pick = std::function<std::uint8_t(std::size_t, const std::vector<bool>&)>;
    [[nodiscard]] Encoding walk(const Pick& pick) const;
    /// Uniform over the allowed values of each choice.
    [[nodiscard]] Encoding sample(Rng& rng) const;

    [[nodiscard]] const CompiledSpace& space() const { return *space_; }
    [[nodiscard]] const std::vector<Bound>& bounds() const { return bounds_; }

private:
    const CompiledSpace* space_;
    std::vector<Bound> bounds_;
};

}  // namespace hwnas
