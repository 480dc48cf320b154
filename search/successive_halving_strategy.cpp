#include "search/successive_halving_strategy.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "study/fidelity.h"

namespace hwnas {
namespace {

constexpr std::int64_t most_known_in_a_row = 100;
constexpr double rounding = 1e-9;
const char* const rung_key = "rung";
const char* const bracket_key = "bracket";

/// Strategies that ask with budgets of their own, which a rung's would replace.
constexpr std::array with_own_budgets{"netadapt", "successive-halving"};

StrategyFactory read_inner(JsonObject& object) {
    const auto value = object.optional("inner");
    if (!value) {
        auto random = JsonDocument::from_value({{"name", "random"}}, "inner");
        return read_strategy(JsonValue(random));
    }
    const Json name = value->is_object() ? value->json().value("name", Json()) : Json();
    for (const char* own : with_own_budgets)
        if (name == own) {
            value->problem("a strategy without budgets of its own: evolution, model-based, random or reinforce");
            return {};
        }
    return read_strategy(*value);
}

SearchProblem problem_of_lowest_rung(SearchProblem problem) {
    for (auto& objective : problem.objectives)
        if (!problem.known.contains(objective.key)) objective.worst.reset();
    std::erase_if(problem.limits, [&](const Limit& limit) { return !problem.known.contains(limit.key); });
    return problem;
}

bool is_repeat(const Trial& trial) { return trial.repeat > 0; }

}  // namespace

Json budget_figure(double figure) {
    if (figure == std::floor(figure) && std::abs(figure) < 1e15) return static_cast<std::int64_t>(figure);
    return figure;
}

SuccessiveHalvingOptions SuccessiveHalvingOptions::read(JsonObject& object) {
    SuccessiveHalvingOptions options;
    if (const auto given = object.optional("rungs")) {
        JsonObject rungs(*given);
        const auto keys = rungs.keys();
        if (given->is_object() && keys.size() != 1)
            given->problem("one key of the evaluator's budget with its figures, such as {\"epochs\": [1, 3, 9]}");
        std::vector<double> figures;
        for (const auto& key : keys) {
            const auto list = rungs.required(key);
            options.key = key;
            for (const auto& figure : list.items(2)) {
                const double value = figure.number({1e-9, 1e12});
                if (!figures.empty() && value <= figures.back()) figure.problem("more than the figure before it");
                figures.push_back(value);
            }
        }
        // A harmless stand-in where there were problems.
        if (figures.size() >= 2) options.rungs = std::move(figures);
    }
    options.reduction = object.number("reduction", options.reduction, {1.1, 100});
    options.continues = object.boolean("continue", options.continues);
    options.synchronous = object.boolean("synchronous", options.synchronous);
    const double to_the_top = std::pow(options.reduction, static_cast<double>(options.rungs.size() - 1));
    options.bracket = static_cast<std::size_t>(std::min(1e5, std::ceil(to_the_top - rounding)));
    if (const auto bracket = object.optional("bracket")) {
        if (!options.synchronous) bracket->problem("no bracket where \"synchronous\" is not true");
        options.bracket = static_cast<std::size_t>(bracket->integer({1, 100000}));
    }
    options.inner = read_inner(object);
    return options;
}

StrategyFactory SuccessiveHalvingStrategy::read(JsonObject& object) {
    return [options = SuccessiveHalvingOptions::read(object)](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<SuccessiveHalvingStrategy>(problem, seed, options);
    };
}

SuccessiveHalvingStrategy::SuccessiveHalvingStrategy(const SearchProblem& problem, std::uint64_t seed,
                                                     SuccessiveHalvingOptions options)
    : objectives_(problem.objectives),
      limits_(problem.limits),
      options_(std::move(options)),
      seed_(seed),
      inner_problem_(problem_of_lowest_rung(problem)),
      inner_(options_.inner(inner_problem_, seed)),
      rungs_(options_.rungs.size()),
      ended_(options_.rungs.size()),
      figures_(options_.rungs.size()) {}

std::optional<SuccessiveHalvingStrategy::Place> SuccessiveHalvingStrategy::place_of(const Trial& trial) const {
    if (!trial.notes.is_object()) return std::nullopt;
    const auto rung = trial.notes.find(rung_key);
    const auto bracket = trial.notes.find(bracket_key);
    if (rung == trial.notes.end() || bracket == trial.notes.end()) return std::nullopt;
    if (!rung->is_number_integer() || *rung < 0 || *rung >= rungs_.size() || !bracket->is_number_integer())
        return std::nullopt;
    return Place{rung->get<std::size_t>(), bracket->get<std::int64_t>()};
}

Proposal SuccessiveHalvingStrategy::proposal(std::size_t rung, Encoding encoding, Json notes,
                                             std::optional<std::int64_t> parent) const {
    const double whole = options_.rungs.back();
    const double all = options_.rungs[rung];
    const double trained = parent ? all - options_.rungs[rung - 1] : all;
    notes.update(fidelity_notes({all / whole, trained / whole}));
    notes[rung_key] = rung;
    notes[bracket_key] = bracket_;
    Json budget = Json::object();
    // What is the evaluator's own budget is the plain question.
    if (trained != whole) budget[options_.key] = budget_figure(trained);
    return {std::move(encoding), std::move(notes), std::move(budget), parent};
}

Proposal SuccessiveHalvingStrategy::going_on(std::size_t from, const Rung::Member& member) const {
    std::optional<std::int64_t> parent;
    if (options_.continues && member.has_weights) parent = member.trial;
    return proposal(from + 1, member.encoding, Json::object(), parent);
}

std::size_t SuccessiveHalvingStrategy::quota(std::size_t rung) const {
    const auto members = static_cast<double>(rungs_[rung].members().size());
    const auto share = static_cast<std::size_t>(members / options_.reduction + rounding);
    // A bracket comes to its top, however small it is.
    return options_.synchronous && members > 0 ? std::max<std::size_t>(1, share) : share;
}

bool SuccessiveHalvingStrategy::is_dry() const { return known_in_a_row_ >= most_known_in_a_row; }

std::optional<Proposal> SuccessiveHalvingStrategy::next_best(std::size_t rung, std::size_t count,
                                                             std::span<const Trial> pending) const {
    const auto under_way = [&](const Encoding& encoding) {
        return std::any_of(pending.begin(), pending.end(), [&](const Trial& trial) {
            const auto place = place_of(trial);
            return place && place->rung == rung + 1 && place->bracket == bracket_ &&
                   trial.architecture.encoding == encoding;
        });
    };
    for (const auto* member : rungs_[rung].best(count))
        if (!member->went_on && !under_way(member->encoding)) return going_on(rung, *member);
    return std::nullopt;
}

std::optional<Proposal> SuccessiveHalvingStrategy::new_network(std::span<const Trial> pending) {
    std::vector<Trial> of_inner;
    // Numbered by its own questions, so that what it does by number does not depend on who went on.
    std::int64_t number = asked_of_inner_;
    for (const auto& trial : pending) {
        const auto place = place_of(trial);
        if (place && place->rung > 0) continue;
        if (place && !is_repeat(trial)) ++number;
        of_inner.push_back(trial);
        of_inner.back().budget = Json::object();
    }
    auto asked = inner_->ask(number, of_inner);
    if (!asked) return std::nullopt;
    return proposal(0, std::move(asked->encoding), std::move(asked->notes), std::nullopt);
}

std::optional<Proposal> SuccessiveHalvingStrategy::ask(std::int64_t, std::span<const Trial> pending) {
    return options_.synchronous ? ask_bracket(pending) : ask_asynchronous(pending);
}

std::optional<Proposal> SuccessiveHalvingStrategy::ask_asynchronous(std::span<const Trial> pending) {
    for (std::size_t rung = rungs_.size() - 1; rung-- > 0;)
        if (auto next = next_best(rung, quota(rung), pending)) return next;
    auto fresh = new_network(pending);
    if (fresh && !is_dry()) return fresh;
    // It may only be waiting for an answer.
    if (!fresh && !pending.empty()) return std::nullopt;
    for (std::size_t rung = rungs_.size() - 1; rung-- > 0;)
        if (auto next = next_best(rung, rungs_[rung].members().size(), pending)) return next;
    return fresh;
}

std::optional<Proposal> SuccessiveHalvingStrategy::ask_bracket(std::span<const Trial> pending) {
    std::vector<std::size_t> begun = ended_;
    std::vector<bool> waits(rungs_.size(), false);
    for (const auto& trial : pending) {
        const auto place = place_of(trial);
        if (!place || place->bracket != bracket_) continue;
        waits[place->rung] = true;
        if (!is_repeat(trial)) ++begun[place->rung];
    }
    std::size_t rung = rungs_.size() - 1;
    while (rung > 0 && begun[rung] == 0) --rung;

    std::optional<Proposal> fresh;
    if (rung == 0 && begun[0] < options_.bracket) {
        fresh = new_network(pending);
        if (fresh && !is_dry()) return fresh;
        if (!fresh && !pending.empty()) return std::nullopt;
    }
    if (rung > 0 && begun[rung] < quota(rung - 1)) return next_best(rung - 1, quota(rung - 1), pending);
    const bool is_top = rung + 1 == rungs_.size();
    if (waits[rung] || is_top) return std::nullopt;
    if (auto next = next_best(rung, quota(rung), pending)) return next;
    return fresh;
}

Trial SuccessiveHalvingStrategy::as_heard(const Trial& trial) const {
    Trial heard = trial;
    heard.budget = Json::object();
    heard.parent.reset();
    if (trial.state == TrialState::failed) return heard;
    if (const auto whole = figures_.whole(trial.architecture.encoding); whole && place_of(trial)) {
        for (std::size_t axis = 0; axis < objectives_.size(); ++axis)
            heard.values[objectives_[axis].key] = turned(objectives_[axis], (*whole)[axis]);
    } else if (!figures_.reaches_top() || !is_in_full(trial)) {
        heard.state = TrialState::failed;
        heard.values.clear();
    }
    return heard;
}

void SuccessiveHalvingStrategy::renew_inner() {
    constexpr std::int64_t share_of_news = 5;
    if (higher_ <= higher_heard_ + higher_heard_ / share_of_news) return;
    higher_heard_ = higher_;
    figures_.settle();
    inner_ = options_.inner(inner_problem_, seed_);
    for (const auto& trial : heard_) inner_->tell(as_heard(trial));
}

void SuccessiveHalvingStrategy::tell(const Trial& trial) {
    const auto place = place_of(trial);
    const auto rung = place ? place->rung : 0;
    const bool is_known = trial.state == TrialState::duplicate;
    const bool answered = trial.state != TrialState::failed && trial.error.empty();
    // A new network that turns out to be known is on its rung already.
    const bool counts = answered && !(rung == 0 && is_known);
    const auto point = point_of(objectives_, trial.values);
    if (place && counts && point) {
        figures_.add(rung, trial.architecture.encoding, *point);
        higher_ += rung > 0 ? 1 : 0;
    }
    if (rung == 0) {
        heard_.push_back(trial);
        inner_->tell(as_heard(trial));
    }
    renew_inner();
    if (!place) return;
    if (rung == 0 && !is_repeat(trial)) {
        ++asked_of_inner_;
        known_in_a_row_ = is_known ? known_in_a_row_ + 1 : 0;
    }
    if (place->bracket != bracket_ || (rung == 0 && is_known)) return;
    if (rung > 0) rungs_[rung - 1].mark(trial.architecture.encoding);
    if (counts && point)
        rungs_[rung].add({trial.architecture.encoding, *point, meets(limits_, trial.values),
                          trial.duplicate_of.value_or(trial.number), !trial.weights.empty(), 1, false});
    if (is_repeat(trial)) return;
    ++ended_[rung];
    if (options_.synchronous) end_bracket(rung);
}

void SuccessiveHalvingStrategy::end_bracket(std::size_t rung) {
    const bool rung_ended = ended_[rung] >= (rung == 0 ? options_.bracket : quota(rung - 1));
    const bool goes_on = rung + 1 < rungs_.size() && !rungs_[rung].members().empty();
    if (!rung_ended || goes_on) return;
    ++bracket_;
    rungs_.assign(rungs_.size(), Rung());
    ended_.assign(ended_.size(), 0);
}

}  // namespace hwnas
