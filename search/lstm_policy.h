#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/rng.h"

namespace hwnas {

/// What a controller emits, and how large it is.
struct LstmShape {
    std::vector<std::size_t> sizes;  ///< for each position, the number of values to pick from
    std::size_t conditions = 1;      ///< number of goals that a sequence can be drawn for
    std::size_t hidden = 64;
    double temperature = 1;    ///< divides the logits
    double tanh_constant = 0;  ///< bounds the logits: constant * tanh(logit); 0 leaves them free
};

/// A sequence that was emitted, one token for each position.
struct TokenSequence {
    std::size_t condition = 0;
    std::vector<std::uint8_t> tokens;
    std::vector<std::vector<bool>> allowed;  ///< for each position, which values could be picked
};

/// A distribution over token sequences: a one-layer LSTM (with forget gate) that
/// is fed the embedding of the token before and emits the next one through a head
/// for its position, a softmax over the values that are allowed there. Each
/// condition has biases of its own, of the gates and of the heads, so that one
/// network serves several goals. All in double precision; backward through time
/// is written out, see `loss_gradient`. (MnasNet, arXiv 1807.11626, section 4.2;
/// the controller is that of Zoph and Le, arXiv 1611.01578, with one layer.)
class LstmPolicy {
public:
    /// Weights are drawn uniformly; heads start small, so that the first
    /// sequences are close to uniform.
    LstmPolicy(LstmShape shape, Rng rng);
    LstmPolicy(const LstmPolicy& other);
    LstmPolicy& operator=(const LstmPolicy& other);
    ~LstmPolicy();

    [[nodiscard]] const LstmShape& shape() const { return shape_; }

    /// All weights in one row, in a fixed order.
    [[nodiscard]] const std::vector<double>& parameters() const { return parameters_; }
    void set_parameters(std::vector<double> parameters);

    /// One sequence that is being drawn. The policy must outlive it unchanged.
    class Draw {
    public:
        Draw(const LstmPolicy& policy, std::size_t condition);
        ~Draw();
        /// Draws the token at `position`, from 0. Going back to an earlier
        /// position drops what was drawn from there on.
        std::uint8_t pick(std::size_t position, const std::vector<bool>& allowed, Rng& rng);
        /// As `pick`, with a token that is given.
        /// \throws std::invalid_argument when it is none of the allowed.
        void take(std::size_t position, const std::vector<bool>& allowed, std::uint8_t token);
        [[nodiscard]] const std::vector<std::uint8_t>& tokens() const { return tokens_; }
        /// For each token, the natural logarithm of its probability.
        [[nodiscard]] const std::vector<double>& log_probabilities() const { return log_probabilities_; }

    private:
        struct States;
        /// The logits of the token at `position`, into the states.
        void advance(std::size_t position);

        const LstmPolicy* policy_;
        std::size_t condition_;
        std::vector<std::uint8_t> tokens_;
        std::vector<double> log_probabilities_;
        std::unique_ptr<States> states_;
    };

    /// What one token adds to a loss, and its slopes.
    struct TokenLoss {
        double value = 0;
        double by_log_probability = 0;
        double by_entropy = 0;
    };
    /// Called once for each token, with its log-probability and the entropy (nats)
    /// of the distribution that it was drawn from.
    using LossOfToken =
        std::function<TokenLoss(std::size_t sequence, std::size_t position, double log_probability, double entropy)>;
    struct LossGradient {
        double value = 0;
        std::vector<double> slopes;  ///< by each of `parameters`
    };
    /// The sum of the tokens' losses over whole sequences and its gradient.
    [[nodiscard]] LossGradient loss_gradient(std::span<const TokenSequence> sequences,
                                             const LossOfToken& loss_of_token) const;

private:
    struct Weights;
    [[nodiscard]] std::size_t embedding_of(std::size_t position, std::uint8_t token_before) const;

    LstmShape shape_;
    std::vector<std::size_t> first_embedding_;  ///< by position: of the tokens that come before it
    std::vector<double> parameters_;
    std::unique_ptr<Weights> weights_;
};

}  // namespace hwnas
