#include "search/exact/label_batch.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace hwnas {
namespace {

constexpr double closed = std::numeric_limits<double>::infinity();

/// All children of some labels, new or not, by label and value.
LabelBatch all_children(const PairwiseModel& model, const LabelBatch& labels, std::size_t first, std::size_t last) {
    const std::size_t v = labels.depth;
    const std::size_t size = model.variables[v].values.size();
    LabelBatch children{v + 1, labels.width, {}, {}, {}, {}};
    children.values.reserve((last - first) * size * (v + 1));
    children.figures.resize((last - first) * size * labels.width);
    std::vector<const PairwiseModel::Edge*> edges;
    for (const auto& edge : model.edges)
        if (edge.second == v) edges.push_back(&edge);
    double* figures = children.figures.data();
    for (std::size_t label = first; label < last; ++label, figures += size * labels.width) {
        const auto values = labels.values_of(label);
        for (std::size_t x = 0; x < size; ++x) {
            children.values.insert(children.values.end(), values.begin(), values.end());
            children.values.push_back(static_cast<std::uint16_t>(x));
        }
        for (std::size_t f = 0; f < labels.width; ++f) {
            const double known = labels.figures_of(label)[f];
            for (std::size_t x = 0; x < size; ++x)
                figures[x * labels.width + f] = known + model.variables[v].figures[f][x];
            for (const auto* edge : edges) {
                if (edge->figures[f].empty()) continue;
                const double* row = edge->figures[f].data() + values[edge->first] * size;
                for (std::size_t x = 0; x < size; ++x) figures[x * labels.width + f] += row[x];
            }
        }
    }
    return children;
}

/// The greatest of the `most` least.
double cutoff(std::vector<double> bounds, std::size_t most) {
    if (most >= bounds.size()) return closed;
    const auto nth = bounds.begin() + static_cast<std::ptrdiff_t>(most - 1);
    std::nth_element(bounds.begin(), nth, bounds.end());
    return *nth;
}

}  // namespace

void LabelBatch::append(const LabelBatch& other, std::span<const std::size_t> labels) {
    depth = other.depth;
    width = other.width;
    for (const auto label : labels) {
        const auto its_values = other.values_of(label);
        const auto its_figures = other.figures_of(label);
        values.insert(values.end(), its_values.begin(), its_values.end());
        figures.insert(figures.end(), its_figures.begin(), its_figures.end());
        open.push_back(other.open[label]);
        promise.push_back(other.promise[label]);
    }
}

void LabelBatch::append(const LabelBatch& other) {
    std::vector<std::size_t> labels(other.size());
    std::iota(labels.begin(), labels.end(), std::size_t{0});
    append(other, labels);
}

LabelBatch root_label(const ObjectiveWindows& windows) {
    const auto& constants = windows.boxed().model.constants;
    return {0, constants.size(), {}, constants, {windows.all() & windows.reachable(constants, 0)}, {0}};
}

LabelBatch expand(const ObjectiveWindows& windows, const LabelBatch& labels, std::size_t first, std::size_t last,
                  std::size_t most) {
    const auto& model = windows.boxed().model;
    const std::size_t size = model.variables[labels.depth].values.size();
    auto children = all_children(model, labels, first, last);
    const std::size_t count = (last - first) * size;
    std::vector<std::uint64_t> reached(count);
    std::vector<std::uint64_t> worth(last - first, 0);  // windows that a label's children reach
    std::uint64_t any = 0;
    for (std::size_t child = 0; child < count; ++child) {
        const std::size_t label = child / size;
        if (labels.open[first + label] == 0) continue;
        reached[child] = labels.open[first + label] & windows.reachable(children.figures_of(child), children.depth);
        worth[label] |= reached[child];
        any |= reached[child];
    }
    children.open.assign(count, 0);
    children.promise.assign(count, -closed);
    std::vector<double> bounds(count);
    for (std::size_t w = 0; w < windows.windows().size(); ++w) {
        const std::uint64_t bit = std::uint64_t{1} << w;
        if ((any & bit) == 0) continue;
        const auto& window = windows.windows()[w];
        std::fill(bounds.begin(), bounds.end(), closed);
        for (std::size_t label = 0; label < last - first; ++label) {
            if ((worth[label] & bit) == 0) continue;
            const std::span<double> its_bounds(bounds.data() + label * size, size);
            window.bound.children(labels.values_of(first + label), labels.figures_of(first + label), its_bounds);
            for (std::size_t x = 0; x < size; ++x)
                if ((reached[label * size + x] & bit) == 0 || !windows.leaves_open(w, its_bounds[x]))
                    its_bounds[x] = closed;
        }
        const double greatest = cutoff(bounds, most);
        for (std::size_t child = 0; child < count; ++child) {
            if (bounds[child] == closed || bounds[child] > greatest) continue;
            children.open[child] |= bit;
            children.promise[child] = std::max(children.promise[child], window.threshold - bounds[child]);
        }
    }
    std::vector<std::size_t> kept;
    for (std::size_t child = 0; child < count; ++child)
        if (children.open[child] != 0) kept.push_back(child);
    LabelBatch result{children.depth, children.width, {}, {}, {}, {}};
    result.append(children, kept);
    return result;
}

std::vector<double> least_bounds(const ObjectiveWindows& windows, const LabelBatch& labels, std::size_t first) {
    std::vector<double> least(windows.windows().size(), closed);
    const auto& model = windows.boxed().model;
    std::vector<double> bounds;
    for (std::size_t label = first; label < labels.size(); ++label)
        for (std::size_t w = 0; w < least.size(); ++w) {
            if ((labels.open[label] >> w & 1U) == 0) continue;
            const auto& bound = windows.windows()[w].bound;
            if (labels.depth == model.variables.size()) {
                least[w] = std::min(least[w], bound.weighted(labels.figures_of(label)));
                continue;
            }
            bounds.assign(model.variables[labels.depth].values.size(), 0.0);
            bound.children(labels.values_of(label), labels.figures_of(label), bounds);
            least[w] = std::min(least[w], *std::min_element(bounds.begin(), bounds.end()));
        }
    return least;
}

}  // namespace hwnas
