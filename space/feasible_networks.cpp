#include "space/feasible_networks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"

namespace hwnas {
namespace {

double figure_of(const Bound& bound, double folded) { return bound.from_fold ? bound.from_fold(folded) : folded; }

}  // namespace

FeasibleNetworks::FeasibleNetworks(const CompiledSpace& space, std::vector<Bound> bounds)
    : space_(&space), bounds_(std::move(bounds)) {
    for (const auto& table : space.tables())
        all_valid_ = all_valid_ && std::find(table.valid.begin(), table.valid.end(), false) == table.valid.end();
    std::vector<hwnas::Problem> problems;
    for (const auto& bound : bounds_) {
        const double least = figure_of(bound, bound.metric->least().value);
        if (least > bound.most)
            problems.push_back({"constraint on " + bound.name,
                                "a limit that some architecture of \"" + space.space().name() + "\" meets",
                                "at most " + number_text(bound.most) + " " + bound.unit,
                                "the least that can be reached is " + number_text(least) + " " + bound.unit});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

bool FeasibleNetworks::contains(const Encoding& encoding) const {
    if (!all_valid_ && !space_->contains(encoding)) return false;
    return std::all_of(bounds_.begin(), bounds_.end(),
                       [&](const Bound& bound) { return figure_of(bound, (*bound.metric)(encoding)) <= bound.most; });
}

std::vector<bool> FeasibleNetworks::allowed(std::span<const std::uint8_t> prefix) const {
    const auto& choices = space_->space().choices();
    const std::size_t position = prefix.size();
    std::vector<bool> mask(choices[position].values.size(), bounds_.empty() && all_valid_);
    if (bounds_.empty() && all_valid_) return mask;

    // Walk the stages that the prefix completes, then try every way to complete
    // the one that it stands in; what may come behind is known by its least.
    const auto& tables = space_->tables();
    std::vector<double> so_far;
    for (const auto& bound : bounds_)
        so_far.push_back(bound.metric->fold() == Fold::sum ? 0.0 : -std::numeric_limits<double>::infinity());
    const auto add = [&](std::size_t b, double total, double value) {
        return bounds_[b].metric->fold() == Fold::sum ? total + value : std::max(total, value);
    };
    std::size_t state = 0;
    std::size_t stage = 0;
    for (; space_->space().first_choice(stage) + tables[stage].radix.size() <= position; ++stage) {
        const auto& table = tables[stage];
        std::uint32_t local = 0;
        for (std::size_t i = 0; i < table.radix.size(); ++i)
            local += table.radix[i] * prefix[space_->space().first_choice(stage) + i];
        const std::size_t entry = state * table.locals + local;
        for (std::size_t b = 0; b < bounds_.size(); ++b)
            so_far[b] = add(b, so_far[b], bounds_[b].metric->stage_values(stage)[entry]);
        state = table.next_state[entry];
    }

    const auto& table = tables[stage];
    const std::size_t within = position - space_->space().first_choice(stage);
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < within; ++i) begin += table.radix[i] * prefix[space_->space().first_choice(stage) + i];
    const std::uint32_t block = table.radix[within];
    for (std::size_t value = 0; value < mask.size(); ++value) {
        for (std::uint32_t local = 0; local < block && !mask[value]; ++local) {
            const std::size_t entry = state * table.locals + begin + static_cast<std::uint32_t>(value) * block + local;
            bool meets = table.valid[entry];
            for (std::size_t b = 0; b < bounds_.size() && meets; ++b) {
                const auto& metric = *bounds_[b].metric;
                double total = add(b, so_far[b], metric.stage_values(stage)[entry]);
                if (stage + 1 < tables.size())
                    total = add(b, total, metric.least_from(stage + 1, table.next_state[entry]));
                // The rest was summed in another order: allow for its rounding here,
                // `walk` checks the finished encoding exactly.
                const double figure = figure_of(bounds_[b], total + metric.constant());
                meets = figure <= bounds_[b].most + 1e-9 * std::abs(bounds_[b].most);
            }
            mask[value] = meets;
        }
    }
    return mask;
}

std::string FeasibleNetworks::limits_text() const {
    std::string text;
    for (const auto& bound : bounds_)
        text += (text.empty() ? "" : ", ") + bound.name + " <= " + number_text(bound.most) + " " + bound.unit;
    return text;
}

}  // namespace hwnas
