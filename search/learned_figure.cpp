#include "search/learned_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace hwnas {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::size_t first_fit = 2;
constexpr std::size_t fit_points = 200;       // that the weights are fitted to: each step is cubic in them
constexpr std::size_t process_points = 1000;  // that the process is made of
constexpr std::size_t fit_steps = 40;

/// Figures between fits grow by a fifth, so that all fits together cost a few of the last.
std::size_t last_fit(std::size_t count) {
    std::size_t fit = first_fit;
    for (;;) {
        const std::size_t next = fit + std::max<std::size_t>(4, fit / 5);
        if (next > count) return fit;
        fit = next;
    }
}

/// At most `most` of `count` figures: the newest half, which lie where the search is, and others drawn.
std::vector<std::size_t> chosen(std::size_t count, std::size_t most) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (count <= most) return all;
    std::vector<std::size_t> old(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most / 2));
    Rng rng(mix_seed({seed_word("chosen"), count}));
    rng.shuffle(old);
    old.resize(most - most / 2);
    std::sort(old.begin(), old.end());
    old.insert(old.end(), all.end() - static_cast<std::ptrdiff_t>(most / 2), all.end());
    return old;
}

}  // namespace

LearnedFigure::LearnedFigure(const ModelledSpace& space, bool percent) : space_(&space), percent_(percent) {}

void LearnedFigure::add(Encoding encoding, double figure) {
    encodings_.push_back(std::move(encoding));
    figures_.push_back(figure);
}

void LearnedFigure::refit(std::size_t count) {
    const std::span<const double> known(figures_.data(), count);
    shift_ = percent_ ? 100 : 0;
    exponential_ = std::all_of(known.begin(), known.end(), [&](double figure) { return figure + shift_ > 1e-9; });
    if (!exponential_) shift_ = 0;
    const auto scaled = [&](double figure) { return exponential_ ? std::log(figure + shift_) : figure; };
    const auto used = chosen(count, process_points);
    std::vector<Encoding> encodings;
    VectorXd targets(static_cast<Index>(used.size()));
    for (std::size_t i = 0; i < used.size(); ++i) {
        encodings.push_back(encodings_[used[i]]);
        targets[static_cast<Index>(i)] = scaled(figures_[used[i]]);
    }
    center_ = targets.mean();
    deviation_ = std::sqrt((targets.array() - center_).square().mean());
    if (!(deviation_ > 1e-12)) deviation_ = 1;
    targets = (targets.array() - center_) / deviation_;
    auto points = space_->points(encodings);
    const auto some = chosen(used.size(), fit_points);
    const CategoricalPoints some_points{points.codes(some, Eigen::all), points.features(some, Eigen::all)};
    auto fit = CategoricalProcess::fit(space_->choices(), some_points, targets(some), fit_steps);
    process_.emplace(space_->choices(), std::move(fit), std::move(points), std::move(targets));
    fitted_ = known_ = count;
}

void LearnedFigure::update() {
    const std::size_t fit = last_fit(figures_.size());
    if (fit != fitted_) refit(fit);
    for (; known_ < figures_.size(); ++known_) {
        double figure = figures_[known_];
        if (exponential_) figure = std::log(std::max(figure + shift_, 1e-9));
        process_->append(space_->points({&encodings_[known_], 1}), (figure - center_) / deviation_);
    }
}

void LearnedFigure::look(const CategoricalPoints& candidates, View& view) {
    update();
    if (view.fit == fitted_) {
        process_->update(view.view);
    } else {
        view.view = process_->view(candidates);
        view.fit = fitted_;
    }
}

VectorXd LearnedFigure::mean(const CategoricalPoints& candidates) {
    update();
    return process_->mean(candidates);
}

CategoricalProcess::Glance LearnedFigure::glance(const CategoricalPoints& candidates) {
    update();
    return process_->glance(candidates);
}

Outcome LearnedFigure::outcome(double mean, double variance) const {
    return {mean * deviation_ + center_, std::sqrt(std::max(variance, 0.0)) * deviation_, exponential_, shift_};
}

}  // namespace hwnas
