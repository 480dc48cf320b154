#include "search/exact/completion_bound.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hwnas {
namespace {

constexpr double unreachable = std::numeric_limits<double>::infinity();
/// Numbers that are added and compared side by side.
constexpr std::size_t lanes = 8;

double least_in(const double* values, std::size_t padded) {
    std::array<double, lanes> least;
    least.fill(unreachable);
    for (std::size_t i = 0; i < padded; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l) least[l] = values[i + l] < least[l] ? values[i + l] : least[l];
    return *std::min_element(least.begin(), least.end());
}

double least_sum(const double* a, const double* b, std::size_t padded) {
    std::array<double, lanes> least;
    least.fill(unreachable);
    for (std::size_t i = 0; i < padded; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            const double sum = a[i + l] + b[i + l];
            least[l] = sum < least[l] ? sum : least[l];
        }
    return *std::min_element(least.begin(), least.end());
}

void add_to(double* sums, const double* values, std::size_t padded) {
    for (std::size_t i = 0; i < padded; ++i) sums[i] += values[i];
}

}  // namespace

CompletionBound::CompletionBound(const PairwiseModel& model, std::vector<double> weights)
    : model_(&model), weights_(std::move(weights)), pairs_(count() * count()) {
    for (const auto& variable : model.variables) {
        sizes_.push_back(variable.values.size());
        padded_.push_back((variable.values.size() + lanes - 1) / lanes * lanes);
        auto& own = own_.emplace_back(padded_.back(), unreachable);
        std::fill_n(own.begin(), sizes_.back(), 0.0);
        for (std::size_t f = 0; f < weights_.size(); ++f)
            for (std::size_t x = 0; x < sizes_.back(); ++x) own[x] += weights_[f] * variable.figures[f][x];
    }
    for (const auto& edge : model.edges) {
        auto& rows = pairs_[edge.first * count() + edge.second];
        rows.assign(sizes_[edge.first] * padded_[edge.second], 0.0);
        for (std::size_t f = 0; f < weights_.size(); ++f) {
            if (edge.figures[f].empty() || weights_[f] == 0) continue;
            for (std::size_t a = 0; a < sizes_[edge.first]; ++a)
                for (std::size_t b = 0; b < sizes_[edge.second]; ++b)
                    rows[a * padded_[edge.second] + b] += weights_[f] * edge.figures[f][a * sizes_[edge.second] + b];
        }
    }
    near_.resize(count() + 1);
    far_.resize(count() + 1);
    for (std::size_t depth = 1; depth <= count(); ++depth)
        for (std::size_t v = depth; v < count(); ++v) {
            if (pair(depth - 1, v) != nullptr) {
                near_[depth].push_back(v);
                continue;
            }
            for (std::size_t i = 0; i + 1 < depth; ++i)
                if (pair(i, v) != nullptr) {
                    far_[depth].push_back(v);
                    break;
                }
        }
    open_.assign(count() + 1, own_);
    untouched_.assign(count() + 1, -unreachable);
}

const double* CompletionBound::pair(std::size_t first, std::size_t second) const {
    const auto& rows = pairs_[first * count() + second];
    return rows.empty() ? nullptr : rows.data();
}

/// `beliefs`: what each variable adds by itself, with what is decided. A message of an edge is what its ends
/// get of it: together never more than the edge has, whatever their values.
void CompletionBound::pass_messages(std::size_t depth, std::vector<std::vector<double>> beliefs, int rounds) {
    struct Messages {
        std::size_t first, second;
        std::vector<double> to_first, to_second;
    };
    std::vector<Messages> edges;
    for (const auto& edge : model_->edges)
        if (edge.first >= depth)
            edges.push_back({edge.first, edge.second, std::vector<double>(padded_[edge.first], 0.0),
                             std::vector<double>(padded_[edge.second], 0.0)});
    std::vector<double> of_first, of_second;
    for (int round = 0; round < rounds && !edges.empty(); ++round)
        for (auto& edge : edges) {
            auto& first = beliefs[edge.first];
            auto& second = beliefs[edge.second];
            for (std::size_t a = 0; a < sizes_[edge.first]; ++a) first[a] -= edge.to_first[a];
            for (std::size_t b = 0; b < sizes_[edge.second]; ++b) second[b] -= edge.to_second[b];
            const double* rows = pair(edge.first, edge.second);
            const std::size_t width = padded_[edge.second];
            of_first.assign(padded_[edge.first], 0.0);
            of_second.assign(width, unreachable);
            for (std::size_t a = 0; a < sizes_[edge.first]; ++a, rows += width) {
                of_first[a] = least_sum(rows, second.data(), width);
                for (std::size_t b = 0; b < width; ++b) {
                    const double sum = rows[b] + first[a];
                    of_second[b] = sum < of_second[b] ? sum : of_second[b];
                }
            }
            for (std::size_t a = 0; a < sizes_[edge.first]; ++a) {
                edge.to_first[a] = (of_first[a] - first[a]) / 2;
                first[a] += edge.to_first[a];
            }
            // What the first one got is taken off with what it has itself, so this must not see it yet.
            for (std::size_t b = 0; b < sizes_[edge.second]; ++b) {
                edge.to_second[b] = (of_second[b] - second[b]) / 2;
                second[b] += edge.to_second[b];
            }
        }
    open_[depth] = own_;
    for (const auto& edge : edges) {
        for (std::size_t a = 0; a < sizes_[edge.first]; ++a) open_[depth][edge.first][a] += edge.to_first[a];
        for (std::size_t b = 0; b < sizes_[edge.second]; ++b) open_[depth][edge.second][b] += edge.to_second[b];
    }
    sum_untouched(depth);
}

void CompletionBound::sum_untouched(std::size_t depth) {
    std::vector<bool> touched(count(), false);
    for (const auto* list : {&near_[depth], &far_[depth]})
        for (const auto v : *list) touched[v] = true;
    untouched_[depth] = 0;
    for (std::size_t v = depth; v < count(); ++v)
        if (!touched[v]) untouched_[depth] += least_in(open_[depth][v].data(), padded_[v]);
}

void CompletionBound::fit_whole(int rounds) { pass_messages(0, own_, rounds); }

void CompletionBound::fit(std::span<const std::uint16_t> values, int rounds) {
    auto beliefs = own_;
    for (std::size_t depth = 0; depth <= count(); ++depth) {
        pass_messages(depth, beliefs, rounds);
        if (depth == count()) break;
        for (std::size_t v = depth + 1; v < count(); ++v)
            if (const double* rows = pair(depth, v))
                for (std::size_t x = 0; x < sizes_[v]; ++x) beliefs[v][x] += rows[values[depth] * padded_[v] + x];
    }
}

double CompletionBound::weighted(std::span<const double> figures) const {
    double sum = 0;
    for (std::size_t f = 0; f < weights_.size(); ++f) sum += weights_[f] * figures[f];
    return sum;
}

double CompletionBound::least() const { return weighted(model_->constants) + untouched_[0]; }

void CompletionBound::children(std::span<const std::uint16_t> prefix, std::span<const double> figures,
                               std::span<double> bounds) const {
    const std::size_t decided = prefix.size();
    const std::size_t depth = decided + 1;
    std::vector<double> sums(own_[decided]);
    const auto add_decided = [&](double* target, std::size_t v) {
        for (std::size_t i = 0; i < decided; ++i)
            if (const double* rows = pair(i, v)) add_to(target, rows + prefix[i] * padded_[v], padded_[v]);
    };
    add_decided(sums.data(), decided);
    double all = weighted(figures) + untouched_[depth];
    std::vector<double> open;
    for (const auto v : far_[depth]) {
        open = open_[depth][v];
        add_decided(open.data(), v);
        all += least_in(open.data(), padded_[v]);
    }
    for (const auto v : near_[depth]) {
        open = open_[depth][v];
        add_decided(open.data(), v);
        const double* rows = pair(decided, v);
        for (std::size_t x = 0; x < bounds.size(); ++x, rows += padded_[v])
            sums[x] += least_sum(rows, open.data(), padded_[v]);
    }
    for (std::size_t x = 0; x < bounds.size(); ++x) bounds[x] = sums[x] + all;
}

std::vector<std::uint16_t> CompletionBound::decoded() const {
    std::vector<std::uint16_t> values;
    for (const auto& open : open_[0])
        values.push_back(static_cast<std::uint16_t>(std::min_element(open.begin(), open.end()) - open.begin()));
    return values;
}

}  // namespace hwnas
