#include "search/modelled_space.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace hwnas {
namespace {

using Eigen::Index;

constexpr std::size_t sample_size = 512;
constexpr std::size_t most_features = 6;
constexpr double same_feature = 0.999;  // correlation of features of which one is enough

std::vector<Encoding> sample_of(const SearchProblem& problem) {
    Rng rng(seed_word("features"));
    std::vector<Encoding> sample;
    for (std::size_t i = 0; i < sample_size; ++i)
        sample.push_back(problem.space->canonical(problem.feasible->sample(rng)));
    return sample;
}

Eigen::MatrixXd distance_of(const std::vector<Json>& values) {
    std::vector<double> numbers;
    for (const auto& value : values)
        if (value.is_number()) numbers.push_back(value.get<double>());
    return numbers.size() == values.size() ? number_distance(numbers) : name_distance(values.size());
}

/// Of `stage1.kernel` the kind is `kernel`, of `b1_k` it is `b_k`.
std::string kind_of(const std::string& name) {
    if (const auto dot = name.rfind('.'); dot != std::string::npos) return name.substr(dot + 1);
    std::string kind;
    for (const char letter : name)
        if (letter < '0' || letter > '9') kind += letter;
    return kind;
}

}  // namespace

ModelledSpace::ModelledSpace(const SearchProblem& problem) {
    const auto& choices = problem.space->choices();
    std::map<std::string, std::size_t> kinds;
    for (const auto& choice : choices) {
        choices_.kinds.push_back(kinds.try_emplace(kind_of(choice.name), kinds.size()).first->second);
        choices_.distances.push_back(distance_of(choice.values));
    }

    const auto sample = sample_of(problem);
    std::vector<Eigen::ArrayXd> columns;
    for (const auto& [key, figure] : problem.known) {
        if (features_.size() == most_features) break;
        Eigen::ArrayXd column(static_cast<Index>(sample.size()));
        for (std::size_t i = 0; i < sample.size(); ++i) column[static_cast<Index>(i)] = figure(sample[i]);
        if (!(column > 0).all() || !column.isFinite().all()) continue;
        column = column.log();
        Feature feature{figure, column.mean(), 1};
        column -= feature.mean;
        feature.deviation = std::sqrt(column.square().mean());
        if (feature.deviation < 1e-9) continue;
        column /= feature.deviation;
        const bool is_new = std::none_of(columns.begin(), columns.end(), [&](const Eigen::ArrayXd& other) {
            return std::abs((other * column).mean()) > same_feature;
        });
        if (!is_new) continue;
        columns.push_back(column);
        features_.push_back(std::move(feature));
    }
}

CategoricalPoints ModelledSpace::points(std::span<const Encoding> encodings) const {
    CategoricalPoints points;
    points.codes.resize(static_cast<Index>(encodings.size()), choices_.count());
    points.features.resize(static_cast<Index>(encodings.size()), static_cast<Index>(features_.size()));
    for (std::size_t n = 0; n < encodings.size(); ++n) {
        const auto row = static_cast<Index>(n);
        for (Index i = 0; i < choices_.count(); ++i) points.codes(row, i) = encodings[n][static_cast<std::size_t>(i)];
        for (std::size_t f = 0; f < features_.size(); ++f)
            points.features(row, static_cast<Index>(f)) =
                (std::log(features_[f].figure(encodings[n])) - features_[f].mean) / features_[f].deviation;
    }
    Eigen::MatrixXd features(points.count(), points.features.cols() + static_cast<Index>(derived_.size()));
    features.leftCols(points.features.cols()) = points.features;
    for (std::size_t d = 0; d < derived_.size(); ++d)
        features.col(points.features.cols() + static_cast<Index>(d)) = derived_[d](points);
    points.features = std::move(features);
    return points;
}

}  // namespace hwnas
