#pragma once

#include <string>
#include <vector>

#include "space/choice_table.h"
#include "space/feasible_set.h"

namespace hwnas {

/// A hard limit on a known figure of a categorical space.
struct TableBound {
    std::string name;  ///< for messages: `latency`
    const ChoiceTable* table = nullptr;
    std::optional<double> least;  ///< in the table's unit
    std::optional<double> most;
};

/// The architectures of a categorical space that meet every bound. A walk never
/// meets a dead end with one bound on a table whose least is reached.
class FeasibleCategories : public FeasibleSet {
public:
    /// Throws InputError where a bound can't be met by any architecture, with the
    /// least (or most) value that can be reached. Space and tables must outlive this.
    FeasibleCategories(const CategoricalSpace& space, const std::vector<TableBound>& bounds);

    [[nodiscard]] const ChoiceSpace& space() const override { return *space_; }
    [[nodiscard]] bool contains(const Encoding& encoding) const override;
    [[nodiscard]] std::vector<bool> allowed(std::span<const std::uint8_t> prefix) const override;
    [[nodiscard]] std::string limits_text() const override;

private:
    struct UpperBound {
        ChoiceTable table;
        double most;
    };
    const CategoricalSpace* space_;
    std::vector<UpperBound> upper_;  ///< a least is the upper bound of the negative
    std::string text_;
};

}  // namespace hwnas
