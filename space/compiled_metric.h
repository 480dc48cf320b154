#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "space/compiled_space.h"
#include "space/packed_index.h"

namespace hwnas {

enum class Fold { sum, maximum };

/// A figure of a network that is a sum or a maximum over its segments, compiled
/// into one array per stage: evaluating it takes one addition per stage, and no
/// strings, hashing or allocation.
class CompiledMetric {
public:
    /// `per_segment(segment, name in the network)`, called once for every
    /// distinct use. `constant` is added to a sum. The space must outlive this.
    using PerSegment = std::function<double(const Segment&, std::string_view)>;
    CompiledMetric(const CompiledSpace& space, Fold fold, const PerSegment& per_segment, double constant = 0);

    /// Infinite where the encoding breaks a constraint of the space.
    [[nodiscard]] double operator()(std::span<const std::uint8_t> encoding) const;

    /// The least value over the whole space, exactly (dynamic programming over
    /// stages), and an architecture that has it.
    struct Least {
        double value = 0;
        Encoding encoding;
    };
    [[nodiscard]] Least least() const;

    /// The same sum with every value's sign turned: a bound from below is then one
    /// from above. Only for sums.
    [[nodiscard]] CompiledMetric negated() const;

    [[nodiscard]] Fold fold() const { return fold_; }
    [[nodiscard]] double constant() const { return constant_; }
    /// Entry [state * locals + local] of a stage's table.
    [[nodiscard]] const std::vector<double>& stage_values(std::size_t stage) const { return values_[stage]; }
    /// The least that a stage and all behind it can add when entered in `state`.
    [[nodiscard]] double least_from(std::size_t stage, std::size_t state) const { return rest_[stage][state]; }

private:
    CompiledMetric(const CompiledSpace& space, Fold fold, std::vector<std::vector<double>> values, double constant);

    const CompiledSpace* space_;
    Fold fold_;
    double constant_;
    std::vector<std::vector<double>> values_;
    std::vector<std::vector<double>> rest_;
    // The inner loop's own layout, see the .cpp.
    struct Step {
        std::uint32_t first_choice, choices, first_radix, locals;
        std::uint32_t first_value, first_next;
        bool next_ignores_state;
    };
    void pack();
    template <typename Local, typename Combine>
    [[nodiscard]] double folded_steps(const Local& local, const Combine& combine) const;
    std::vector<Step> steps_;
    std::vector<std::uint32_t> radix_;
    std::vector<PackedIndex> packed_;  // one a step, or none where one does not fit
    std::vector<double> flat_values_;
    std::vector<std::uint16_t> flat_next_;
};

/// parameters, macs, peak_activation_bytes: known from the graph alone.
[[nodiscard]] CompiledMetric parameter_metric(const CompiledSpace& space);
[[nodiscard]] CompiledMetric mac_metric(const CompiledSpace& space);
[[nodiscard]] CompiledMetric peak_activation_metric(const CompiledSpace& space);

}  // namespace hwnas
