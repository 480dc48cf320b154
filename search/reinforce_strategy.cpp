#include "search/reinforce_strategy.h"

#include <algorithm>
#include <cmath>

#include "search/prospects.h"
#include "search/target_sweep.h"
#include "study/origin.h"

namespace hwnas {
namespace {

/// Rewards lie in about [0, 1]; a spread below this is noise, not to be blown up.
constexpr double least_deviation = 1e-4;
constexpr std::size_t first_redraws = 2;
constexpr std::size_t redraws_growth = 4;
// Deviations by which imagined figures are better than expected, so that what is unsure is tried.
constexpr double imagined_optimism = 1;
constexpr std::size_t least_trials_to_imagine = 12;

void check_targets(const SearchProblem& problem, const ReinforceOptions& options) {
    std::vector<std::string> keys;
    for (const auto& objective : problem.objectives)
        if (objective.direction == Direction::minimize) keys.push_back(objective.key);
    std::vector<Problem> problems;
    for (const auto& [key, list] : options.targets) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        const auto near = nearest_word(key, keys);
        problems.push_back({options.targets_place, "keys of objectives that are minimised", "\"" + key + "\"",
                            near ? "did you mean \"" + *near + "\"?" : ""});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

std::vector<Goal> goals_of(const SearchProblem& problem, const ReinforceOptions& options, std::uint64_t seed) {
    check_targets(problem, options);
    const auto swept = [&](const Objective& objective) {
        return objective.direction == Direction::minimize && !objective.target &&
               !options.targets.contains(objective.key) && problem.known.contains(objective.key) &&
               (!options.reward || options.reward->depend_on_target());
    };
    const bool sweep = std::any_of(problem.objectives.begin(), problem.objectives.end(), swept);
    std::size_t count = sweep ? options.swept_targets : 1;
    if (!options.targets.empty()) count = options.targets.begin()->second.size();

    std::vector<Goal> goals(count);
    for (const auto& objective : problem.objectives) {
        if (objective.direction == Direction::maximize) continue;
        std::vector<double> targets;
        if (const auto list = options.targets.find(objective.key); list != options.targets.end())
            targets = list->second;
        else if (objective.target)
            targets.assign(count, *objective.target);
        else if (swept(objective))
            targets = spaced_targets(
                reach_of(problem.known.at(objective.key), *problem.feasible, mix_seed({seed, seed_word("reach")})),
                count);
        for (std::size_t k = 0; k < targets.size(); ++k)
            if (targets[k] > 0) goals[k][objective.key] = targets[k];
    }
    return goals;
}

RewardExponents exponents_of(const ReinforceOptions& options, std::size_t goals) {
    if (options.reward) return *options.reward;
    return goals > 1 ? RewardExponents::hard() : RewardExponents::soft();
}

LstmShape shape_of(const ChoiceSpace& space, const ReinforceOptions& options, std::size_t goals) {
    LstmShape shape;
    for (const auto& choice : space.choices()) shape.sizes.push_back(choice.values.size());
    shape.conditions = goals;
    shape.hidden = options.hidden;
    shape.temperature = options.temperature;
    shape.tanh_constant = options.tanh_constant;
    return shape;
}

}  // namespace

StrategyFactory ReinforceStrategy::read(JsonObject& options) {
    return [read = ReinforceOptions::read(options)](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<ReinforceStrategy>(problem, seed, read);
    };
}

ReinforceStrategy::ReinforceStrategy(const SearchProblem& problem, std::uint64_t seed, ReinforceOptions options)
    : options_(std::move(options)),
      space_(problem.space),
      feasible_(problem.feasible),
      goals_(goals_of(problem, options_, seed)),
      reward_(problem.objectives, exponents_of(options_, goals_.size())),
      rng_(seed),
      policy_(shape_of(*problem.space, options_, goals_.size()), rng_.split(seed_word("policy"))),
      adam_(policy_.parameters().size(), options_.learning_rate),
      averages_(goals_.size()) {
    if (options_.imagined > 0) surrogate_.emplace(problem);
}

std::optional<Proposal> ReinforceStrategy::ask(std::int64_t number, std::span<const Trial> pending) {
    Rng stream = rng_.split(static_cast<std::uint64_t>(number));
    const std::size_t goal = static_cast<std::size_t>(number) % goals_.size();
    if (surrogate_ && seen_.size() >= least_trials_to_imagine && surrogate_->ready())
        if (auto promising = most_promising(goal, number, pending, stream)) return promising;
    LstmPolicy::Draw draw(policy_, goal);
    Encoding encoding;
    bool free = false;  // to draw anything else
    const auto draw_one = [&] {
        encoding = feasible_->walk([&](std::size_t position, const std::vector<bool>& allowed) {
            free = free || std::count(allowed.begin(), allowed.end(), true) > 1;
            return draw.pick(position, allowed, stream);
        });
    };
    const auto known = [&] {
        const auto canonical = space_->canonical(encoding);
        return seen_.contains(canonical) || std::any_of(pending.begin(), pending.end(), [&](const Trial& trial) {
                   return trial.architecture.encoding == canonical;
               });
    };
    draw_one();
    for (std::size_t redraws = 0; redraws < redraws_ && free && known(); ++redraws) draw_one();
    return proposal_of(draw, std::move(encoding), goal);
}

Proposal ReinforceStrategy::proposal_of(const LstmPolicy::Draw& draw, Encoding encoding, std::size_t goal) const {
    return {std::move(encoding),
            {{"tokens", draw.tokens()},
             {"log_probabilities", draw.log_probabilities()},
             {"goal", goal},
             {"targets", Json(goals_[goal])}}};
}

std::optional<Proposal> ReinforceStrategy::most_promising(std::size_t goal, std::int64_t number,
                                                          std::span<const Trial> pending, Rng& stream) {
    std::set<Encoding> taken = seen_;
    std::vector<Encoding> under_way;
    for (const auto& trial : pending)
        if (taken.insert(trial.architecture.encoding).second) under_way.push_back(trial.architecture.encoding);
    LstmPolicy::Draw draw(policy_, goal);
    std::vector<Proposal> proposals;
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < options_.imagined; ++i) {
        auto encoding = feasible_->walk([&](std::size_t position, const std::vector<bool>& allowed) {
            return draw.pick(position, allowed, stream);
        });
        auto canonical = space_->canonical(encoding);
        if (!taken.insert(canonical).second) continue;
        encodings.push_back(std::move(canonical));
        proposals.push_back(proposal_of(draw, std::move(encoding), goal));
    }
    if (proposals.empty()) return std::nullopt;
    auto candidates = surrogate_->candidates(std::move(encodings));
    const auto promise = Prospects(*surrogate_, std::move(under_way), optimism_of(number)).promise(candidates);
    const auto best = std::max_element(promise.begin(), promise.end()) - promise.begin();
    return std::move(proposals[static_cast<std::size_t>(best)]);
}

void ReinforceStrategy::imagine(std::int64_t number) {
    if (seen_.size() < least_trials_to_imagine || !surrogate_->ready()) return;
    Rng stream = rng_.split(mix_seed({static_cast<std::uint64_t>(number), seed_word("imagined")}));
    std::vector<Sample> drawn;
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < options_.imagined; ++i) {
        Sample sample;
        auto& [condition, tokens, masks] = sample.sequence;
        condition = i % goals_.size();
        LstmPolicy::Draw draw(policy_, condition);
        auto encoding = feasible_->walk([&](std::size_t position, const std::vector<bool>& allowed) {
            masks.resize(position);
            masks.push_back(allowed);
            return draw.pick(position, allowed, stream);
        });
        tokens = draw.tokens();
        sample.log_probabilities = draw.log_probabilities();
        encodings.push_back(space_->canonical(encoding));
        drawn.push_back(std::move(sample));
    }
    auto candidates = surrogate_->candidates(std::move(encodings));
    const auto values = surrogate_->imagined(candidates, imagined_optimism);
    std::vector<Sample> samples;
    std::vector<Average> averages(goals_.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const auto reward = reward_(values[i], goals_[drawn[i].sequence.condition]);
        if (!reward) continue;
        drawn[i].reward = *reward;
        averages[drawn[i].sequence.condition].add(*reward);
        samples.push_back(std::move(drawn[i]));
    }
    std::vector<double> advantages;
    for (const auto& sample : samples)
        advantages.push_back(averages[sample.sequence.condition].advantage(sample.reward));
    if (!samples.empty()) improve(samples, advantages);
}

std::optional<ReinforceStrategy::Sample> ReinforceStrategy::recall(const Json& notes) const {
    const auto& sizes = policy_.shape().sizes;
    for (const char* key : {"tokens", "log_probabilities", "goal"})
        if (!notes.is_object() || !notes.contains(key)) return std::nullopt;
    const Json& tokens = notes["tokens"];
    const Json& log_probabilities = notes["log_probabilities"];
    const Json& goal = notes["goal"];
    if (!tokens.is_array() || tokens.size() != sizes.size()) return std::nullopt;
    if (!log_probabilities.is_array() || log_probabilities.size() != sizes.size()) return std::nullopt;
    if (!goal.is_number_integer() || goal < 0 || goal >= goals_.size()) return std::nullopt;

    Sample sample;
    auto& [condition, picked, allowed] = sample.sequence;
    condition = goal.get<std::size_t>();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (!tokens[i].is_number_integer() || tokens[i] < 0 || tokens[i] >= sizes[i] ||
            !log_probabilities[i].is_number())
            return std::nullopt;
        const auto token = tokens[i].get<std::uint8_t>();
        allowed.push_back(feasible_->allowed(picked));
        if (token >= allowed.back().size() || !allowed.back()[token]) return std::nullopt;
        picked.push_back(token);
        sample.log_probabilities.push_back(log_probabilities[i].get<double>());
    }
    return sample;
}

std::optional<ReinforceStrategy::Sample> ReinforceStrategy::as_if_drawn(const Trial& trial) const {
    std::optional<double> most;
    Sample sample;
    for (std::size_t goal = 0; goal < goals_.size(); ++goal) {
        const auto reward = reward_(trial.values, goals_[goal]);
        if (!reward || (most && *reward <= *most)) continue;
        most = reward;
        sample.sequence.condition = goal;
    }
    if (!most) return std::nullopt;
    auto& [condition, picked, allowed] = sample.sequence;
    LstmPolicy::Draw draw(policy_, condition);
    for (std::size_t i = 0; i < trial.architecture.encoding.size(); ++i) {
        const auto token = trial.architecture.encoding[i];
        allowed.push_back(feasible_->allowed(picked));
        if (token >= allowed.back().size() || !allowed.back()[token]) return std::nullopt;
        draw.take(i, allowed.back(), token);
        picked.push_back(token);
    }
    sample.log_probabilities = draw.log_probabilities();
    return sample;
}

void ReinforceStrategy::tell(const Trial& trial) {
    seen_.insert(trial.architecture.encoding);
    learn(trial);
    if (!surrogate_) return;
    surrogate_->tell(trial);
    imagine(trial.number);
}

void ReinforceStrategy::learn(const Trial& trial) {
    const std::size_t more = std::max(first_redraws, redraws_growth * redraws_);
    redraws_ = trial.state == TrialState::duplicate ? std::min(more, options_.redraws) : 0;
    auto sample = origin_of(trial) == Origin::start ? as_if_drawn(trial) : recall(trial.notes);
    if (!sample) return;
    const std::size_t goal = sample->sequence.condition;
    auto& average = averages_[goal];
    std::optional<double> reward;
    if (trial.state != TrialState::failed) reward = reward_(trial.values, goals_[goal]);
    if (reward) {
        average.add(*reward, options_.baseline_decay);
    } else if (average.weight > 0) {
        reward = average.least;
    } else {
        return;  // nothing to compare it with
    }
    sample->reward = *reward;
    batch_.push_back(std::move(*sample));
    if (batch_.size() < options_.batch) return;
    std::vector<double> advantages;
    for (const auto& told : batch_) advantages.push_back(averages_[told.sequence.condition].advantage(told.reward));
    improve(batch_, advantages);
    batch_.clear();
}

void ReinforceStrategy::Average::add(double reward, double decay) {
    least = weight > 0 ? std::min(least, reward) : reward;
    weight = decay * weight + (1 - decay);
    sum = decay * sum + (1 - decay) * reward;
    square_sum = decay * square_sum + (1 - decay) * reward * reward;
}

void ReinforceStrategy::Average::add(double reward) {
    least = weight > 0 ? std::min(least, reward) : reward;
    weight += 1;
    sum += reward;
    square_sum += reward * reward;
}

double ReinforceStrategy::Average::advantage(double reward) const {
    const double mean = sum / weight;
    const double variance = std::max(0.0, square_sum / weight - mean * mean);
    return (reward - mean) / std::max(std::sqrt(variance), least_deviation);
}

void ReinforceStrategy::improve(const std::vector<Sample>& samples, const std::vector<double>& advantages) {
    std::vector<TokenSequence> sequences;
    for (const auto& sample : samples) sequences.push_back(sample.sequence);
    const double share = 1 / static_cast<double>(samples.size());
    const bool clipped = options_.algorithm == ReinforceOptions::Algorithm::ppo;
    const auto loss_of_token = [&](std::size_t s, std::size_t position, double log_probability, double entropy) {
        LstmPolicy::TokenLoss loss;
        const double advantage = advantages[s];
        if (clipped) {
            const double ratio = std::exp(log_probability - samples[s].log_probabilities[position]);
            const double bounded = std::clamp(ratio, 1 - options_.clip, 1 + options_.clip);
            const bool free = ratio * advantage <= bounded * advantage;
            loss.value = -share * (free ? ratio : bounded) * advantage;
            loss.by_log_probability = free ? loss.value : 0;
        } else {
            loss.by_log_probability = -share * advantage;
            loss.value = loss.by_log_probability * log_probability;
        }
        loss.by_entropy = -share * options_.entropy;
        loss.value += loss.by_entropy * entropy;
        return loss;
    };
    auto parameters = policy_.parameters();
    for (std::size_t epoch = 0; epoch < (clipped ? options_.epochs : 1); ++epoch) {
        adam_.step(parameters, policy_.loss_gradient(sequences, loss_of_token).slopes);
        policy_.set_parameters(parameters);
    }
}

}  // namespace hwnas
