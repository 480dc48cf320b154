#include "space/compiled_metric.h"

#include <algorithm>
#include <limits>

namespace hwnas {
namespace {

constexpr double identity_of(Fold fold) { return fold == Fold::sum ? 0.0 : -std::numeric_limits<double>::infinity(); }

constexpr double folded(Fold fold, double a, double b) { return fold == Fold::sum ? a + b : std::max(a, b); }

std::vector<std::vector<double>> folded_values(const CompiledSpace& space, Fold fold,
                                               const CompiledMetric::PerSegment& per_segment) {
    std::vector<std::vector<double>> stages;
    for (const auto& table : space.tables()) {
        std::vector<double> values(table.uses.size());
        for (std::size_t entry = 0; entry < values.size(); ++entry) {
            if (!table.valid[entry]) {
                values[entry] = std::numeric_limits<double>::infinity();
                continue;
            }
            const std::size_t canonical = entry / table.locals * table.locals + table.canonical[entry];
            if (canonical != entry) {
                values[entry] = values[canonical];  // the least of its kind, so it is filled in already
                continue;
            }
            double value = identity_of(fold);
            for (const auto& use : table.uses[entry])
                value = folded(fold, value, per_segment(space.segments()[use.segment], use.name));
            values[entry] = value;
        }
        stages.push_back(std::move(values));
    }
    return stages;
}

}  // namespace

CompiledMetric::CompiledMetric(const CompiledSpace& space, Fold fold, const PerSegment& per_segment, double constant)
    : CompiledMetric(space, fold, folded_values(space, fold, per_segment), constant) {}

CompiledMetric::CompiledMetric(const CompiledSpace& space, Fold fold, std::vector<std::vector<double>> values,
                               double constant)
    : space_(&space), fold_(fold), constant_(constant), values_(std::move(values)) {
    const auto& tables = space.tables();
    rest_.resize(tables.size());
    for (std::size_t s = tables.size(); s-- > 0;) {
        const auto& table = tables[s];
        rest_[s].assign(table.states.size(), std::numeric_limits<double>::infinity());
        for (std::size_t entry = 0; entry < table.uses.size(); ++entry) {
            const double behind = s + 1 < tables.size() ? rest_[s + 1][table.next_state[entry]] : identity_of(fold);
            double& least = rest_[s][entry / table.locals];
            least = std::min(least, folded(fold, values_[s][entry], behind));
        }
    }

    for (std::size_t s = 0; s < tables.size(); ++s) {
        const auto& table = tables[s];
        bool ignores = true;
        for (std::size_t entry = 0; entry < table.next_state.size(); ++entry)
            ignores = ignores && table.next_state[entry] == table.next_state[entry % table.locals];
        steps_.push_back({static_cast<std::uint32_t>(space.space().first_choice(s)),
                          static_cast<std::uint32_t>(table.radix.size()), static_cast<std::uint32_t>(radix_.size()),
                          table.locals, static_cast<std::uint32_t>(flat_values_.size()),
                          static_cast<std::uint32_t>(flat_next_.size()), ignores});
        radix_.insert(radix_.end(), table.radix.begin(), table.radix.end());
        flat_values_.insert(flat_values_.end(), values_[s].begin(), values_[s].end());
        flat_next_.insert(flat_next_.end(), table.next_state.begin(), table.next_state.end());
    }
    pack();
}

void CompiledMetric::pack() {
    std::size_t most_values = 1;
    for (const auto& choice : space_->space().choices()) most_values = std::max(most_values, choice.values.size());
    for (std::size_t s = 0; s < steps_.size(); ++s) {
        const auto index =
            PackedIndex::make(steps_[s].first_choice, space_->tables()[s].radix, space_->space().choices().size(),
                              static_cast<std::uint32_t>(most_values - 1));
        if (!index) return packed_.clear();
        packed_.push_back(*index);
    }
}

template <typename Local, typename Combine>
double CompiledMetric::folded_steps(const Local& local_of, const Combine& combine) const {
    double total = identity_of(fold_);
    std::uint32_t state = 0;
    for (std::size_t s = 0; s < steps_.size(); ++s) {
        const Step& step = steps_[s];
        const std::uint32_t local = local_of(s);
        const std::uint32_t entry = state * step.locals + local;
        total = combine(total, flat_values_[step.first_value + entry]);
        // Where the shape that leaves does not depend on the one that enters, the
        // look-ups of different stages need not wait for each other.
        state = flat_next_[step.first_next + (step.next_ignores_state ? local : entry)];
    }
    return total + constant_;
}

double CompiledMetric::operator()(std::span<const std::uint8_t> encoding) const {
    const auto plus = [](double a, double b) { return a + b; };
    const auto larger = [](double a, double b) { return std::max(a, b); };
    const auto packed = [this, &encoding](std::size_t s) { return packed_[s](encoding.data()); };
    const auto plain = [this, &encoding](std::size_t s) {
        const Step& step = steps_[s];
        std::uint32_t local = 0;
        for (std::uint32_t i = 0; i < step.choices; ++i)
            local += radix_[step.first_radix + i] * encoding[step.first_choice + i];
        return local;
    };
    if (packed_.empty()) return fold_ == Fold::sum ? folded_steps(plain, plus) : folded_steps(plain, larger);
    return fold_ == Fold::sum ? folded_steps(packed, plus) : folded_steps(packed, larger);
}

CompiledMetric CompiledMetric::negated() const {
    auto values = values_;
    for (auto& stage : values)
        for (auto& value : stage)
            if (value != std::numeric_limits<double>::infinity()) value = -value;
    return {*space_, fold_, std::move(values), -constant_};
}

CompiledMetric::Least CompiledMetric::least() const {
    const auto& tables = space_->tables();
    Least least{rest_[0][0] + constant_, Encoding(space_->space().choices().size(), 0)};
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables.size(); ++s) {
        const auto& table = tables[s];
        for (std::uint32_t local = 0; local < table.locals; ++local) {
            const std::size_t entry = state * table.locals + local;
            const double behind = s + 1 < tables.size() ? rest_[s + 1][table.next_state[entry]] : identity_of(fold_);
            if (folded(fold_, values_[s][entry], behind) > rest_[s][state]) continue;
            for (std::size_t i = 0; i < table.radix.size(); ++i) {
                const auto size = space_->space().stages()[s].choices[i].values.size();
                least.encoding[space_->space().first_choice(s) + i] =
                    static_cast<std::uint8_t>(local / table.radix[i] % size);
            }
            state = table.next_state[entry];
            break;
        }
    }
    return least;
}

CompiledMetric parameter_metric(const CompiledSpace& space) {
    return {space, Fold::sum,
            [](const Segment& segment, std::string_view) { return static_cast<double>(segment.counts.parameters); }};
}

CompiledMetric mac_metric(const CompiledSpace& space) {
    return {space, Fold::sum,
            [](const Segment& segment, std::string_view) { return static_cast<double>(segment.counts.macs); }};
}

CompiledMetric peak_activation_metric(const CompiledSpace& space) {
    // Between segments one tensor is alive, which both neighbours count.
    return {space, Fold::maximum, [](const Segment& segment, std::string_view) {
                return static_cast<double>(segment.counts.peak_activation_bytes);
            }};
}

}  // namespace hwnas
