#include "search/controller.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/rng.h"
#include "search/worker_pool.h"
#include "study/fidelity.h"
#include "study/origin.h"

namespace hwnas {
namespace {

Proposal given(const StartingNetwork& network, Origin origin) {
    return {network.encoding, origin_notes(origin, network.name)};
}

// A durable write takes milliseconds, so answers that come faster than that, out of a
// table, share one. What a kill then takes of them is asked and answered again.
constexpr std::chrono::milliseconds quick_answer{20};
constexpr std::chrono::milliseconds between_quick_flushes{100};

double hours_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::ratio<3600>>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::uint64_t evaluation_seed(std::uint64_t study_seed, const std::string& architecture_id, std::int64_t repeat) {
    constexpr std::uint64_t json_integer_mask = (std::uint64_t{1} << 53U) - 1;
    return mix_seed({study_seed, seed_word(architecture_id), static_cast<std::uint64_t>(repeat)}) & json_integer_mask;
}

Controller::Controller(const SearchProblem& problem, Strategy& strategy, TrialPool& pool, Study& study,
                       ControllerSettings settings, ControllerEvents events)
    : problem_(&problem),
      strategy_(&strategy),
      pool_(&pool),
      study_(&study),
      settings_(std::move(settings)),
      events_(std::move(events)) {}

Controller::Controller(const SearchProblem& problem, Strategy& strategy, Evaluator& evaluator, Study& study,
                       ControllerSettings settings, ControllerEvents events)
    : problem_(&problem),
      strategy_(&strategy),
      own_pool_(std::make_unique<WorkerPool>(evaluator, settings.workers)),
      pool_(own_pool_.get()),
      study_(&study),
      settings_(std::move(settings)),
      events_(std::move(events)) {}

SearchEnd Controller::run(const std::stop_token& stop) {
    started_ = std::chrono::steady_clock::now();
    const auto out_of_time = [&] { return settings_.hours > 0 && hours_since(started_) >= settings_.hours; };
    const std::stop_callback forward(stop, [this] { pool_->stop(); });
    std::int64_t running = 0;
    const auto start = [&](const Trial& trial) {
        if (events_.started) events_.started(trial);
        pool_->start(trial, request_of(trial));
        ++running;
    };

    take_up();
    for (std::size_t i = 0; i < pending_.size(); ++i)
        if (!standings_[i].ended && standings_[i].waits_for < 0) start(pending_[i]);

    std::optional<SearchEnd> end;
    for (;;) {
        if (!end && stop.stop_requested()) end = SearchEnd::stopped;
        if (!end && out_of_time()) end = SearchEnd::time;
        if (!end && budget_is_spent() && repeats_due_.empty()) end = SearchEnd::budget;
        if (!end && duplicates_in_a_row_ >= settings_.most_duplicates) end = SearchEnd::nothing_new;
        // Told as late as can be, one for each question: what the strategy knows when
        // it is asked then depends neither on which evaluation was quick nor on where
        // an earlier run ended.
        if (!end) {
            bool nothing_to_ask = false;
            if (static_cast<std::int64_t>(pending_.size()) < settings_.workers) {
                const auto asked = ask_next();
                if (asked == Asked::start) start(pending_.back());
                if (asked != Asked::nothing) continue;
                nothing_to_ask = true;
            }
            if (tell_one()) continue;
            if (nothing_to_ask && pending_.empty()) {
                end = SearchEnd::finished;
                continue;
            }
        }
        if (running == 0) break;
        if (pool_->reads_study()) flush();
        auto ended_now = pool_->wait(quick_answer);
        if (ended_now.empty()) {
            flush();
            ended_now = pool_->wait({});
        }
        for (auto& ended : ended_now) {
            --running;
            if (ended.stopped)
                end = SearchEnd::stopped;  // also where the budget's last were being waited for: they are owed
            else
                record(std::move(ended.trial));
        }
        if (std::chrono::steady_clock::now() - last_flush_ >= between_quick_flushes) flush();
    }
    flush();
    return *end;
}

void Controller::take_up() {
    if (settings_.early_stopping)
        early_stopping_.emplace(*settings_.early_stopping, problem_->objectives, problem_->limits);
    if (settings_.front_repeats) {
        std::set<std::string> known;
        for (const auto& [key, figure] : problem_->known) known.insert(key);
        front_repeats_.emplace(*settings_.front_repeats, problem_->objectives, problem_->limits, known);
    }
    auto trials = study_->trials();
    std::vector<const Trial*> told;
    for (const auto& trial : trials) {
        next_number_ = std::max(next_number_, trial.number + 1);
        if (trial.state != TrialState::duplicate && origin_of(trial) != Origin::reference) count(trial);
        if (origin_of(trial) == Origin::start && trial.repeat == 0) ++starts_asked_;
        if (trial.told) {
            told.push_back(&trial);
            continue;
        }
        pending_.push_back(trial);
        standings_.push_back({trial.state == TrialState::complete || trial.state == TrialState::failed,
                              trial.duplicate_of.value_or(-1)});
    }
    std::sort(told.begin(), told.end(), [](const Trial* a, const Trial* b) { return *a->told < *b->told; });
    for (const Trial* trial : told) {
        strategy_->tell(*trial);
        next_told_ = *trial->told + 1;
        duplicates_in_a_row_ = trial->state == TrialState::duplicate ? duplicates_in_a_row_ + 1 : 0;
        remember(*trial);
    }
    // Repeats of the last proposals that were not asked for before the end.
    std::map<std::int64_t, std::int64_t> repeats_seen;
    for (const auto& trial : trials)
        if (trial.state != TrialState::duplicate) {
            const auto first = trial.notes.value("repeat_of", trial.number);
            repeats_seen[first] = std::max(repeats_seen[first], trial.repeat + 1);
        }
    for (const auto& trial : trials)
        if (trial.state != TrialState::duplicate && trial.repeat == 0 && origin_of(trial) != Origin::reference)
            for (auto repeat = repeats_seen[trial.number]; repeat < settings_.repeats; ++repeat) {
                Json notes = trial.notes;
                notes["repeat_of"] = trial.number;
                repeats_due_.emplace_back(Proposal{trial.architecture.encoding, notes, trial.budget, trial.parent},
                                          repeat);
            }
}

std::string Controller::question_of(const Trial& trial) const {
    std::string text = trial.architecture.id + " " + std::to_string(trial.repeat);
    if (!trial.budget.empty()) text += " " + trial.budget.dump();
    // Whose weights happen to be near makes no other question.
    if (trial.parent && !settings_.inherit) text += " from " + std::to_string(*trial.parent);
    return text;
}

std::optional<std::int64_t> Controller::relative_of(const Encoding& encoding) const {
    std::optional<std::int64_t> nearest;
    std::size_t least = encoding.size() + 1;
    for (const auto& [number, answer] : answers_) {
        if (answer.weights.empty() || answer.encoding == encoding) continue;
        std::size_t apart = 0;
        for (std::size_t i = 0; i < encoding.size(); ++i) apart += answer.encoding[i] != encoding[i];
        if (apart > least) continue;
        least = apart;
        nearest = number;
    }
    return nearest;
}

Trial Controller::new_trial(const Proposal& proposal, std::int64_t repeat) const {
    Trial trial;
    trial.number = next_number_;
    trial.architecture = problem_->space->architecture(proposal.encoding);
    trial.choices = problem_->space->choices_json(trial.architecture.encoding);
    trial.repeat = repeat;
    trial.seed = evaluation_seed(settings_.seed, trial.architecture.id, repeat);
    trial.notes = proposal.notes;
    trial.budget = proposal.budget;
    trial.parent = proposal.parent;
    if (settings_.inherit && !trial.parent) trial.parent = relative_of(trial.architecture.encoding);
    // A training that goes on would see the same images in the same order once more.
    if (trial.parent)
        if (const auto parent = answers_.find(*trial.parent);
            parent != answers_.end() && parent->second.encoding == trial.architecture.encoding)
            trial.seed = evaluation_seed(parent->second.seed, trial.architecture.id, repeat);
    for (const auto& [key, figure] : problem_->known) trial.values[key] = figure(trial.architecture.encoding);
    const Origin origin = origin_of(trial);
    if (early_stopping_ && origin != Origin::reference && origin != Origin::repeat)
        if (const auto rule = early_stopping_->rule(trial)) note_early_stop(trial, *rule);
    return trial;
}

std::optional<std::pair<Proposal, std::int64_t>> Controller::next_proposal() {
    if (next_number_ == 0 && settings_.reference) return {{given(*settings_.reference, Origin::reference), 0}};
    if (!repeats_due_.empty()) {
        auto due = std::move(repeats_due_.front());
        repeats_due_.pop_front();
        return due;
    }
    if (starts_asked_ < settings_.start.size()) return {{given(settings_.start[starts_asked_++], Origin::start), 0}};
    if (front_repeats_ && spent_share() >= 1 - settings_.front_repeats->share)
        if (auto unsure = front_repeats_->next(pending_))
            return {{Proposal{std::move(unsure->encoding), repeat_notes(unsure->of), Json::object(), unsure->parent},
                     unsure->repeat}};
    auto asked = strategy_->ask(next_number_, pending_);
    if (!asked) return std::nullopt;
    return {{std::move(*asked), 0}};
}

Controller::Asked Controller::ask_next() {
    auto next = next_proposal();
    if (!next) return Asked::nothing;
    const auto& [proposal, repeat] = *next;
    Trial trial = new_trial(proposal, repeat);
    std::int64_t waits_for = -1;
    const std::string question = question_of(trial);
    const auto known = told_.find(question);
    for (std::size_t i = 0; i < pending_.size() && waits_for < 0; ++i)
        if (standings_[i].waits_for < 0 && question_of(pending_[i]) == question) waits_for = pending_[i].number;
    ++next_number_;
    if (known != told_.end()) {
        give(trial, answers_.at(known->second));
        tell(trial);  // at once: it takes no worker, and its answer is known to the strategy
        return Asked::answered;
    }
    if (waits_for >= 0) {
        trial.state = TrialState::duplicate;
        trial.duplicate_of = waits_for;
    } else if (origin_of(trial) != Origin::reference) {
        count(trial);
        if (repeat == 0)
            for (std::int64_t copy = 1; copy < settings_.repeats; ++copy) {
                Json notes = proposal.notes;
                notes["repeat_of"] = trial.number;
                repeats_due_.emplace_back(
                    Proposal{proposal.encoding, std::move(notes), proposal.budget, proposal.parent}, copy);
            }
    }
    pending_.push_back(std::move(trial));
    standings_.push_back({false, waits_for, true});
    return waits_for < 0 ? Asked::start : Asked::answered;
}

void Controller::count(const Trial& trial) {
    ++evaluations_;
    spent_ += was_given_up(trial) ? 1 : fidelity_of(trial).cost;  // as it was asked for
}

bool Controller::budget_is_spent() const {
    constexpr double rounding = 1e-9;  // of a sum of many parts
    return (settings_.trials > 0 && evaluations_ >= settings_.trials) ||
           (settings_.full_evaluations > 0 && spent_ >= settings_.full_evaluations * (1 - rounding));
}

double Controller::spent_share() const {
    double share = 0;
    if (settings_.trials > 0)
        share = std::max(share, static_cast<double>(evaluations_) / static_cast<double>(settings_.trials));
    if (settings_.full_evaluations > 0) share = std::max(share, spent_ / settings_.full_evaluations);
    if (settings_.hours > 0) share = std::max(share, hours_since(started_) / settings_.hours);
    return share;
}

EvaluationRequest Controller::request_of(const Trial& trial) const {
    EvaluationRequest request;
    request.id = trial.number;
    request.architecture = trial.choices;
    request.choices = EvaluationRequest::Choices{problem_->space, trial.architecture.encoding};
    request.seed = trial.seed;
    request.budget = trial.budget;
    request.early_stop = early_stop_of(trial);
    if (problem_->network) request.graph = problem_->network(trial.architecture.encoding);
    if (!trial.parent) return request;
    const auto parent = answers_.find(*trial.parent);
    if (parent == answers_.end() || parent->second.weights.empty()) return request;
    request.parent = EvaluationRequest::Parent{std::nullopt, parent->second.weights};
    if (problem_->network) request.parent->graph = problem_->network(parent->second.encoding);
    return request;
}

void Controller::record(Trial ended) {
    const auto trial =
        std::find_if(pending_.begin(), pending_.end(), [&](const Trial& t) { return t.number == ended.number; });
    *trial = std::move(ended);
    auto& standing = standings_[static_cast<std::size_t>(trial - pending_.begin())];
    standing.ended = standing.unsaved = true;
    if (events_.ended) ended_now_.push_back(*trial);
}

void Controller::flush() {
    auto trials = std::exchange(unsaved_, {});
    for (std::size_t i = 0; i < pending_.size(); ++i)
        if (std::exchange(standings_[i].unsaved, false)) trials.push_back(pending_[i]);
    const auto earlier = [](const Trial& a, const Trial& b) { return a.number < b.number; };
    if (!std::is_sorted(trials.begin(), trials.end(), earlier)) std::sort(trials.begin(), trials.end(), earlier);
    if (!trials.empty()) study_->put(std::move(trials));
    last_flush_ = std::chrono::steady_clock::now();
    for (const auto& trial : std::exchange(ended_now_, {}))
        if (events_.ended) events_.ended(trial);
}

bool Controller::tell_one() {
    for (std::size_t i = 0; i < pending_.size(); ++i) {
        auto& [ended, waits_for, unsaved] = standings_[i];
        if (waits_for >= 0)
            if (const auto answer = answers_.find(waits_for); answer != answers_.end()) {
                give(pending_[i], answer->second);
                ended = true;
            }
        if (ended) {
            tell(pending_[i]);
            pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
            standings_.erase(standings_.begin() + static_cast<std::ptrdiff_t>(i));
            return true;
        }
        if (settings_.deterministic) return false;  // a later one that ended sooner waits for its turn
    }
    return false;
}

void Controller::tell(Trial& trial) {
    trial.told = next_told_++;
    duplicates_in_a_row_ = trial.state == TrialState::duplicate ? duplicates_in_a_row_ + 1 : 0;
    remember(trial);
    strategy_->tell(trial);
    if (events_.ended && trial.state == TrialState::duplicate) ended_now_.push_back(trial);
    unsaved_.push_back(std::move(trial));
}

void Controller::remember(const Trial& told) {
    if (told.state == TrialState::duplicate) return;
    if (early_stopping_) early_stopping_->tell(told);
    if (front_repeats_) front_repeats_->tell(told);
    if (was_given_up(told)) spent_ -= 1 - fidelity_of(told).cost;
    told_[question_of(told)] = told.number;
    answers_[told.number] = {told.number, told.architecture.encoding, told.seed, told.values, told.weights, told.error};
}

void Controller::give(Trial& duplicate, const Answer& answer) {
    duplicate.state = TrialState::duplicate;
    duplicate.duplicate_of = answer.number;
    duplicate.values = answer.values;
    duplicate.weights = answer.weights;
    duplicate.error = answer.error;
}

}  // namespace hwnas
