#include "predictors/published_results.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr std::size_t most_problems = 20;

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// The choice that cells name; where they are indices, with these for values.
Choice written_choice(const Choice& choice, bool indices) {
    Choice written = choice;
    for (std::size_t i = 0; indices && i < written.values.size(); ++i) written.values[i] = i;
    return written;
}

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

/// The value that a cell holds: its text, or the same number otherwise written.
std::optional<std::uint8_t> value_in(const Choice& choice, const std::string& cell) {
    for (std::size_t i = 0; i < choice.values.size(); ++i)
        if (text_of(choice.values[i]) == cell) return static_cast<std::uint8_t>(i);
    const auto number = number_in(cell);
    for (std::size_t i = 0; number && i < choice.values.size(); ++i)
        if (choice.values[i].is_number() && choice.values[i] == *number) return static_cast<std::uint8_t>(i);
    return std::nullopt;
}

/// Finds columns by name, and gathers those that are not there.
class Columns {
public:
    explicit Columns(const CsvTable& table) : table_(&table) {}
    std::size_t find(const std::string& name) {
        const auto found = std::find(table_->header.begin(), table_->header.end(), name);
        if (found != table_->header.end()) return static_cast<std::size_t>(found - table_->header.begin());
        const auto near = nearest_word(name, table_->header);
        problems_.push_back(
            {table_->origin, "a column \"" + name + "\"", "none", near ? "did you mean \"" + *near + "\"?" : ""});
        return 0;
    }
    void throw_problems() const {
        if (!problems_.empty()) throw InputError(problems_);
    }

private:
    const CsvTable* table_;
    std::vector<Problem> problems_;
};

/// Reads which architecture a row is of.
class KeyReader {
public:
    KeyReader(const CsvTable& table, const CategoricalSpace& space, const ResultKey& key, Columns& columns)
        : joined_(!key.column.empty()) {
        for (const auto& choice : space.choices()) choices_.push_back(written_choice(choice, key.indices));
        if (joined_) {
            columns_.push_back(columns.find(key.column));
            check_joined(table, key.column);
            return;
        }
        for (const auto& choice : choices_) {
            const auto named = key.columns.find(choice.name);
            columns_.push_back(columns.find(named == key.columns.end() ? choice.name : named->second));
        }
    }

    [[nodiscard]] std::optional<Encoding> read(const std::vector<std::string>& row) const {
        return joined_ ? read_joined(row[columns_.front()]) : read_cells(row);
    }

    /// For messages: what a row has in the key's columns.
    [[nodiscard]] std::string shown(const std::vector<std::string>& row) const {
        std::string text;
        for (const std::size_t column : columns_) text += (text.empty() ? "" : ",") + row[column];
        return "\"" + text + "\"";
    }

private:
    /// A joined text can be taken apart in one way only where no value of a choice
    /// is the start of another one.
    void check_joined(const CsvTable& table, const std::string& column) const {
        for (const auto& choice : choices_)
            for (const auto& a : choice.values)
                for (const auto& b : choice.values)
                    if (&a != &b && text_of(b).starts_with(text_of(a)))
                        throw InputError({table.origin + ": column \"" + column + "\"",
                                          "values of which none is the start of another, to be told apart",
                                          a.dump() + " and " + b.dump() + " of " + choice.name,
                                          "give each choice a column of its own"});
    }

    std::optional<Encoding> read_joined(std::string_view text) const {
        Encoding encoding;
        for (const auto& choice : choices_) {
            const auto found = std::find_if(choice.values.begin(), choice.values.end(),
                                            [&](const Json& value) { return text.starts_with(text_of(value)); });
            if (found == choice.values.end()) return std::nullopt;
            text.remove_prefix(text_of(*found).size());
            encoding.push_back(static_cast<std::uint8_t>(found - choice.values.begin()));
        }
        return text.empty() ? std::optional(encoding) : std::nullopt;
    }

    std::optional<Encoding> read_cells(const std::vector<std::string>& row) const {
        Encoding encoding;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto value = value_in(choices_[i], row[columns_[i]]);
            if (!value) return std::nullopt;
            encoding.push_back(*value);
        }
        return encoding;
    }

    std::vector<Choice> choices_;
    bool joined_;
    std::vector<std::size_t> columns_;
};

}  // namespace

PublishedResults::PublishedResults(const CsvTable& table, const CategoricalSpace& space, const ResultKey& key,
                                   const std::vector<std::string>& columns, Repeated repeated)
    : origin_(table.origin) {
    Columns finder(table);
    const KeyReader reader(table, space, key, finder);
    std::vector<std::size_t> figures;
    for (const auto& column : columns) figures.push_back(finder.find(column));
    finder.throw_problems();

    std::vector<Problem> problems;
    struct Sum {
        std::size_t row;  ///< the first one
        std::vector<double> sums;
        std::vector<double> counts;  ///< of cells that are not empty
    };
    std::map<Encoding, Sum> sums;
    for (std::size_t r = 0; r < table.rows.size() && problems.size() < most_problems; ++r) {
        const auto& row = table.rows[r];
        const auto encoding = reader.read(row);
        if (!encoding) continue;
        const std::vector<double> zeros(figures.size(), 0);
        const auto [found, first] = sums.try_emplace(*encoding, Sum{r, zeros, zeros});
        if (!first && repeated == Repeated::error)
            problems.push_back({table.place(r), "each architecture once",
                                reader.shown(row) + ", as in line " + std::to_string(table.lines[found->second.row]),
                                "\"repeated\": \"mean\" takes the mean of such rows"});
        for (std::size_t i = 0; i < figures.size(); ++i) {
            const std::string& cell = row[figures[i]];
            if (cell.empty()) continue;
            if (const auto number = number_in(cell)) {
                found->second.sums[i] += *number;
                found->second.counts[i] += 1;
            } else {
                problems.push_back(
                    {table.place(r), "a number in column \"" + columns[i] + "\"", "\"" + cell + "\"", ""});
            }
        }
    }
    if (problems.empty() && sums.empty())
        problems.push_back({table.place(0), "rows of architectures of \"" + space.name() + "\"",
                            "none among " + std::to_string(table.rows.size()) + ", the first being " +
                                reader.shown(table.rows.front()),
                            "see \"key\", and the space's values"});
    if (!problems.empty()) throw InputError(std::move(problems));
    for (auto& [encoding, sum] : sums) {
        for (std::size_t i = 0; i < figures.size(); ++i)
            sum.sums[i] = sum.counts[i] > 0 ? sum.sums[i] / sum.counts[i] : std::numeric_limits<double>::quiet_NaN();
        rows_.emplace(encoding, std::move(sum.sums));
    }
}

const std::vector<double>* PublishedResults::find(const Encoding& encoding) const {
    const auto found = rows_.find(encoding);
    return found == rows_.end() ? nullptr : &found->second;
}

}  // namespace hwnas
