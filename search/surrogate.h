#pragma once

#include <map>
#include <string>
#include <vector>

#include "search/learned_figure.h"
#include "search/modelled_space.h"
#include "search/pareto_front.h"
#include "search/strategy.h"

namespace hwnas {

/// Networks that a question is about, with what is known of them and what a model has said.
struct Candidates {
    std::vector<Encoding> encodings;  ///< canonical
    CategoricalPoints points;
    std::vector<Point> known;  ///< the known axes, turned
    std::vector<LearnedFigure::View> views;
};

/// What the trials of a search say of networks that were not evaluated: objectives and limits that are known
/// beforehand as they are, the others learned, each by a Gaussian process. Trials with a budget of their own are
/// left out. Its state is a function of the trials told, in their order.
class Surrogate {
public:
    /// A limit on a figure that is learned.
    struct Bound {
        Limit limit;
        std::size_t figure;  ///< index
        bool turned;         ///< the figure is an objective's whose sign is changed
    };

    /// What `problem` points to must outlive this.
    explicit Surrogate(const SearchProblem& problem);

    void tell(const Trial& trial);
    /// Whether every learned figure has trials enough for a model.
    [[nodiscard]] bool ready() const;
    [[nodiscard]] bool learns_nothing() const { return figures_.empty(); }
    [[nodiscard]] Candidates candidates(std::vector<Encoding> encodings) const;

    /// The objectives' figures by key, in their units: the learned ones `optimism` deviations better than expected. The
    /// surrogate is ready.
    [[nodiscard]] std::vector<std::map<std::string, double>> imagined(Candidates& candidates, double optimism);

    /// Objectives, by index.
    [[nodiscard]] const std::vector<std::size_t>& known_axes() const { return known_axes_; }
    /// Objectives, by index; figure i is of learned axis i, and those of bounds come after.
    [[nodiscard]] const std::vector<std::size_t>& learned_axes() const { return learned_axes_; }
    [[nodiscard]] std::vector<LearnedFigure>& figures() { return figures_; }
    [[nodiscard]] const std::vector<Bound>& bounds() const { return bounds_; }
    /// Of told trials within the limits: known axes first, then the learned ones.
    [[nodiscard]] const ParetoFront& front() const { return front_; }
    /// The networks of the front, in its order.
    [[nodiscard]] std::vector<Encoding> front_encodings() const;
    /// The corner of the box that improvements are counted in: the objectives' `worst`, or somewhat beyond the worst of
    /// the trials. Axes as the front's.
    [[nodiscard]] Point worst_corner() const;

private:
    [[nodiscard]] Point arranged(const Point& point) const;

    SearchProblem problem_;
    ModelledSpace space_;
    std::vector<std::string> keys_;
    std::vector<LearnedFigure> figures_;
    std::vector<std::size_t> known_axes_;
    std::vector<std::size_t> learned_axes_;
    std::vector<Bound> bounds_;
    ParetoFront front_;
    std::vector<Encoding> of_front_;  ///< by the ids of its entries
    std::vector<Point> points_;       ///< of told, complete trials
};

}  // namespace hwnas
