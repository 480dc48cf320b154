#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hwnas {

/// Some of the rows of a sum, by groups of which a row is in one each.
struct RowGroups {
    std::vector<std::size_t> rows;  ///< group by group
    std::vector<std::size_t> ends;  ///< for each group, where its rows end

    /// `group_of`: each row's group, any numbers.
    static RowGroups of(const std::vector<std::size_t>& group_of);
};

/// What sums and products of rows weigh, where u_i is a row and t_i = ratio_i u_i.
struct ProductWeights {
    double singles = 0;     ///< sum of all t_i
    double pairs = 0;       ///< products of all pairs of u: the elementary symmetric polynomial e_2
    double triples = 0;     ///< e_3 of u
    double same_place = 0;  ///< products of pairs of t in a group of the first grouping
    double same_kind = 0;   ///< of the second
};

/// Sums over rows u_i[n] and their products, many n at a time. A row has room for the points rounded up to
/// whole lanes (wide.h), as has all that is read or written beside it.
class ProductSums {
public:
    ProductSums(std::vector<double> ratios, ProductWeights weights, RowGroups places, RowGroups kinds)
        : ratios_(std::move(ratios)), weights_(weights), places_(std::move(places)), kinds_(std::move(kinds)) {}

    /// into[n]: the weighted sum.
    void operator()(std::span<const double* const> rows, std::ptrdiff_t count, double* into) const;

    /// Sums over n with factors f[n].
    struct Slopes {
        std::vector<double> by_t;  ///< of each row i: sum f t_i d(weighted sum) / d t_i, where t is on its own
        std::vector<double> by_u;  ///< likewise
        ProductWeights by_weight;  ///< sum f times what each weighs
    };
    /// Adds the first `count` of n. `factors` are 0 behind it.
    void add_slopes(std::span<const double* const> rows, const double* factors, std::ptrdiff_t count,
                    Slopes& into) const;

private:
    std::vector<double> ratios_;
    ProductWeights weights_;
    RowGroups places_;
    RowGroups kinds_;
};

}  // namespace hwnas
