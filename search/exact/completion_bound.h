#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/exact/pairwise_model.h"

namespace hwnas {

/// A bound from below on a weighted sum of a model's figures, over all completions of a prefix of its variables. What
/// pairs of open variables add is shared out between the two by messages, so that each variable can be minimised by
/// itself (Globerson and Jaakkola, "Fixing max-product: convergent message passing algorithms for MAP LP-relaxations",
/// NIPS 2007); what the decided ones add is exact. With one variable open, or none acting upon another, so is the
/// bound.
class CompletionBound {
public:
    /// A weight for each figure, none negative. The model must outlive this.
    CompletionBound(const PairwiseModel& model, std::vector<double> weights);

    /// Makes `least` as great as so many rounds of messages do.
    void fit_whole(int rounds);
    /// Makes the bounds of prefixes of these values great, and so of prefixes like them.
    void fit(std::span<const std::uint16_t> values, int rounds);

    [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
    [[nodiscard]] double weighted(std::span<const double> figures) const;
    /// Over the whole space.
    [[nodiscard]] double least() const;
    /// For each value of the variable at values.size(): over the completions of the prefix with that value. `figures`
    /// are what is known of the prefix: constants, its variables and the edges between them.
    void children(std::span<const std::uint16_t> prefix, std::span<const double> figures,
                  std::span<double> bounds) const;
    /// The values that are least by themselves, with the messages of `fit_whole`: near the best ones.
    [[nodiscard]] std::vector<std::uint16_t> decoded() const;

private:
    [[nodiscard]] std::size_t count() const { return model_->variables.size(); }
    [[nodiscard]] const double* pair(std::size_t first, std::size_t second) const;
    void pass_messages(std::size_t depth, std::vector<std::vector<double>> beliefs, int rounds);
    void sum_untouched(std::size_t depth);

    const PairwiseModel* model_;
    std::vector<double> weights_;
    std::vector<std::size_t> sizes_;   ///< values of each variable
    std::vector<std::size_t> padded_;  ///< the same, rounded up: entries behind the values are infinite or 0
    std::vector<std::vector<double>> own_;
    /// [first * variables + second]: a row for each value of the first; none where nothing is between them.
    std::vector<std::vector<double>> pairs_;
    /// [depth][variable]: own, and what messages say of the edges among the variables from `depth` on.
    std::vector<std::vector<std::vector<double>>> open_;
    /// Open variables at a depth that act upon the one decided last, and those that act upon earlier ones only.
    std::vector<std::vector<std::size_t>> near_;
    std::vector<std::vector<std::size_t>> far_;
    std::vector<double> untouched_;  ///< [depth]: the least of all other open ones
};

}  // namespace hwnas
