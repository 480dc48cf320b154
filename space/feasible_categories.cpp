#include "space/feasible_categories.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"

namespace hwnas {

FeasibleCategories::FeasibleCategories(const CategoricalSpace& space, const std::vector<TableBound>& bounds)
    : space_(&space) {
    std::vector<Problem> problems;
    const auto add = [&](const TableBound& bound, ChoiceTable table, double most, double sign) {
        const std::string unit = " " + table.unit();
        const bool upper = sign > 0;
        const std::string relation = upper ? " <= " : " >= ";
        const double reach = table.least({});
        if (reach > most) {
            const std::string end = upper ? "least" : "most";
            problems.push_back({"constraint on " + bound.name,
                                "a limit that some architecture of \"" + space.name() + "\" meets",
                                (upper ? "at most " : "at least ") + number_text(sign * most) + unit,
                                (table.least_is_reached() ? "the " + end + " that can be reached is "
                                                          : "nothing is " + std::string(upper ? "below " : "above ")) +
                                    number_text(sign * reach) + unit});
        }
        text_ += (text_.empty() ? "" : ", ") + bound.name + relation + number_text(sign * most) + unit;
        upper_.push_back({std::move(table), most});
    };
    for (const auto& bound : bounds) {
        if (bound.most) add(bound, *bound.table, *bound.most, 1);
        if (bound.least) add(bound, bound.table->negated(), -*bound.least, -1);
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

bool FeasibleCategories::contains(const Encoding& encoding) const {
    return std::all_of(upper_.begin(), upper_.end(),
                       [&](const UpperBound& bound) { return bound.table(encoding) <= bound.most; });
}

std::vector<bool> FeasibleCategories::allowed(std::span<const std::uint8_t> prefix) const {
    std::vector<bool> mask(space_->choices()[prefix.size()].values.size(), true);
    Encoding longer(prefix.begin(), prefix.end());
    longer.push_back(0);
    // The rest was summed in another order: allow for its rounding here, `walk` checks
    // the finished encoding exactly.
    for (std::size_t value = 0; value < mask.size(); ++value) {
        longer.back() = static_cast<std::uint8_t>(value);
        mask[value] = std::all_of(upper_.begin(), upper_.end(), [&](const UpperBound& bound) {
            return bound.table.least(longer) <= bound.most + 1e-9 * std::abs(bound.most);
        });
    }
    return mask;
}

std::string FeasibleCategories::limits_text() const { return text_; }

}  // namespace hwnas
