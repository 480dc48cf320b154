#include "regression/agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace hwnas {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size())
        throw std::invalid_argument("an agreement of " + std::to_string(a.size()) + " values with " +
                                    std::to_string(b.size()));
    for (const auto* values : {&a, &b})
        for (std::size_t i = 0; i < values->size(); ++i)
            if (!std::isfinite((*values)[i]))
                throw std::invalid_argument("an agreement of value " + std::to_string(i) + ", which is not finite");
}

/// Pairs among `count` equal values.
std::int64_t pairs(std::int64_t count) { return count * (count - 1) / 2; }

/// Pairs that are equal, in a sequence where equal ones stand side by side.
template <typename Same>
std::int64_t tied_pairs(std::size_t size, Same&& same) {
    std::int64_t tied = 0;
    std::int64_t run = 1;
    for (std::size_t i = 1; i <= size; ++i) {
        if (i < size && same(i - 1, i)) {
            ++run;
        } else {
            tied += pairs(run);
            run = 1;
        }
    }
    return tied;
}

/// Sorts by merging from below and counts the pairs that stood in falling order.
std::int64_t sort_counting(std::vector<double>& values) {
    std::int64_t falling = 0;
    std::vector<double> merged(values.size());
    for (std::size_t width = 1; width < values.size(); width *= 2) {
        for (std::size_t start = 0; start < values.size(); start += 2 * width) {
            const std::size_t middle = std::min(start + width, values.size());
            const std::size_t end = std::min(start + 2 * width, values.size());
            std::size_t left = start;
            std::size_t right = middle;
            for (std::size_t to = start; to < end; ++to) {
                if (right == end || (left < middle && values[left] <= values[right])) {
                    merged[to] = values[left++];
                } else {
                    merged[to] = values[right++];
                    falling += static_cast<std::int64_t>(middle - left);
                }
            }
        }
        values.swap(merged);
    }
    return falling;
}

std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
        for (std::size_t i = first; i <= last; ++i) ranks[order[i]] = static_cast<double>(first + last) / 2;
        first = last + 1;
    }
    return ranks;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(const std::vector<double>& a, const std::vector<double>& b) {
    const double mean_a = mean(a);
    const double mean_b = mean(b);
    double product = 0;
    double square_a = 0;
    double square_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += (a[i] - mean_a) * (b[i] - mean_b);
        square_a += (a[i] - mean_a) * (a[i] - mean_a);
        square_b += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return square_a > 0 && square_b > 0 ? product / std::sqrt(square_a * square_b) : undefined;
}

double coefficient_of_determination(const std::vector<double>& predicted, const std::vector<double>& measured) {
    const double middle = mean(measured);
    double errors = 0;
    double total = 0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        errors += (predicted[i] - measured[i]) * (predicted[i] - measured[i]);
        total += (measured[i] - middle) * (measured[i] - middle);
    }
    return total > 0 ? 1 - errors / total : undefined;
}

double relative_error(double predicted, double measured) {
    if (predicted == measured) return 0;
    return std::abs(predicted - measured) / std::abs(measured);
}

}  // namespace

double kendall_tau(const std::vector<double>& a, const std::vector<double>& b) {
    check(a, b);
    std::vector<std::size_t> order(a.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t i, std::size_t j) { return a[i] != a[j] ? a[i] < a[j] : b[i] < b[j]; });
    const auto tied_in_a = tied_pairs(a.size(), [&](auto i, auto j) { return a[order[i]] == a[order[j]]; });
    const auto tied_in_both =
        tied_pairs(a.size(), [&](auto i, auto j) { return a[order[i]] == a[order[j]] && b[order[i]] == b[order[j]]; });
    std::vector<double> values(b.size());
    for (std::size_t i = 0; i < b.size(); ++i) values[i] = b[order[i]];
    const auto discordant = sort_counting(values);
    const auto tied_in_b = tied_pairs(b.size(), [&](auto i, auto j) { return values[i] == values[j]; });
    const auto all = pairs(static_cast<std::int64_t>(a.size()));
    if (all == tied_in_a || all == tied_in_b) return undefined;
    const auto concordant = all - tied_in_a - tied_in_b + tied_in_both - discordant;
    return static_cast<double>(concordant - discordant) /
           (std::sqrt(static_cast<double>(all - tied_in_a)) * std::sqrt(static_cast<double>(all - tied_in_b)));
}

double spearman(const std::vector<double>& a, const std::vector<double>& b) {
    check(a, b);
    return a.empty() ? undefined : pearson(ranks(a), ranks(b));
}

Agreement agreement(const std::vector<double>& predicted, const std::vector<double>& measured) {
    check(predicted, measured);
    Agreement figures{measured.size(), undefined, undefined, undefined, undefined, undefined, undefined};
    if (measured.empty()) return figures;
    double errors = 0;
    double within_5 = 0;
    double within_10 = 0;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        const double error = relative_error(predicted[i], measured[i]);
        errors += error;
        within_5 += error <= 0.05 ? 1 : 0;
        within_10 += error <= 0.10 ? 1 : 0;
    }
    const auto count = static_cast<double>(measured.size());
    figures.mean_error_percent = 100 * errors / count;
    figures.within_5_percent = within_5 / count;
    figures.within_10_percent = within_10 / count;
    figures.r2 = coefficient_of_determination(predicted, measured);
    figures.kendall_tau = kendall_tau(predicted, measured);
    figures.spearman = spearman(predicted, measured);
    return figures;
}

}  // namespace hwnas
