#pragma once

#include <optional>
#include <set>

#include "search/adam.h"
#include "search/lstm_policy.h"
#include "search/reinforce_options.h"
#include "search/strategy.h"
#include "search/surrogate.h"

namespace hwnas {

/// MnasNet's controller (arXiv 1807.11626, section 4): an LSTM emits the space's
/// choices token by token and is taught by policy gradients, plain (REINFORCE,
/// Williams 1992) or clipped (PPO, Schulman et al., arXiv 1707.06347), to earn the
/// reward ACC x (LAT / T)^w. See `Reward` for what ACC and LAT are.
///
/// Limits: values that no feasible architecture completes are masked out of each
/// softmax, when drawing and when learning, so limits are never violated.
///
/// Targets. A policy that chases one reward gathers at one place of the front. A
/// minimised objective that is known beforehand and has no target is therefore
/// swept: `targets` of them are spread in equal ratios over the range that the
/// feasible set reaches, trial after trial aims at the next one, with the hard
/// reward (under the soft one a target is a constant factor and tells nothing),
/// and the policy has biases of its own for each. So it keeps one
/// distribution for each part of the front, while what it learns of good choices
/// is shared. Several swept objectives move together, since costs of a network
/// rise together. With an explicit reward of alpha = beta there is no sweep. A
/// minimised objective that is not known beforehand and has no target counts softly.
///
/// Learning. Trials told with this strategy's notes are gathered; each full batch
/// is one update (PPO: some epochs, each token's probability ratio clipped). The
/// advantage is the reward less its exponential moving average, over its moving
/// standard deviation, both kept by goal: learning rate and entropy bonus then mean
/// the same for every metric. Duplicates count: what is known teaches for nothing. But so
/// that a policy that has gathered goes on to find new networks, each duplicate in a row
/// lets the next question draw again more often (2, 8, 32 times ...) where it comes upon
/// a known one. A failed trial counts as the least reward that its goal has earned so
/// far, and moves no average: as zero it would lie tens of deviations off and sway the
/// policy alone, ignored it would come again. A network that the job starts from is
/// taken as if the policy had drawn it for the goal under which it earns most; other
/// trials without this strategy's notes (a reference) teach nothing.
///
/// With `imagined` a model of the trials so far (a Gaussian process) trains the policy too: after each answer so
/// many networks are drawn for the goals in turn, rewarded as if they had come out somewhat better than the model
/// expects, and make an update of their own, each against the mean of its goal. The next question is then that one of
/// as many draws that promises the greatest improvement of the front.
class ReinforceStrategy : public Strategy {
public:
    static StrategyFactory read(JsonObject& options);

    /// Throws InputError where `targets` names no minimised objective. What
    /// `problem` points to must outlive this.
    ReinforceStrategy(const SearchProblem& problem, std::uint64_t seed, ReinforceOptions options);

    /// Notes: `tokens` as emitted (the trial keeps their canonical form),
    /// `log_probabilities` of each under the policy of that moment, `goal` and its
    /// `targets`.
    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

    /// Trial `number` aims at goal `number` modulo their count.
    [[nodiscard]] const std::vector<Goal>& goals() const { return goals_; }
    [[nodiscard]] const LstmPolicy& policy() const { return policy_; }

private:
    /// Averages of one goal's rewards, moving ones bias-corrected as Adam's.
    struct Average {
        double weight = 0;
        double sum = 0;
        double square_sum = 0;
        double least = 0;
        void add(double reward, double decay);
        void add(double reward);  ///< a plain mean instead
        [[nodiscard]] double advantage(double reward) const;
    };
    /// A told trial that waits for its batch to be full.
    struct Sample {
        TokenSequence sequence;
        std::vector<double> log_probabilities;
        double reward = 0;
    };
    [[nodiscard]] Proposal proposal_of(const LstmPolicy::Draw& draw, Encoding encoding, std::size_t goal) const;
    [[nodiscard]] std::optional<Proposal> most_promising(std::size_t goal, std::int64_t number,
                                                         std::span<const Trial> pending, Rng& stream);
    void learn(const Trial& trial);
    void imagine(std::int64_t number);
    [[nodiscard]] std::optional<Sample> recall(const Json& notes) const;
    [[nodiscard]] std::optional<Sample> as_if_drawn(const Trial& trial) const;
    void improve(const std::vector<Sample>& samples, const std::vector<double>& advantages);

    ReinforceOptions options_;
    const ChoiceSpace* space_;
    const FeasibleSet* feasible_;
    std::vector<Goal> goals_;
    Reward reward_;
    Rng rng_;
    LstmPolicy policy_;
    Adam adam_;
    std::vector<Average> averages_;  ///< by goal
    std::vector<Sample> batch_;
    std::optional<Surrogate> surrogate_;  ///< where rewards are imagined
    std::set<Encoding> seen_;             ///< told, canonical
    std::size_t redraws_ = 0;             ///< that the next question may make: more with each duplicate in a row
};

}  // namespace hwnas
