#include "search/exact/pairwise_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr std::size_t most_variable_values = 4096;
/// Choices that act upon each other become one variable up to here: what happens within one is exact in every bound.
constexpr std::size_t merged_variable_values = 64;
/// Bits that a sum may have, of the 53 that a double keeps.
constexpr int sum_bits = 51;

using Parts = std::vector<FigurePart>;

double range_of(std::span<const double> values) {
    if (values.empty()) return 0;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *most - *least;
}

/// Which choices are one variable.
class Grouping {
public:
    explicit Grouping(const CategoricalSpace& space) {
        for (std::size_t choice = 0; choice < space.choices().size(); ++choice) {
            groups_.push_back({choice});
            sizes_.push_back(space.choices()[choice].values.size());
            of_.push_back(choice);
        }
    }
    /// Of a part's choices, ascending.
    [[nodiscard]] std::vector<std::size_t> touched(const FigurePart& part) const {
        std::set<std::size_t> groups;
        for (const auto choice : part.choices) groups.insert(of_[choice]);
        return {groups.begin(), groups.end()};
    }
    void merge(std::size_t into, std::size_t other) {
        for (const auto choice : groups_[other]) of_[choice] = into;
        groups_[into].insert(groups_[into].end(), groups_[other].begin(), groups_[other].end());
        std::sort(groups_[into].begin(), groups_[into].end());
        sizes_[into] *= sizes_[other];
        groups_[other].clear();
    }
    [[nodiscard]] std::size_t size(std::size_t group) const { return sizes_[group]; }
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& groups() const { return groups_; }

private:
    std::vector<std::vector<std::size_t>> groups_;  ///< empty where merged into another one
    std::vector<std::size_t> sizes_;
    std::vector<std::size_t> of_;  ///< by choice
};

/// Until no part is of more than two variables. A part's choices all become one where that is not too large.
void merge_larger_parts(Grouping& grouping, std::span<const SummedFigure> figures, const std::vector<Parts>& parts) {
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t f = 0; f < parts.size(); ++f)
            for (const auto& part : parts[f]) {
                auto groups = grouping.touched(part);
                if (groups.size() <= 2) continue;
                std::sort(groups.begin(), groups.end(), [&grouping](std::size_t a, std::size_t b) {
                    return std::pair(grouping.size(a), a) < std::pair(grouping.size(b), b);
                });
                double all = 1;
                for (const auto group : groups) all *= static_cast<double>(grouping.size(group));
                if (all > most_variable_values) groups.resize(2);
                if (grouping.size(groups[0]) * grouping.size(groups[1]) > most_variable_values)
                    throw InputError({"the figure " + figures[f].name,
                                      "terms that come apart into pairs of sets of choices with at most " +
                                          std::to_string(most_variable_values) + " combinations each",
                                      "a term over " + std::to_string(part.choices.size()) + " choices",
                                      "give it as terms over fewer choices"});
                for (std::size_t i = 1; i < groups.size(); ++i) grouping.merge(groups[0], groups[i]);
                changed = true;
            }
    }
}

/// What acts upon each other most goes together, as far as variables stay small.
void merge_strong_pairs(Grouping& grouping, const std::vector<Parts>& parts) {
    for (;;) {
        std::map<std::pair<std::size_t, std::size_t>, double> strengths;
        for (const auto& figure : parts) {
            double total = 0;
            for (const auto& part : figure) total += range_of(part.figures);
            for (const auto& part : figure)
                if (const auto groups = grouping.touched(part);
                    groups.size() == 2 && grouping.size(groups[0]) * grouping.size(groups[1]) <= merged_variable_values)
                    strengths[{groups[0], groups[1]}] += total > 0 ? range_of(part.figures) / total : 0;
        }
        if (strengths.empty()) return;
        const auto strongest = std::max_element(strengths.begin(), strengths.end(),
                                                [](const auto& a, const auto& b) { return a.second < b.second; });
        grouping.merge(strongest->first.first, strongest->first.second);
    }
}

std::vector<PairwiseModel::Variable> variables_of(const CategoricalSpace& space, const Grouping& grouping,
                                                  std::size_t figures) {
    std::vector<PairwiseModel::Variable> variables;
    for (const auto& choices : grouping.groups()) {
        if (choices.empty()) continue;
        PairwiseModel::Variable variable{choices, {Encoding{}}, {}};
        for (const auto choice : choices) {
            std::vector<Encoding> longer;
            for (const auto& value : variable.values)
                for (std::size_t next = 0; next < space.choices()[choice].values.size(); ++next) {
                    longer.push_back(value);
                    longer.back().push_back(static_cast<std::uint8_t>(next));
                }
            variable.values = std::move(longer);
        }
        variable.figures.assign(figures, std::vector<double>(variable.values.size(), 0.0));
        variables.push_back(std::move(variable));
    }
    return variables;
}

/// The number of a part's entry as a sum of what each variable contributes to it.
class PartIndex {
public:
    PartIndex(const CategoricalSpace& space, const FigurePart& part) : part_(&part), weights_(part.choices) {
        std::size_t weight = 1;
        for (std::size_t i = part.choices.size(); i-- > 0;) {
            weights_[i] = weight;
            weight *= space.choices()[part.choices[i]].values.size();
        }
    }
    [[nodiscard]] std::size_t operator()(const PairwiseModel::Variable& variable, std::size_t value) const {
        std::size_t number = 0;
        for (std::size_t i = 0; i < variable.choices.size(); ++i) {
            const auto found = std::lower_bound(part_->choices.begin(), part_->choices.end(), variable.choices[i]);
            if (found != part_->choices.end() && *found == variable.choices[i])
                number +=
                    weights_[static_cast<std::size_t>(found - part_->choices.begin())] * variable.values[value][i];
        }
        return number;
    }

private:
    const FigurePart* part_;
    std::vector<std::size_t> weights_;
};

class ModelDraft {
public:
    ModelDraft(const CategoricalSpace& space, std::vector<PairwiseModel::Variable> variables, std::size_t figures)
        : space_(&space), figures_(figures), of_(space.choices().size()) {
        model_.variables = std::move(variables);
        model_.constants.assign(figures, 0.0);
        for (std::size_t v = 0; v < model_.variables.size(); ++v)
            for (const auto choice : model_.variables[v].choices) of_[choice] = v;
    }

    void add(std::size_t figure, double sign, double constant, const Parts& parts) {
        model_.constants[figure] = sign * constant;
        for (const auto& part : parts) add(figure, sign, part);
    }

    [[nodiscard]] PairwiseModel take() {
        for (auto& [pair, edge] : edges_) model_.edges.push_back(std::move(edge));
        return std::move(model_);
    }

private:
    void add(std::size_t figure, double sign, const FigurePart& part) {
        const PartIndex index(*space_, part);
        std::set<std::size_t> touched;
        for (const auto choice : part.choices) touched.insert(of_[choice]);
        if (touched.empty()) {
            model_.constants[figure] += sign * part.figures.front();
            return;
        }
        const auto& first = model_.variables[*touched.begin()];
        if (touched.size() == 1) {
            auto& sums = model_.variables[*touched.begin()].figures[figure];
            for (std::size_t a = 0; a < sums.size(); ++a) sums[a] += sign * part.figures[index(first, a)];
            return;
        }
        const auto& second = model_.variables[*touched.rbegin()];
        auto& edge = edges_[{*touched.begin(), *touched.rbegin()}];
        edge.first = *touched.begin();
        edge.second = *touched.rbegin();
        edge.figures.resize(figures_);
        auto& sums = edge.figures[figure];
        sums.resize(first.values.size() * second.values.size(), 0.0);
        std::vector<std::size_t> of_second;
        for (std::size_t b = 0; b < second.values.size(); ++b) of_second.push_back(index(second, b));
        for (std::size_t a = 0; a < first.values.size(); ++a) {
            const std::size_t of_first = index(first, a);
            for (std::size_t b = 0; b < second.values.size(); ++b)
                sums[a * second.values.size() + b] += sign * part.figures[of_first + of_second[b]];
        }
    }

    const CategoricalSpace* space_;
    std::size_t figures_;
    std::vector<std::size_t> of_;  ///< the variable of a choice
    PairwiseModel model_;
    std::map<std::pair<std::size_t, std::size_t>, PairwiseModel::Edge> edges_;
};

double greatest(std::span<const double> values) {
    double most = 0;
    for (const double value : values) most = std::max(most, std::abs(value));
    return most;
}

void make_sums_exact(PairwiseModel& model) {
    for (std::size_t f = 0; f < model.constants.size(); ++f) {
        double total = std::abs(model.constants[f]);
        for (const auto& variable : model.variables) total += greatest(variable.figures[f]);
        for (const auto& edge : model.edges) total += greatest(edge.figures[f]);
        if (total == 0) continue;
        int exponent = 0;
        (void)std::frexp(total, &exponent);
        const double quantum = std::ldexp(1.0, exponent - sum_bits);
        const auto round = [quantum](double& value) { value = std::nearbyint(value / quantum) * quantum; };
        round(model.constants[f]);
        for (auto& variable : model.variables)
            std::for_each(variable.figures[f].begin(), variable.figures[f].end(), round);
        for (auto& edge : model.edges) std::for_each(edge.figures[f].begin(), edge.figures[f].end(), round);
    }
}

/// How much each variable says, as shares of what the figures range over.
std::vector<double> weights_of(const PairwiseModel& model) {
    std::vector<double> weights(model.variables.size(), 0.0);
    for (std::size_t f = 0; f < model.constants.size(); ++f) {
        double total = 0;
        for (const auto& variable : model.variables) total += range_of(variable.figures[f]);
        for (const auto& edge : model.edges) total += range_of(edge.figures[f]);
        if (total == 0) continue;
        for (std::size_t v = 0; v < weights.size(); ++v) weights[v] += range_of(model.variables[v].figures[f]) / total;
        for (const auto& edge : model.edges) {
            weights[edge.first] += range_of(edge.figures[f]) / total;
            weights[edge.second] += range_of(edge.figures[f]) / total;
        }
    }
    return weights;
}

std::vector<std::size_t> order_of(const PairwiseModel& model) {
    const std::size_t count = model.variables.size();
    const auto weights = weights_of(model);
    std::vector<std::set<std::size_t>> neighbours(count);
    for (const auto& edge : model.edges) {
        neighbours[edge.first].insert(edge.second);
        neighbours[edge.second].insert(edge.first);
    }
    std::vector<std::size_t> order;
    std::vector<bool> decided(count, false);
    const auto in_touch = [&](std::size_t next) {
        std::size_t variables = 0;
        for (std::size_t v = 0; v < count; ++v)
            variables += (decided[v] || v == next) &&
                         std::any_of(neighbours[v].begin(), neighbours[v].end(),
                                     [&](std::size_t other) { return !decided[other] && other != next; });
        return variables;
    };
    while (order.size() < count) {
        std::size_t best = count;
        std::size_t least = 0;
        for (std::size_t v = 0; v < count; ++v) {
            if (decided[v]) continue;
            const std::size_t variables = in_touch(v);
            if (best < count && (variables > least || (variables == least && weights[v] <= weights[best]))) continue;
            best = v;
            least = variables;
        }
        decided[best] = true;
        order.push_back(best);
    }
    return order;
}

std::vector<double> transposed(const std::vector<double>& matrix, std::size_t rows, std::size_t columns) {
    std::vector<double> other(matrix.size());
    if (matrix.empty()) return other;
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c) other[c * rows + r] = matrix[r * columns + c];
    return other;
}

PairwiseModel reordered(PairwiseModel model, const std::vector<std::size_t>& order) {
    PairwiseModel other;
    other.constants = std::move(model.constants);
    std::vector<std::size_t> position(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
    for (auto& edge : model.edges) {
        if (position[edge.first] > position[edge.second]) {
            for (auto& figure : edge.figures)
                figure = transposed(figure, model.variables[edge.first].values.size(),
                                    model.variables[edge.second].values.size());
            std::swap(edge.first, edge.second);
        }
        edge.first = position[edge.first];
        edge.second = position[edge.second];
        other.edges.push_back(std::move(edge));
    }
    for (const auto variable : order) other.variables.push_back(std::move(model.variables[variable]));
    return other;
}

}  // namespace

Encoding PairwiseModel::encoding(std::span<const std::uint16_t> values) const {
    std::size_t length = 0;
    for (const auto& variable : variables) length += variable.choices.size();
    Encoding encoding(length);
    for (std::size_t v = 0; v < variables.size(); ++v)
        for (std::size_t i = 0; i < variables[v].choices.size(); ++i)
            encoding[variables[v].choices[i]] = variables[v].values[values[v]][i];
    return encoding;
}

std::vector<double> PairwiseModel::figures(std::span<const std::uint16_t> values) const {
    auto sums = constants;
    for (std::size_t f = 0; f < sums.size(); ++f) {
        for (std::size_t v = 0; v < variables.size(); ++v) sums[f] += variables[v].figures[f][values[v]];
        for (const auto& edge : edges)
            if (!edge.figures[f].empty())
                sums[f] +=
                    edge.figures[f][values[edge.first] * variables[edge.second].values.size() + values[edge.second]];
    }
    return sums;
}

PairwiseModel pairwise_model(const CategoricalSpace& space, std::span<const SummedFigure> figures) {
    std::vector<Parts> parts;
    std::vector<Problem> problems;
    for (const auto& figure : figures) {
        auto its_parts = figure.table->parts();
        if (!its_parts)
            problems.push_back({"the figure " + figure.name, "a sum of terms over few choices",
                                "one with a floor, or with terms over too many choices",
                                "there is no exact answer but by enumerating, for spaces of at most 2^20 encodings"});
        parts.push_back(its_parts ? std::move(*its_parts) : Parts{});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    Grouping grouping(space);
    merge_larger_parts(grouping, figures, parts);
    merge_strong_pairs(grouping, parts);
    ModelDraft draft(space, variables_of(space, grouping, figures.size()), figures.size());
    for (std::size_t f = 0; f < figures.size(); ++f)
        draft.add(f, figures[f].turned ? -1 : 1, figures[f].table->constant(), parts[f]);
    auto model = draft.take();
    make_sums_exact(model);
    const auto order = order_of(model);
    return reordered(std::move(model), order);
}

}  // namespace hwnas
