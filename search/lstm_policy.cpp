#include "search/lstm_policy.h"

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <string>

namespace hwnas {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;

Index index(std::size_t value) { return static_cast<Index>(value); }

/// Order of the gates in a column of 4 * hidden: input, forget, output, candidate.
template <typename Gates>
void activate(Gates&& gates, Index hidden) {
    // tanh(x) = 2 sigmoid(2x) - 1: one vectorised exponential serves all four.
    gates.bottomRows(hidden) *= 2.0;
    gates = (1.0 + (-gates.array()).exp()).inverse().matrix();
    gates.bottomRows(hidden) = (2.0 * gates.bottomRows(hidden).array() - 1.0).matrix();
}

template <typename Values>
Matrix tanh_of(const Values& values) {
    return (2.0 * (1.0 + (-2.0 * values.array()).exp()).inverse() - 1.0).matrix();
}

/// The masked softmax of one head's raw output, and what backward needs of it.
struct TokenDistribution {
    std::vector<double> probability;      ///< 0 where not allowed
    std::vector<double> log_probability;  ///< 0 where not allowed
    std::vector<double> slope;            ///< of the logit by the raw output
    double entropy = 0;
};

template <typename Raw>
TokenDistribution distribution_of(const Raw& raw, const std::vector<bool>& allowed, const LstmShape& shape) {
    const std::size_t count = allowed.size();
    TokenDistribution out{std::vector<double>(count, 0.0), std::vector<double>(count, 0.0),
                          std::vector<double>(count, 1 / shape.temperature), 0};
    double greatest = -std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < count; ++v) {
        double logit = raw(index(v)) / shape.temperature;
        if (shape.tanh_constant > 0) {
            const double bent = std::tanh(logit);
            out.slope[v] *= shape.tanh_constant * (1 - bent * bent);
            logit = shape.tanh_constant * bent;
        }
        out.log_probability[v] = logit;
        if (allowed[v]) greatest = std::max(greatest, logit);
    }
    double total = 0;
    for (std::size_t v = 0; v < count; ++v)
        if (allowed[v]) total += out.probability[v] = std::exp(out.log_probability[v] - greatest);
    const double log_total = std::log(total);
    for (std::size_t v = 0; v < count; ++v) {
        out.probability[v] /= total;
        out.log_probability[v] = allowed[v] ? out.log_probability[v] - greatest - log_total : 0.0;
        out.entropy -= out.probability[v] * out.log_probability[v];
    }
    return out;
}

}  // namespace

struct LstmPolicy::Weights {
    Matrix embedding;             ///< [hidden, tokens]; column 0 stands before the first token
    Matrix input;                 ///< [4 hidden, hidden], of the embedding
    Matrix recurrent;             ///< [4 hidden, hidden]
    Matrix bias;                  ///< [4 hidden, conditions]
    std::vector<Matrix> heads;    ///< by position, [values, hidden]
    std::vector<Matrix> offsets;  ///< by position, [values, conditions]
    Matrix fed;                   ///< input * embedding: no parameter, but all that a step needs of them

    Weights(const LstmShape& shape, std::size_t embeddings) {
        const Index hidden = index(shape.hidden);
        embedding = Matrix::Zero(hidden, index(embeddings));
        input = recurrent = Matrix::Zero(4 * hidden, hidden);
        bias = Matrix::Zero(4 * hidden, index(shape.conditions));
        for (const std::size_t size : shape.sizes) {
            heads.push_back(Matrix::Zero(index(size), hidden));
            offsets.push_back(Matrix::Zero(index(size), index(shape.conditions)));
        }
    }
    template <typename Visit>
    void each(const Visit& visit) {
        for (Matrix* matrix : {&embedding, &input, &recurrent, &bias}) visit(*matrix);
        for (auto& head : heads) visit(head);
        for (auto& offset : offsets) visit(offset);
    }
    std::vector<double> in_one_row() {
        std::vector<double> row;
        each([&row](const Matrix& matrix) { row.insert(row.end(), matrix.data(), matrix.data() + matrix.size()); });
        return row;
    }
};

LstmPolicy::LstmPolicy(LstmShape shape, Rng rng) : shape_(std::move(shape)) {
    std::size_t embeddings = 1;
    first_embedding_.push_back(0);
    for (std::size_t i = 0; i + 1 < shape_.sizes.size(); ++i) {
        first_embedding_.push_back(embeddings);
        embeddings += shape_.sizes[i];
    }
    weights_ = std::make_unique<Weights>(shape_, embeddings);
    const double width = 1 / std::sqrt(static_cast<double>(shape_.hidden));
    const auto fill = [&rng](Matrix& matrix, double bound) {
        for (Index i = 0; i < matrix.size(); ++i) matrix.data()[i] = bound * (2 * rng.uniform() - 1);
    };
    fill(weights_->embedding, 1);
    fill(weights_->input, width);
    fill(weights_->recurrent, width);
    fill(weights_->bias, width);
    // A forget gate that starts open carries what was chosen first to the last.
    weights_->bias.middleRows(index(shape_.hidden), index(shape_.hidden)).array() += 1.0;
    for (auto& head : weights_->heads) fill(head, 0.1 * width);
    set_parameters(weights_->in_one_row());
}

LstmPolicy::LstmPolicy(const LstmPolicy& other)
    : shape_(other.shape_),
      first_embedding_(other.first_embedding_),
      parameters_(other.parameters_),
      weights_(std::make_unique<Weights>(*other.weights_)) {}

LstmPolicy& LstmPolicy::operator=(const LstmPolicy& other) {
    LstmPolicy copy(other);
    shape_ = std::move(copy.shape_);
    first_embedding_ = std::move(copy.first_embedding_);
    parameters_ = std::move(copy.parameters_);
    weights_ = std::move(copy.weights_);
    return *this;
}

LstmPolicy::~LstmPolicy() = default;

void LstmPolicy::set_parameters(std::vector<double> parameters) {
    parameters_ = std::move(parameters);
    const double* next = parameters_.data();
    weights_->each([&next](Matrix& matrix) {
        std::copy(next, next + matrix.size(), matrix.data());
        next += matrix.size();
    });
    weights_->fed.noalias() = weights_->input * weights_->embedding;
}

std::size_t LstmPolicy::embedding_of(std::size_t position, std::uint8_t token_before) const {
    return position == 0 ? 0 : first_embedding_[position] + token_before;
}

struct LstmPolicy::Draw::States {
    Matrix output;  ///< column i: as it is before the step of position i
    Matrix cell;
    Vector gates;
    Vector logits;
};

LstmPolicy::Draw::Draw(const LstmPolicy& policy, std::size_t condition)
    : policy_(&policy), condition_(condition), states_(std::make_unique<States>()) {
    const Index hidden = index(policy.shape_.hidden);
    states_->output = states_->cell = Matrix::Zero(hidden, index(policy.shape_.sizes.size() + 1));
    states_->gates = Vector::Zero(4 * hidden);
}

LstmPolicy::Draw::~Draw() = default;

void LstmPolicy::Draw::advance(std::size_t position) {
    tokens_.resize(position);
    log_probabilities_.resize(position);
    const auto& weights = *policy_->weights_;
    const Index hidden = index(policy_->shape_.hidden);
    const Index step = index(position);
    auto& [output, cell, gates, logits] = *states_;

    const std::uint8_t before = position == 0 ? std::uint8_t{0} : tokens_.back();
    gates = weights.fed.col(index(policy_->embedding_of(position, before))) + weights.bias.col(index(condition_));
    gates.noalias() += weights.recurrent * output.col(step);
    activate(gates, hidden);
    cell.col(step + 1) = gates.segment(hidden, hidden).cwiseProduct(cell.col(step)) +
                         gates.head(hidden).cwiseProduct(gates.tail(hidden));
    output.col(step + 1) = gates.segment(2 * hidden, hidden).cwiseProduct(tanh_of(cell.col(step + 1)));

    logits = weights.heads[position] * output.col(step + 1) + weights.offsets[position].col(index(condition_));
}

std::uint8_t LstmPolicy::Draw::pick(std::size_t position, const std::vector<bool>& allowed, Rng& rng) {
    advance(position);
    const auto distribution = distribution_of(states_->logits, allowed, policy_->shape_);
    const auto token = static_cast<std::uint8_t>(rng.weighted(distribution.probability));
    tokens_.push_back(token);
    log_probabilities_.push_back(distribution.log_probability[token]);
    return token;
}

void LstmPolicy::Draw::take(std::size_t position, const std::vector<bool>& allowed, std::uint8_t token) {
    if (token >= allowed.size() || !allowed[token])
        throw std::invalid_argument("token " + std::to_string(token) + " is not allowed at position " +
                                    std::to_string(position));
    advance(position);
    tokens_.push_back(token);
    log_probabilities_.push_back(distribution_of(states_->logits, allowed, policy_->shape_).log_probability[token]);
}

LstmPolicy::LossGradient LstmPolicy::loss_gradient(std::span<const TokenSequence> sequences,
                                                   const LossOfToken& loss_of_token) const {
    const Index hidden = index(shape_.hidden);
    const Index batch = index(sequences.size());
    const Index length = index(shape_.sizes.size());
    const auto& weights = *weights_;
    Weights slopes(shape_, static_cast<std::size_t>(weights.embedding.cols()));
    LossGradient result;

    // Columns [step * batch, (step + 1) * batch) belong to one step. `output` and
    // `cell` have the zero state before the first step in front.
    Matrix gates(4 * hidden, length * batch);
    Matrix bent_cell(hidden, length * batch);
    Matrix output = Matrix::Zero(hidden, (length + 1) * batch);
    Matrix cell = output;
    Matrix by_output = Matrix::Zero(hidden, length * batch);  // what the heads want of each output
    const auto embedding_at = [&](Index sequence, Index step) {
        const auto& tokens = sequences[static_cast<std::size_t>(sequence)].tokens;
        const auto position = static_cast<std::size_t>(step);
        return index(embedding_of(position, position == 0 ? std::uint8_t{0} : tokens[position - 1]));
    };

    for (Index step = 0; step < length; ++step) {
        auto now = gates.middleCols(step * batch, batch);
        for (Index s = 0; s < batch; ++s)
            now.col(s) = weights.fed.col(embedding_at(s, step)) +
                         weights.bias.col(index(sequences[static_cast<std::size_t>(s)].condition));
        now.noalias() += weights.recurrent * output.middleCols(step * batch, batch);
        activate(now, hidden);
        cell.middleCols((step + 1) * batch, batch) =
            now.middleRows(hidden, hidden).cwiseProduct(cell.middleCols(step * batch, batch)) +
            now.topRows(hidden).cwiseProduct(now.bottomRows(hidden));
        bent_cell.middleCols(step * batch, batch) = tanh_of(cell.middleCols((step + 1) * batch, batch));
        output.middleCols((step + 1) * batch, batch) =
            now.middleRows(2 * hidden, hidden).cwiseProduct(bent_cell.middleCols(step * batch, batch));

        const auto position = static_cast<std::size_t>(step);
        const auto outputs = output.middleCols((step + 1) * batch, batch);
        Matrix raw = weights.heads[position] * outputs;
        Matrix by_raw(raw.rows(), batch);
        for (Index s = 0; s < batch; ++s) {
            const auto& sequence = sequences[static_cast<std::size_t>(s)];
            raw.col(s) += weights.offsets[position].col(index(sequence.condition));
            const auto distribution = distribution_of(raw.col(s), sequence.allowed[position], shape_);
            const std::size_t token = sequence.tokens[position];
            const auto loss = loss_of_token(static_cast<std::size_t>(s), position, distribution.log_probability[token],
                                            distribution.entropy);
            result.value += loss.value;
            for (std::size_t v = 0; v < distribution.probability.size(); ++v) {
                const double p = distribution.probability[v];
                const double by_logit = loss.by_log_probability * ((v == token ? 1.0 : 0.0) - p) -
                                        loss.by_entropy * p * (distribution.log_probability[v] + distribution.entropy);
                by_raw(index(v), s) = by_logit * distribution.slope[v];
            }
            slopes.offsets[position].col(index(sequence.condition)) += by_raw.col(s);
        }
        slopes.heads[position].noalias() = by_raw * outputs.transpose();
        by_output.middleCols(step * batch, batch).noalias() = weights.heads[position].transpose() * by_raw;
    }

    Matrix by_gates(4 * hidden, length * batch);
    Matrix by_fed = Matrix::Zero(4 * hidden, weights.embedding.cols());
    Matrix from_later = Matrix::Zero(hidden, batch);
    Matrix by_cell = Matrix::Zero(hidden, batch);
    for (Index step = length - 1; step >= 0; --step) {
        const auto now = gates.middleCols(step * batch, batch).array();
        const auto in = now.topRows(hidden);
        const auto forget = now.middleRows(hidden, hidden);
        const auto out = now.middleRows(2 * hidden, hidden);
        const auto candidate = now.bottomRows(hidden);
        const auto bent = bent_cell.middleCols(step * batch, batch).array();
        const Eigen::ArrayXXd wanted = (by_output.middleCols(step * batch, batch) + from_later).array();

        by_cell.array() += wanted * out * (1 - bent * bent);
        auto slope = by_gates.middleCols(step * batch, batch);
        slope.topRows(hidden) = (by_cell.array() * candidate * in * (1 - in)).matrix();
        slope.middleRows(hidden, hidden) =
            (by_cell.array() * cell.middleCols(step * batch, batch).array() * forget * (1 - forget)).matrix();
        slope.middleRows(2 * hidden, hidden) = (wanted * bent * out * (1 - out)).matrix();
        slope.bottomRows(hidden) = (by_cell.array() * in * (1 - candidate * candidate)).matrix();
        by_cell.array() *= forget;
        from_later.noalias() = weights.recurrent.transpose() * slope;
        for (Index s = 0; s < batch; ++s) {
            by_fed.col(embedding_at(s, step)) += slope.col(s);
            slopes.bias.col(index(sequences[static_cast<std::size_t>(s)].condition)) += slope.col(s);
        }
    }
    slopes.recurrent.noalias() = by_gates * output.leftCols(length * batch).transpose();
    slopes.input.noalias() = by_fed * weights.embedding.transpose();
    slopes.embedding.noalias() = weights.input.transpose() * by_fed;
    result.slopes = slopes.in_one_row();
    return result;
}

}  // namespace hwnas
