#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "search/reward.h"

namespace hwnas {

/// What a job may say of the strategy `reinforce`. The defaults suit some hundreds
/// of trials; the paper trained 8,000.
struct ReinforceOptions {
    enum class Algorithm { reinforce, ppo };

    Algorithm algorithm = Algorithm::ppo;
    /// `reward`: "soft", "hard" or {"alpha": A, "beta": B}. Without it: soft where
    /// there is one goal, hard where several are swept.
    std::optional<RewardExponents> reward;
    /// `targets`, a whole number: how many targets to spread over the range of a
    /// known figure that is minimised and was given none.
    std::size_t swept_targets = 4;
    /// `targets`, an object: {"latency@cpu": [1, 2, 4]}; lists are taken abreast.
    std::map<std::string, std::vector<double>> targets;
    std::string targets_place;  ///< for messages about them

    std::size_t batch = 8;         ///< trials told between two updates of the policy
    double learning_rate = 0.004;  ///< Adam's
    double baseline_decay = 0.95;  ///< of the moving baseline, per trial of its goal
    double entropy = 0.1;          ///< bonus on each token's entropy, in deviations of the reward per nat
    std::size_t redraws = 64;      ///< of a known network at most, before it is asked for again; see the strategy
    std::size_t imagined = 0;  ///< networks that the policy draws for each answer and a model rewards; 0: as the paper
    std::size_t hidden = 64;   ///< size of the LSTM
    double temperature = 1;    ///< divides the logits
    double tanh_constant = 2.5;  ///< bounds the logits; 0: not at all
    std::size_t epochs = 4;      ///< PPO: passes over a batch
    double clip = 0.2;           ///< PPO: how far a token's probability ratio may move

    /// Problems go to the value's document. `epochs` and `clip` are keys of PPO alone.
    static ReinforceOptions read(JsonObject& options);
};

}  // namespace hwnas
