#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "space/choice_space.h"
#include "space/figure_part.h"
#include "space/packed_index.h"

namespace hwnas {

/// A figure as a constant and parts that add up to it: `metric_parts`, or a ChoiceTable's.
struct SummedParts {
    double constant = 0;
    std::vector<FigurePart> parts;
};

/// Several figures, such as devices' latencies, of many encodings at once. An entry of a table holds figures side
/// by side, so that one look-up adds up to four of them; small tables are merged into one. A figure differs from the
/// sum of its parts in their order by less than 1e-14 of the sum of their magnitudes.
class FigureBatch {
public:
    /// How an entry's number is made of an encoding's bytes.
    enum class Indexing {
        extracted,  ///< the bits that matter, pushed together by one instruction (pext)
        packed,     ///< by two multiplications (PackedIndex)
        plain,      ///< byte by byte
    };
    /// What this machine does fastest: pext, but where there is none or it is slow (before Zen 3).
    [[nodiscard]] static Indexing fastest();

    /// Where the wanted way can't be had (fewer than eight choices, or numbers that are too large), it is the plain
    /// one.
    FigureBatch(const ChoiceSpace& space, std::span<const SummedParts> figures, Indexing wanted = fastest());

    /// `encodings`: one behind the other, their values in range. `results`: for each of them all figures. Throws
    /// std::invalid_argument where the lengths don't fit.
    void operator()(std::span<const std::uint8_t> encodings, std::span<double> results) const;

    [[nodiscard]] Indexing indexing() const { return indexing_; }

private:
    /// Of an entry's number, what a word of eight bytes of the encoding says.
    struct Piece {
        std::uint64_t mask = 0;
        std::uint32_t first_byte = 0;
        std::uint32_t shift = 0;
    };
    struct Weight {
        std::uint32_t byte = 0;
        std::uint32_t weight = 0;
    };
    /// Pieces, packed indices or weights [first, last), by the way of indexing.
    struct Table {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::size_t first_entry = 0;
    };
    /// So that no entry lies across two lines of the cache.
    struct alignas(64) Line {
        std::array<double, 8> figures{};
    };
    /// Figures that are added side by side.
    struct Group {
        std::size_t first = 0;
        std::size_t count = 0;
        std::size_t width = 0;  ///< of an entry: 1, 2 or 4
        std::vector<Line> entries;
        std::vector<double> constants;
    };

    void index(const std::vector<std::vector<std::size_t>>& choices, Indexing wanted);
    void index_extracted(const std::vector<std::size_t>& choices);
    [[nodiscard]] bool index_packed(const std::vector<std::size_t>& choices);
    void index_plain(const std::vector<std::size_t>& choices);
    [[nodiscard]] std::size_t number(const Table& table, const std::uint8_t* encoding) const;
    template <std::size_t width>
    void add_up(const Group& group, const std::uint8_t* encodings, std::size_t count, double* results) const;

    std::size_t length_;
    std::size_t figures_;
    std::vector<std::size_t> sizes_;  ///< values of each choice
    Indexing indexing_ = Indexing::plain;
    bool one_piece_each_ = true;
    std::vector<Piece> pieces_;
    std::vector<PackedIndex> packed_;
    std::vector<Weight> weights_;
    std::vector<Table> tables_;
    std::vector<Group> groups_;
};

}  // namespace hwnas
