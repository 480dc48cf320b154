#include "search/exact/label_dominance.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace hwnas {
namespace {

/// Decided variables that act upon open ones.
std::vector<std::size_t> in_touch(const PairwiseModel& model, std::size_t depth) {
    std::vector<std::size_t> variables;
    for (const auto& edge : model.edges)
        if (edge.first < depth && edge.second >= depth) variables.push_back(edge.first);
    std::sort(variables.begin(), variables.end());
    variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
    return variables;
}

/// Figures that came in the order of their first one: of that one nothing need be compared any more.
class FiguresSoFar {
public:
    explicit FiguresSoFar(std::size_t width) : width_(width) {}

    void clear() {
        any_ = false;
        staircase_.clear();
        all_.clear();
    }
    /// Whether none is as good everywhere; it counts from then on.
    [[nodiscard]] bool insert(std::span<const double> figures) {
        if (width_ > 3) return insert_any(figures);
        if (width_ == 3) return insert_pair(figures[1], figures[2]);
        if (any_ && (width_ == 1 || least_ <= figures[1])) return false;
        any_ = true;
        if (width_ == 2) least_ = figures[1];
        return true;
    }

private:
    /// Steps ascend in x and descend in y.
    [[nodiscard]] bool insert_pair(double x, double y) {
        auto next = staircase_.upper_bound(x);
        if (next != staircase_.begin() && std::prev(next)->second <= y) return false;
        next = staircase_.lower_bound(x);
        while (next != staircase_.end() && next->second >= y) next = staircase_.erase(next);
        staircase_.emplace(x, y);
        return true;
    }
    [[nodiscard]] bool insert_any(std::span<const double> figures) {
        for (std::size_t begin = 0; begin < all_.size(); begin += width_) {
            bool covers = true;
            for (std::size_t i = 1; covers && i < width_; ++i) covers = all_[begin + i] <= figures[i];
            if (covers) return false;
        }
        all_.insert(all_.end(), figures.begin(), figures.end());
        return true;
    }

    std::size_t width_;
    bool any_ = false;
    double least_ = 0;
    std::map<double, double> staircase_;
    std::vector<double> all_;
};

}  // namespace

bool comparable(const PairwiseModel& model, std::size_t depth) { return in_touch(model, depth).size() < depth; }

void drop_dominated(LabelBatch& labels, const ObjectiveWindows& windows) {
    const auto& boxed = windows.boxed();
    const auto touching = in_touch(boxed.model, labels.depth);
    if (touching.size() >= labels.depth || labels.size() < 2) return;
    const std::size_t width = labels.width;
    auto figures = labels.figures;
    for (std::size_t i = 0; i < boxed.limits.size(); ++i) {
        const std::size_t f = boxed.objectives() + i;
        const double met = boxed.limits[i] - windows.ranges().most(f, labels.depth);
        for (std::size_t label = 0; label < labels.size(); ++label)
            figures[label * width + f] = std::max(figures[label * width + f], met);
    }
    const auto figures_of = [&](std::size_t label) { return std::span(figures).subspan(label * width, width); };
    const auto compare_touching = [&](std::size_t a, std::size_t b) {
        for (const auto v : touching)
            if (labels.values_of(a)[v] != labels.values_of(b)[v])
                return labels.values_of(a)[v] < labels.values_of(b)[v] ? -1 : 1;
        return 0;
    };
    std::vector<std::size_t> order(labels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (const int compared = compare_touching(a, b); compared != 0) return compared < 0;
        const auto of_a = figures_of(a);
        const auto of_b = figures_of(b);
        if (!std::equal(of_a.begin(), of_a.end(), of_b.begin()))
            return std::lexicographical_compare(of_a.begin(), of_a.end(), of_b.begin(), of_b.end());
        return a < b;
    });
    FiguresSoFar kept(width);
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && compare_touching(order[i - 1], order[i]) != 0) kept.clear();
        if (kept.insert(figures_of(order[i]))) chosen.push_back(order[i]);
    }
    LabelBatch rest;
    rest.append(labels, chosen);
    labels = std::move(rest);
}

}  // namespace hwnas
