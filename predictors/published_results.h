#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/csv.h"
#include "space/categorical_space.h"

namespace hwnas {

/// How the rows of a CSV name the architectures of a space.
struct ResultKey {
    /// One column that holds all values as text, one behind the other in the space's
    /// order; empty: a column for each choice.
    std::string column;
    std::map<std::string, std::string> columns;  ///< by choice; the choice's name where it is not here
    /// Cells, or the digits of the one column, are indices into the values, from 0, instead of values.
    bool indices = false;
};

/// What becomes of an architecture with several rows.
enum class Repeated { error, mean };

/// Figures of a categorical space's architectures, by the columns of a CSV. Rows of
/// architectures outside the space are passed over.
class PublishedResults {
public:
    /// `columns` are those of figures. Throws InputError with file and line for a
    /// column that is not there, a cell that is no number, an architecture that stands
    /// twice, or where no row is of the space.
    PublishedResults(const CsvTable& table, const CategoricalSpace& space, const ResultKey& key,
                     const std::vector<std::string>& columns, Repeated repeated);

    /// The row of exactly this encoding, in the columns' order; null where there is none.
    /// A cell that is empty is NaN.
    [[nodiscard]] const std::vector<double>* find(const Encoding& encoding) const;
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    /// All of them, by the encoding as it stands.
    [[nodiscard]] const std::map<Encoding, std::vector<double>>& rows() const { return rows_; }
    [[nodiscard]] const std::string& origin() const { return origin_; }

private:
    std::string origin_;
    std::map<Encoding, std::vector<double>> rows_;
};

}  // namespace hwnas
