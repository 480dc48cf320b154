#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "search/candidate_pool.h"
#include "search/surrogate.h"

namespace hwnas {

struct ModelBasedOptions {
    std::size_t start = 12;  ///< trials spread over the costs before the model is asked
    /// The largest space whose networks are all looked at for each question; of a larger one a
    /// pool is bred.
    std::size_t most_listed = 6000;
    PoolOptions pool;

    /// Problems go to the value's document.
    static ModelBasedOptions read(JsonObject& options);
};

/// Bayesian optimisation: what is costly is learned by a Gaussian process over the choices,
/// what is known (latency, energy, size) is taken as it is, and the next network is that of the
/// greatest expected hypervolume improvement of the front. The trials under way count as if
/// they had come out as the model expects. With one objective it is expected improvement. Limits
/// on figures that are not known weigh a network by the probability that it meets them. Every fifth question takes
/// the model for four times less sure than it says: it is made of what it chose itself, and would never look where it
/// is wrong. Trials with a budget of their own are left out of the model.
class ModelBasedStrategy : public Strategy {
public:
    static StrategyFactory read(JsonObject& options);

    /// What `problem` points to must outlive this.
    ModelBasedStrategy(const SearchProblem& problem, std::uint64_t seed, ModelBasedOptions options);

    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

private:
    [[nodiscard]] std::optional<Encoding> unseen_start(const std::set<Encoding>& taken) const;
    [[nodiscard]] std::optional<Encoding> best_listed(const std::set<Encoding>& taken, Prospects& prospects);

    SearchProblem problem_;
    ModelBasedOptions options_;
    Rng rng_;
    std::vector<Encoding> start_;  ///< the first trials
    Surrogate surrogate_;
    std::optional<Candidates> listed_;  ///< all networks, of a small space
    std::set<Encoding> seen_;           ///< canonical
};

}  // namespace hwnas
