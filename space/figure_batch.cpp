#include "space/figure_batch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <numeric>
#include <stdexcept>

namespace hwnas {
namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);
/// Figures side by side in an entry: what one addition of a vector machine takes.
constexpr std::size_t most_side_by_side = 4;
/// Bits of a merged table's entry numbers: some of these stay in the first cache.
constexpr std::size_t most_merged_bits = 9;

#if defined(__x86_64__)
constexpr bool x86 = true;
[[gnu::always_inline]] inline std::uint64_t extract_bits(std::uint64_t word, std::uint64_t mask) {
    // By hand, since a compiler knows it only where the whole program is for such a machine.
    std::uint64_t bits = 0;
    asm("pext %2, %1, %0" : "=r"(bits) : "r"(word), "rm"(mask));
    return bits;
}
bool has_wide_vectors() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}
#define HWNAS_WIDE_VECTORS [[gnu::target("avx2")]]
#else
constexpr bool x86 = false;
inline std::uint64_t extract_bits(std::uint64_t, std::uint64_t) { return 0; }
bool has_wide_vectors() { return false; }
#define HWNAS_WIDE_VECTORS
#endif

[[gnu::always_inline]] inline std::uint64_t word_at(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Calls for every combination of some choices' values, the last varying fastest; all others are 0.
template <typename Call>
void each_combination(const std::vector<std::size_t>& choices, const std::vector<std::size_t>& sizes,
                      const Call& call) {
    Encoding encoding(sizes.size(), 0);
    for (;;) {
        call(encoding);
        std::size_t i = choices.size();
        while (i > 0 && ++encoding[choices[i - 1]] == sizes[choices[i - 1]]) encoding[choices[--i]] = 0;
        if (i == 0) return;
    }
}

std::size_t dense_number(const FigurePart& part, const std::vector<std::size_t>& sizes, const Encoding& encoding) {
    std::size_t number = 0;
    for (const auto choice : part.choices) number = number * sizes[choice] + encoding[choice];
    return number;
}

std::size_t bits_of(const std::vector<std::size_t>& choices, const std::vector<std::size_t>& sizes) {
    std::size_t bits = 0;
    for (const auto choice : choices) bits += static_cast<std::size_t>(std::bit_width(sizes[choice] - 1));
    return bits;
}

std::vector<std::size_t> united(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    std::vector<std::size_t> all;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
    return all;
}

/// The parts of each figure by the table that they go into: for each table its choices, and by figure its parts.
struct MergedTables {
    std::vector<std::vector<std::size_t>> choices;
    std::vector<std::vector<std::vector<FigurePart>>> parts;  ///< [table][figure]
};

MergedTables merged_tables(std::span<const SummedParts> figures, const std::vector<std::size_t>& sizes) {
    MergedTables tables;
    std::map<std::vector<std::size_t>, std::size_t> table_of;
    const auto place = [&](const std::vector<std::size_t>& choices) {
        if (const auto found = table_of.find(choices); found != table_of.end()) return found->second;
        for (std::size_t t = 0; t < tables.choices.size(); ++t) {
            auto all = united(tables.choices[t], choices);
            // What adds no choice to one of the two costs nothing.
            const bool within = all.size() == tables.choices[t].size() || all.size() == choices.size();
            const bool near = !all.empty() && all.back() - all.front() < word_bytes;
            if (!within && !(near && bits_of(all, sizes) <= most_merged_bits)) continue;
            tables.choices[t] = std::move(all);
            return table_of[choices] = t;
        }
        tables.choices.push_back(choices);
        tables.parts.emplace_back(figures.size());
        return table_of[choices] = tables.choices.size() - 1;
    };
    for (std::size_t f = 0; f < figures.size(); ++f)
        for (const auto& part : figures[f].parts) tables.parts[place(part.choices)][f].push_back(part);
    return tables;
}

/// The figures of an entry as one value of the machine's.
template <std::size_t width>
struct Row {
    typedef double Type __attribute__((vector_size(width * sizeof(double))));
};
template <>
struct Row<1> {
    using Type = double;
};

/// What is to be added up: rows of some tables for each encoding.
struct RowSums {
    std::size_t tables = 0;
    const double* constants = nullptr;
    const std::uint8_t* encodings = nullptr;
    std::size_t length = 0;
    std::size_t count = 0;
    double* results = nullptr;
    std::size_t kept = 0;    ///< figures of a row that are told
    std::size_t stride = 0;  ///< from one encoding's results to the next one's
};

/// Encodings that are looked up side by side: the machine need not wait for one, and what is known of a table is loaded
/// once for all.
constexpr std::size_t encodings_at_once = 4;

template <std::size_t width, std::size_t at_once, typename EntryOf>
[[gnu::always_inline]] inline void add_some_rows(const EntryOf& entry_of, const RowSums& sums, std::size_t first) {
    using Vector = typename Row<width>::Type;
    std::array<Vector, at_once> totals{};
    const std::uint8_t* encodings = sums.encodings + first * sums.length;
    for (std::size_t t = 0; t < sums.tables; ++t) {
        const auto entry = entry_of(t);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < at_once; ++i) {
            Vector row;
            std::memcpy(&row, entry(encodings + i * sums.length), sizeof row);
            totals[i] += row;
        }
    }
    Vector constant;
    std::memcpy(&constant, sums.constants, sizeof constant);
    double* results = sums.results + first * sums.stride;
    // What is too much of a row is overwritten by the next encoding's.
    const bool whole = sums.kept == width || (sums.stride == sums.kept && first + at_once < sums.count);
    if (whole) {
#pragma GCC unroll 4
        for (std::size_t i = 0; i < at_once; ++i) {
            const Vector total = totals[i] + constant;
            std::memcpy(results + i * sums.stride, &total, sizeof total);
        }
        return;
    }
    for (std::size_t i = 0; i < at_once; ++i) {
        const Vector total = totals[i] + constant;
        std::memcpy(results + i * sums.stride, &total, sums.kept * sizeof(double));
    }
}

template <std::size_t width, typename EntryOf>
[[gnu::always_inline]] inline void add_all_rows(const EntryOf& entry_of, const RowSums& sums) {
    std::size_t first = 0;
    for (; first + encodings_at_once <= sums.count; first += encodings_at_once)
        add_some_rows<width, encodings_at_once>(entry_of, sums, first);
    for (; first < sums.count; ++first) add_some_rows<width, 1>(entry_of, sums, first);
}

template <std::size_t width, typename EntryOf>
void add_rows(const EntryOf& entry_of, const RowSums& sums) {
    add_all_rows<width>(entry_of, sums);
}

template <std::size_t width, typename EntryOf>
HWNAS_WIDE_VECTORS void add_wide_rows(const EntryOf& entry_of, const RowSums& sums) {
    add_all_rows<width>(entry_of, sums);
}

/// `entry_of`(table) gives what finds the row of an encoding there.
template <std::size_t width, typename EntryOf>
void add_up_rows(const EntryOf& entry_of, const RowSums& sums) {
    if (width > 2 && has_wide_vectors()) return add_wide_rows<width>(entry_of, sums);
    add_rows<width>(entry_of, sums);
}

}  // namespace

FigureBatch::Indexing FigureBatch::fastest() {
#if defined(__x86_64__)
    static const bool extracts =
        __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_is("znver1") == 0 && __builtin_cpu_is("znver2") == 0;
    if (extracts) return Indexing::extracted;
#endif
    return Indexing::packed;
}

FigureBatch::FigureBatch(const ChoiceSpace& space, std::span<const SummedParts> figures, Indexing wanted)
    : length_(space.choices().size()), figures_(figures.size()) {
    for (const auto& choice : space.choices()) sizes_.push_back(choice.values.size());
    const auto merged = merged_tables(figures, sizes_);
    index(merged.choices, wanted);
    std::size_t entries = 0;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        tables_[t].first_entry = entries;
        std::size_t last = 0;
        each_combination(merged.choices[t], sizes_,
                         [&](const Encoding& encoding) { last = std::max(last, number(tables_[t], encoding.data())); });
        entries += last + 1;
    }
    for (std::size_t first = 0; first < figures_; first += most_side_by_side) {
        Group group{first, std::min(most_side_by_side, figures_ - first), 0, {}, {}};
        group.width = std::bit_ceil(group.count);
        group.entries.assign((entries * group.width + Line{}.figures.size() - 1) / Line{}.figures.size(), Line{});
        group.constants.assign(group.width, 0.0);
        for (std::size_t f = 0; f < group.count; ++f) group.constants[f] = figures[first + f].constant;
        for (std::size_t t = 0; t < tables_.size(); ++t)
            each_combination(merged.choices[t], sizes_, [&](const Encoding& encoding) {
                double* entry = group.entries.data()->figures.data() +
                                (tables_[t].first_entry + number(tables_[t], encoding.data())) * group.width;
                for (std::size_t f = 0; f < group.count; ++f)
                    for (const auto& part : merged.parts[t][first + f])
                        entry[f] += part.figures[dense_number(part, sizes_, encoding)];
            });
        groups_.push_back(std::move(group));
    }
}

void FigureBatch::index(const std::vector<std::vector<std::size_t>>& choices, Indexing wanted) {
    indexing_ = length_ < word_bytes || (wanted == Indexing::extracted && !(x86 && fastest() == wanted))
                    ? Indexing::plain
                    : wanted;
    if (indexing_ == Indexing::packed)
        for (const auto& its_choices : choices)
            if (!index_packed(its_choices)) {
                indexing_ = Indexing::plain;
                tables_.clear();
                one_piece_each_ = true;
                break;
            }
    if (indexing_ == Indexing::extracted)
        for (const auto& its_choices : choices) index_extracted(its_choices);
    if (indexing_ == Indexing::plain)
        for (const auto& its_choices : choices) index_plain(its_choices);
}

void FigureBatch::index_extracted(const std::vector<std::size_t>& choices) {
    Table table{static_cast<std::uint32_t>(pieces_.size()), 0, 0};
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < choices.size();) {
        Piece piece{0, static_cast<std::uint32_t>(std::min(choices[i], length_ - word_bytes)), bits};
        for (; i < choices.size() && choices[i] < piece.first_byte + word_bytes; ++i) {
            const auto width = static_cast<std::uint32_t>(std::bit_width(sizes_[choices[i]] - 1));
            piece.mask |= ((std::uint64_t{1} << width) - 1) << (8 * (choices[i] - piece.first_byte));
            bits += width;
        }
        pieces_.push_back(piece);
    }
    if (choices.empty()) pieces_.emplace_back();
    table.last = static_cast<std::uint32_t>(pieces_.size());
    one_piece_each_ = one_piece_each_ && table.last == table.first + 1;
    tables_.push_back(table);
}

bool FigureBatch::index_packed(const std::vector<std::size_t>& choices) {
    Table table{static_cast<std::uint32_t>(packed_.size()), 0, 0};
    std::vector<std::uint32_t> weights(choices.size());
    std::uint32_t weight = 1;
    for (std::size_t i = choices.size(); i-- > 0; weight *= static_cast<std::uint32_t>(sizes_[choices[i]]))
        weights[i] = weight;
    const auto largest = static_cast<std::uint32_t>(*std::max_element(sizes_.begin(), sizes_.end()) - 1);
    for (std::size_t i = 0; i < choices.size();) {
        const std::size_t first = choices[i];
        std::vector<std::uint32_t> radix;
        for (; i < choices.size() && choices[i] < first + word_bytes; ++i) {
            radix.resize(choices[i] - first, 0);
            radix.push_back(weights[i]);
        }
        const auto index = PackedIndex::make(first, radix, length_, largest);
        if (!index) return false;
        packed_.push_back(*index);
    }
    if (choices.empty()) return false;
    table.last = static_cast<std::uint32_t>(packed_.size());
    one_piece_each_ = one_piece_each_ && table.last == table.first + 1;
    tables_.push_back(table);
    return true;
}

void FigureBatch::index_plain(const std::vector<std::size_t>& choices) {
    Table table{static_cast<std::uint32_t>(weights_.size()), 0, 0};
    std::uint32_t weight = 1;
    for (std::size_t i = choices.size(); i-- > 0; weight *= static_cast<std::uint32_t>(sizes_[choices[i]]))
        weights_.push_back({static_cast<std::uint32_t>(choices[i]), weight});
    table.last = static_cast<std::uint32_t>(weights_.size());
    tables_.push_back(table);
}

std::size_t FigureBatch::number(const Table& table, const std::uint8_t* encoding) const {
    std::size_t number = 0;
    for (auto i = table.first; i < table.last; ++i) switch (indexing_) {
            case Indexing::extracted:
                number += extract_bits(word_at(encoding + pieces_[i].first_byte), pieces_[i].mask) << pieces_[i].shift;
                break;
            case Indexing::packed:
                number += packed_[i](encoding);
                break;
            case Indexing::plain:
                number += std::size_t{weights_[i].weight} * encoding[weights_[i].byte];
                break;
        }
    return number;
}

template <std::size_t width>
void FigureBatch::add_up(const Group& group, const std::uint8_t* encodings, std::size_t count, double* results) const {
    const RowSums sums{tables_.size(), group.constants.data(), encodings, length_, count, results, group.count,
                       figures_};
    const double* entries = group.entries.data()->figures.data();
    const Table* tables = tables_.data();
    if (!one_piece_each_ || indexing_ == Indexing::plain)
        return add_up_rows<width>(
            [this, entries, tables](std::size_t t) {
                return [this, first = entries + tables[t].first_entry * width, &table = tables[t]](
                           const std::uint8_t* encoding) { return first + number(table, encoding) * width; };
            },
            sums);
    if (indexing_ == Indexing::packed)
        return add_up_rows<width>(
            [entries, tables, packed = packed_.data()](std::size_t t) {
                return [first = entries + tables[t].first_entry * width, index = packed[t]](
                           const std::uint8_t* encoding) { return first + std::size_t{index(encoding)} * width; };
            },
            sums);
    add_up_rows<width>(
        [entries, tables, pieces = pieces_.data()](std::size_t t) {
            return [first = entries + tables[t].first_entry * width, mask = pieces[t].mask,
                    byte = pieces[t].first_byte](const std::uint8_t* encoding) {
                return first + extract_bits(word_at(encoding + byte), mask) * width;
            };
        },
        sums);
}

void FigureBatch::operator()(std::span<const std::uint8_t> encodings, std::span<double> results) const {
    const std::size_t count = figures_ == 0 ? 0 : results.size() / figures_;
    if (results.size() != count * figures_ || encodings.size() != count * length_)
        throw std::invalid_argument("encodings and results of different lengths");
    for (const auto& group : groups_) {
        double* first = results.data() + group.first;
        if (group.width == 1) add_up<1>(group, encodings.data(), count, first);
        if (group.width == 2) add_up<2>(group, encodings.data(), count, first);
        if (group.width == 4) add_up<4>(group, encodings.data(), count, first);
    }
}

}  // namespace hwnas
