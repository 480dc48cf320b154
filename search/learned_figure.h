#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "regression/categorical_process.h"
#include "search/expected_improvement.h"
#include "search/modelled_space.h"

namespace hwnas {

/// A model of a figure that only an evaluation tells, learned from the trials so far: a
/// Gaussian process over the logarithm where the figure has one (accuracy in percent: over the
/// log of the error). Its state is a function of what was added, in its order.
class LearnedFigure {
public:
    /// `space` must outlive this. Figures are turned so that less is better; `percent`: they are
    /// minus a percentage.
    LearnedFigure(const ModelledSpace& space, bool percent);

    void add(Encoding encoding, double figure);
    [[nodiscard]] std::size_t count() const { return encodings_.size(); }

    /// What is known of a set of candidates, kept from one question to the next.
    struct View {
        CategoricalProcess::View view;
        std::size_t fit = 0;  ///< the fit that it belongs to; 0: none yet
    };
    /// Brings the model, then the view of these candidates, up to date. There must be two figures.
    void look(const CategoricalPoints& candidates, View& view);
    /// At little cost: see CategoricalProcess. There must be two figures.
    [[nodiscard]] CategoricalProcess::Glance glance(const CategoricalPoints& candidates);
    /// The model's means of candidates, as a view's. There must be two figures.
    [[nodiscard]] Eigen::VectorXd mean(const CategoricalPoints& candidates);
    /// In the figure's unit, from a view's mean and a variance.
    [[nodiscard]] Outcome outcome(double mean, double variance) const;
    [[nodiscard]] const CategoricalProcess& process() const { return *process_; }

private:
    void update();
    void refit(std::size_t count);

    const ModelledSpace* space_;
    bool percent_;
    std::vector<Encoding> encodings_;
    std::vector<double> figures_;

    std::optional<CategoricalProcess> process_;
    std::size_t fitted_ = 0;  ///< figures that there were at the last fit
    std::size_t known_ = 0;   ///< figures that the process has seen
    bool exponential_ = false;
    double shift_ = 0;
    double center_ = 0;
    double deviation_ = 1;
};

}  // namespace hwnas
