#include "regression/product_sums.h"

#include <map>

#include "regression/wide.h"

namespace hwnas {
namespace {

using wide::Doubles;

double sum_of(const double* lanes) {
    double sum = 0;
    for (std::ptrdiff_t lane = 0; lane < wide::lanes; ++lane) sum += lanes[lane];
    return sum;
}

/// sum over the groups of (sum of its t)^2. The sums are also written out, group by group, where there is room.
[[gnu::always_inline]] inline void square_groups(const RowGroups& groups, std::span<const double* const> rows,
                                                 const double* ratios, std::ptrdiff_t n, double* sums,
                                                 Doubles& squares) {
    std::size_t at = 0;
    for (std::size_t g = 0; g < groups.ends.size(); ++g) {
        Doubles sum{};
        for (; at < groups.ends[g]; ++at) {
            const std::size_t row = groups.rows[at];
            Doubles u;
            wide::load(rows[row] + n, u);
            sum += ratios[row] * u;
        }
        squares += sum * sum;
        if (sums != nullptr) wide::store(sum, sums + static_cast<std::ptrdiff_t>(g) * wide::lanes);
    }
}

/// Sums of t and t^2, and the elementary symmetric polynomials of u, one order from the other.
[[gnu::always_inline]] inline void sum_rows(std::span<const double* const> rows, const double* ratios, std::ptrdiff_t n,
                                            Doubles& alone, Doubles& squares, Doubles& e1, Doubles& e2, Doubles& e3) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Doubles u;
        wide::load(rows[i] + n, u);
        const Doubles t = ratios[i] * u;
        alone += t;
        squares += t * t;
        e3 += u * e2;
        e2 += u * e1;
        e1 += u;
    }
}

[[gnu::always_inline]] inline void add(const Doubles& more, double* to) {
    Doubles sum;
    wide::load(to, sum);
    sum += more;
    wide::store(sum, to);
}

std::vector<std::size_t> group_of_rows(const RowGroups& groups) {
    std::vector<std::size_t> of(groups.rows.size());
    std::size_t at = 0;
    for (std::size_t g = 0; g < groups.ends.size(); ++g)
        for (; at < groups.ends[g]; ++at) of[groups.rows[at]] = g;
    return of;
}

}  // namespace

RowGroups RowGroups::of(const std::vector<std::size_t>& group_of) {
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < group_of.size(); ++i) members[group_of[i]].push_back(i);
    RowGroups groups;
    for (const auto& [group, rows] : members) {
        groups.rows.insert(groups.rows.end(), rows.begin(), rows.end());
        groups.ends.push_back(groups.rows.size());
    }
    return groups;
}

void ProductSums::operator()(std::span<const double* const> rows, std::ptrdiff_t count, double* into) const {
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (std::ptrdiff_t n = 0; n < count; n += wide::lanes) {
            Doubles alone{};
            Doubles squares{};
            Doubles e1{};
            Doubles e2{};
            Doubles e3{};
            sum_rows(rows, ratios_.data(), n, alone, squares, e1, e2, e3);
            Doubles places{};
            square_groups(places_, rows, ratios_.data(), n, nullptr, places);
            Doubles kinds{};
            square_groups(kinds_, rows, ratios_.data(), n, nullptr, kinds);
            const Doubles sum = weights_.singles * alone + weights_.pairs * e2 + weights_.triples * e3 +
                                weights_.same_place * (places - squares) * 0.5 +
                                weights_.same_kind * (kinds - squares) * 0.5;
            wide::store(sum, into + n);
        }
    });
}

void ProductSums::add_slopes(std::span<const double* const> rows, const double* factors, std::ptrdiff_t count,
                             Slopes& into) const {
    const std::size_t choices = rows.size();
    into.by_t.resize(choices);
    into.by_u.resize(choices);
    constexpr auto lanes = static_cast<std::size_t>(wide::lanes);
    // Two sums a row, then one for each weight, lane by lane.
    std::vector<double> sums((2 * choices + 5) * lanes);
    std::vector<double> place_sums(places_.ends.size() * lanes);
    std::vector<double> kind_sums(kinds_.ends.size() * lanes);
    const auto place_of = group_of_rows(places_);
    const auto kind_of = group_of_rows(kinds_);
    wide::on_widest([&]() __attribute__((always_inline)) {
        for (std::ptrdiff_t n = 0; n < count; n += wide::lanes) {
            Doubles f;
            wide::load(factors + n, f);
            Doubles alone{};
            Doubles squares{};
            Doubles e1{};
            Doubles e2{};
            Doubles e3{};
            sum_rows(rows, ratios_.data(), n, alone, squares, e1, e2, e3);
            Doubles places{};
            square_groups(places_, rows, ratios_.data(), n, place_sums.data(), places);
            Doubles kinds{};
            square_groups(kinds_, rows, ratios_.data(), n, kind_sums.data(), kinds);
            // d e_k / d u_i is e_(k-1) of the others: e_1 - u_i, and e_2 - u_i (e_1 - u_i); a group's pairs likewise.
            const Doubles level = f * (weights_.pairs * e1 + weights_.triples * e2);
            const Doubles slope = -f * (weights_.pairs + weights_.triples * e1);
            const Doubles bend = f * weights_.triples;
            const double own = weights_.same_place + weights_.same_kind;
            double* to = sums.data();
            for (std::size_t i = 0; i < choices; ++i, to += 2 * wide::lanes) {
                Doubles u;
                Doubles place;
                Doubles kind;
                wide::load(rows[i] + n, u);
                wide::load(place_sums.data() + place_of[i] * lanes, place);
                wide::load(kind_sums.data() + kind_of[i] * lanes, kind);
                const Doubles t = ratios_[i] * u;
                const Doubles others = weights_.same_place * place + weights_.same_kind * kind - own * t;
                add(f * (t * (weights_.singles + others)), to);
                add(u * (level + u * (slope + u * bend)), to + wide::lanes);
            }
            add(f * alone, to);
            add(f * e2, to + wide::lanes);
            add(f * e3, to + 2 * wide::lanes);
            add(f * (places - squares) * 0.5, to + 3 * wide::lanes);
            add(f * (kinds - squares) * 0.5, to + 4 * wide::lanes);
        }
    });
    const double* from = sums.data();
    for (std::size_t i = 0; i < choices; ++i, from += 2 * wide::lanes) {
        into.by_t[i] += sum_of(from);
        into.by_u[i] += sum_of(from + wide::lanes);
    }
    into.by_weight.singles += sum_of(from);
    into.by_weight.pairs += sum_of(from + wide::lanes);
    into.by_weight.triples += sum_of(from + 2 * wide::lanes);
    into.by_weight.same_place += sum_of(from + 3 * wide::lanes);
    into.by_weight.same_kind += sum_of(from + 4 * wide::lanes);
}

}  // namespace hwnas
