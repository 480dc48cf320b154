#pragma once

#include <functional>
#include <string>
#include <vector>

#include "space/compiled_metric.h"
#include "space/feasible_set.h"

namespace hwnas {

/// A hard upper bound on a known figure.
struct Bound {
    std::string name;  ///< for messages: `latency@cpu`
    std::string unit;
    std::function<double(double)> from_fold;  ///< monotone map from the fold to the figure; empty: identity
    const CompiledMetric* metric = nullptr;
    double most = 0;
};

/// The networks of a space that keep to its constraints and meet every bound. A walk never meets a dead end
/// with one bound, and hardly ever with several, since each bound's remainder is
/// exact alone.
class FeasibleNetworks : public FeasibleSet {
public:
    /// Throws InputError where a bound can't be met by any architecture, with the
    /// least value that can be reached. Space and metrics must outlive this.
    FeasibleNetworks(const CompiledSpace& space, std::vector<Bound> bounds);

    [[nodiscard]] const ChoiceSpace& space() const override { return *space_; }
    [[nodiscard]] bool contains(const Encoding& encoding) const override;
    [[nodiscard]] std::vector<bool> allowed(std::span<const std::uint8_t> prefix) const override;
    [[nodiscard]] std::string limits_text() const override;

private:
    const CompiledSpace* space_;
    std::vector<Bound> bounds_;
    bool all_valid_ = true;  ///< the space has no constraints
};

}  // namespace hwnas
