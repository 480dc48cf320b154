#include "search/netadapt_strategy.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "search/target_sweep.h"

namespace hwnas {
namespace {

constexpr int most_halvings = 5;
constexpr std::size_t first_screened = 3;  // iteration, from 1
const char* const phase_key = "phase";
const char* const iteration_key = "iteration";
const char* const choice_key = "choice";
const char* const budget_key = "budget";
const char* const all_choices = "all";
const char* const step_key = "step";
const char* const start_phase = "start";
const char* const proposal_phase = "proposal";
const char* const long_term_phase = "long-term";

/// A note, whoever made it.
Json note(const Trial& trial, const char* key) {
    if (!trial.notes.is_object()) return {};
    const auto found = trial.notes.find(key);
    return found == trial.notes.end() ? Json() : *found;
}

const Objective* first_of(const SearchProblem& problem, Direction direction, bool known) {
    for (const auto& objective : problem.objectives)
        if (objective.direction == direction && (!known || problem.known.contains(objective.key))) return &objective;
    return nullptr;
}

}  // namespace

NetAdaptOptions NetAdaptOptions::read(JsonObject& object) {
    NetAdaptOptions options;
    options.cost = object.text("cost", "");
    options.reduction = object.number("reduction", options.reduction, {0.0001, 0.9});
    options.decay = object.number("decay", options.decay, {0.1, 1});
    options.until = object.number("until", options.until, {0, 0.9999});
    const auto select = object.one_of("select", {"accuracy", "accuracy-per-cost"}, "accuracy");
    options.select = select == "accuracy" ? Select::accuracy : Select::accuracy_per_cost;
    options.narrow = object.one_of("narrow", {"one-choice", "all-choices"}, "one-choice") == "one-choice"
                         ? Narrow::one_choice
                         : Narrow::all_choices;
    options.screened = static_cast<std::size_t>(object.integer("screened", 0, {0, 100000}));
    const auto budget = [&object](const char* key) -> std::optional<Json> {
        const auto value = object.optional(key);
        if (!value) return std::nullopt;
        if (!value->is_object())
            value->problem("what of the evaluator's budget is otherwise, such as {\"steps\": 100}");
        return value->json();
    };
    if (const auto value = budget("short_term")) options.short_term = *value;
    if (const auto value = budget("long_term")) options.long_term = *value;
    if (!object.boolean("fine_tune_trajectory", true)) options.long_term.reset();
    return options;
}

StrategyFactory NetAdaptStrategy::read(JsonObject& object) {
    return [options = NetAdaptOptions::read(object)](const SearchProblem& problem, std::uint64_t) {
        return std::make_unique<NetAdaptStrategy>(problem, options);
    };
}

NetAdaptStrategy::NetAdaptStrategy(const SearchProblem& problem, NetAdaptOptions options)
    : problem_(problem), options_(std::move(options)) {
    std::vector<Problem> problems;
    const auto* accuracy = first_of(problem_, Direction::maximize, false);
    if (accuracy == nullptr)
        problems.push_back({"strategy netadapt", "an objective that is maximised", "none", ""});
    else
        accuracy_ = accuracy->key;
    const auto* cost = first_of(problem_, Direction::minimize, true);
    if (options_.cost.empty() && cost != nullptr) options_.cost = cost->key;
    if (!problem_.known.contains(options_.cost))
        problems.push_back({"strategy netadapt", "a minimised objective that is known before training",
                            options_.cost.empty() ? "none" : "\"" + options_.cost + "\"",
                            "name one such as latency as \"cost\" or among the objectives"});
    if (!problems.empty()) throw InputError(std::move(problems));
    if (options_.screened > 0) {
        modelled_.emplace(problem_);
        learned_.emplace(*modelled_, accuracy->unit == "%");
    }

    Encoding start =
        problem_.start ? *problem_.start : reach_of(problem_.known.at(options_.cost), *problem_.feasible, 0).most_at;
    start_ = problem_.space->canonical(start);
    if (!problem_.feasible->contains(start_))
        throw InputError({"strategy netadapt", "a starting network within the constraints",
                          "one that breaks " + problem_.feasible->limits_text(),
                          "say how far to go by \"until\" or the objective's target, not by a constraint"});
    const double start_cost = cost_of(start_);
    last_budget_ = options_.until * start_cost;
    for (const auto& objective : problem_.objectives)
        if (objective.key == options_.cost && objective.target) last_budget_ = *objective.target;
}

std::optional<Proposal> NetAdaptStrategy::ask(std::int64_t, std::span<const Trial> pending) {
    const auto asked = [&pending](const char* key, const Json& value) {
        return std::any_of(pending.begin(), pending.end(),
                           [&](const Trial& trial) { return note(trial, key) == value; });
    };
    if (start_failed_) return std::nullopt;
    if (trajectory_.empty()) {
        const bool under_way = std::any_of(pending.begin(), pending.end(), [this](const Trial& trial) {
            return trial.architecture.encoding == start_;
        });
        if (under_way) return std::nullopt;
        return Proposal{start_, {{phase_key, start_phase}}};
    }
    if (walking_) {
        for (const auto& candidate : candidates_)
            if (!answers_.contains(candidate.choice) && !asked(choice_key, candidate.choice))
                return Proposal{candidate.encoding,
                                {{phase_key, proposal_phase},
                                 {iteration_key, trajectory_.size()},
                                 {choice_key, candidate.choice},
                                 {budget_key, budget_}},
                                options_.short_term,
                                trajectory_.back().trial};
        return std::nullopt;
    }
    if (!options_.long_term) return std::nullopt;
    for (std::size_t step = 0; step < trajectory_.size(); ++step)
        if (!fine_tuned_.contains(step) && !asked(step_key, step)) return long_term(step);
    return std::nullopt;
}

Proposal NetAdaptStrategy::long_term(std::size_t step) const {
    const auto& network = trajectory_[step];
    return {network.encoding, {{phase_key, long_term_phase}, {step_key, step}}, *options_.long_term, network.trial};
}

void NetAdaptStrategy::tell(const Trial& trial) {
    const auto accuracy = trial.values.find(accuracy_);
    const bool answered = trial.state != TrialState::failed && trial.error.empty() && accuracy != trial.values.end() &&
                          std::isfinite(accuracy->second);
    const auto number = trial.duplicate_of.value_or(trial.number);
    if (trajectory_.empty()) {
        const bool plain = (!trial.budget.is_object() || trial.budget.empty()) && !trial.parent;
        if (trial.architecture.encoding != start_ || !plain) return;
        start_failed_ = !answered;
        if (!answered) return;
        trajectory_.push_back({start_, cost_of(start_), accuracy->second, number});
        budget_ = trajectory_.back().cost;
        begin_iteration();
        return;
    }
    const Json phase = note(trial, phase_key);
    if (phase == long_term_phase && note(trial, step_key).is_number_unsigned())
        fine_tuned_.insert(note(trial, step_key).get<std::size_t>());
    const Json choice = note(trial, choice_key);
    if (phase != proposal_phase || note(trial, iteration_key) != trajectory_.size() || !choice.is_string()) return;
    std::optional<Step> step;
    if (answered && learned_) learned_->add(trial.architecture.encoding, -accuracy->second);
    if (answered)
        step = Step{trial.architecture.encoding, cost_of(trial.architecture.encoding), accuracy->second, number};
    answers_[choice.get<std::string>()] = step;
    if (answers_.size() == candidates_.size()) choose();
}

void NetAdaptStrategy::choose() {
    const Step* best = nullptr;
    double most = 0;
    for (const auto& candidate : candidates_) {
        const auto& step = answers_.at(candidate.choice);
        if (!step) continue;
        const double gain = merit(step->accuracy, step->cost);
        if (best == nullptr || gain > most || (gain == most && step->cost < best->cost)) {
            best = &*step;
            most = gain;
        }
    }
    if (best == nullptr && !reserve_.empty()) {
        candidates_.insert(candidates_.end(), reserve_.begin(), reserve_.end());
        reserve_.clear();
        return;
    }
    if (best == nullptr) {
        walking_ = false;  // every proposal failed: there is nowhere to go on from
        return;
    }
    trajectory_.push_back(*best);
    begin_iteration();
}

double NetAdaptStrategy::merit(double accuracy, double cost) const {
    const Step& from = trajectory_.back();
    if (options_.select == NetAdaptOptions::Select::accuracy) return accuracy;
    return (accuracy - from.accuracy) / (from.cost - cost);
}

void NetAdaptStrategy::screen() {
    reserve_.clear();
    if (!learned_ || trajectory_.size() < first_screened || candidates_.size() <= options_.screened ||
        learned_->count() < 2)
        return;
    std::vector<Encoding> encodings;
    for (const auto& candidate : candidates_) encodings.push_back(candidate.encoding);
    const auto means = learned_->mean(modelled_->points(encodings));
    std::vector<std::pair<double, Candidate>> ranked;
    for (std::size_t n = 0; n < candidates_.size(); ++n) {
        const double accuracy = -learned_->outcome(means[static_cast<Eigen::Index>(n)], 0).at(0);
        ranked.emplace_back(merit(accuracy, cost_of(encodings[n])), std::move(candidates_[n]));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    candidates_.clear();
    for (auto& [gain, candidate] : ranked)
        (candidates_.size() < options_.screened ? candidates_ : reserve_).push_back(std::move(candidate));
}

void NetAdaptStrategy::begin_iteration() {
    const double iteration = static_cast<double>(trajectory_.size() - 1);
    const double reached = trajectory_.back().cost;
    // What the last proposal saved beyond its budget is not asked for again.
    const double from = std::min(budget_, reached);
    candidates_.clear();
    double step = options_.reduction * trajectory_.front().cost * std::pow(options_.decay, iteration);
    for (int halvings = 0; reached > last_budget_ && candidates_.empty() && halvings <= most_halvings; ++halvings) {
        budget_ = std::max(from - step, last_budget_);
        candidates_ = candidates(budget_);
        step /= 2;
    }
    answers_.clear();
    screen();
    walking_ = !candidates_.empty();
}

std::vector<NetAdaptStrategy::Candidate> NetAdaptStrategy::scaled_start(double budget) const {
    const auto& choices = problem_.space->choices();
    for (int percent = 99; percent > 0; --percent) {
        Encoding scaled = start_;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            const auto& values = choices[i].values;
            if (!values[start_[i]].is_number()) continue;
            const double wanted = values[start_[i]].get<double>() * percent / 100;
            const auto nearer = [&](const Json& a, const Json& b) {
                if (!a.is_number() || !b.is_number()) return a.is_number() && !b.is_number();
                return std::abs(a.get<double>() - wanted) < std::abs(b.get<double>() - wanted);
            };
            const auto nearest = std::min_element(values.begin(), values.end(), nearer);
            scaled[i] = static_cast<std::uint8_t>(nearest - values.begin());
        }
        if (cost_of(scaled) <= budget && problem_.feasible->contains(scaled))
            return {{problem_.space->canonical(scaled), all_choices}};
    }
    return {};
}

std::vector<NetAdaptStrategy::Candidate> NetAdaptStrategy::candidates(double budget) const {
    if (options_.narrow == NetAdaptOptions::Narrow::all_choices) return scaled_start(budget);
    const auto& choices = problem_.space->choices();
    const Encoding& from = trajectory_.back().encoding;
    std::vector<Candidate> found;
    std::set<Encoding> seen;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        std::optional<std::pair<double, Encoding>> best;
        for (std::size_t value = 0; value < choices[i].values.size(); ++value) {
            Encoding changed = from;
            changed[i] = static_cast<std::uint8_t>(value);
            const double cost = cost_of(changed);
            if (!(cost <= budget) || (best && cost <= best->first) || !problem_.feasible->contains(changed)) continue;
            best.emplace(cost, std::move(changed));
        }
        if (!best) continue;
        auto canonical = problem_.space->canonical(best->second);
        if (seen.insert(canonical).second) found.push_back({std::move(canonical), choices[i].name});
    }
    return found;
}

}  // namespace hwnas
