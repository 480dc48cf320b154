#include "search/controller.h"

#include <algorithm>

#include "core/rng.h"
#include "search/worker_pool.h"
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

/// What is asked of an evaluator: equal texts are the same question.
std::string question_of(const Trial& trial) {
    std::string text = trial.architecture.id + " " + std::to_string(trial.repeat);
    if (!trial.budget.empty()) text += " " + trial.budget.dump();
    if (trial.parent) text += " from " + std::to_string(*trial.parent);
    return text;
}

}  // namespace

std::uint64_t evaluation_seed(std::uint64_t study_seed, const std::string& architecture_id, std::int64_t repeat) {
    constexpr std::uint64_t json_integer_mask = (std::uint64_t{1} << 53U) - 1;
    return mix_seed({study_seed, seed_word(architecture_id), static_cast<std::uint64_t>(repeat)}) & json_integer_mask;
}

Controller::Controller(const SearchProblem& problem, Strategy& strategy, Evaluator& evaluator, Study& study,
                       ControllerSettings settings, ControllerEvents events)
    : problem_(&problem),
      strategy_(&strategy),
      evaluator_(&evaluator),
      study_(&study),
      settings_(std::move(settings)),
      events_(std::move(events)) {}

SearchEnd Controller::run(const std::stop_token& stop) {
    const auto start_time = std::chrono::steady_clock::now();
    const auto out_of_time = [&] {
        const std::chrono::duration<double, std::ratio<3600>> spent = std::chrono::steady_clock::now() - start_time;
        return settings_.hours > 0 && spent.count() >= settings_.hours;
    };
    WorkerPool workers(*evaluator_, settings_.workers);
    const std::stop_callback forward(stop, [&workers] { workers.stop(); });
    std::int64_t running = 0;
    const auto start = [&](const Trial& trial) {
        if (events_.started) events_.started(trial);
        workers.start(trial, request_of(trial));
        ++running;
    };

    take_up();
    for (const auto& slot : slots_)
        if (!slot.ended && slot.waits_for < 0) start(slot.trial);

    std::optional<SearchEnd> end;
    for (;;) {
        if (!end && stop.stop_requested()) end = SearchEnd::stopped;
        if (!end && out_of_time()) end = SearchEnd::time;
        if (!end && evaluations_ >= settings_.trials && repeats_due_.empty()) end = SearchEnd::budget;
        if (!end && duplicates_in_a_row_ >= settings_.most_duplicates) end = SearchEnd::nothing_new;
        // Told as late as can be, one for each question: what the strategy knows when
        // it is asked then depends neither on which evaluation was quick nor on where
        // an earlier run ended.
        if (!end) {
            bool nothing_to_ask = false;
            if (static_cast<std::int64_t>(slots_.size()) < settings_.workers) {
                const auto asked = ask_next();
                if (asked == Asked::start) start(slots_.back().trial);
                if (asked != Asked::nothing) continue;
                nothing_to_ask = true;
            }
            if (tell_one()) continue;
            if (nothing_to_ask && slots_.empty()) {
                end = SearchEnd::finished;
                continue;
            }
        }
        if (running == 0) break;
        auto ended_now = workers.wait(quick_answer);
        if (ended_now.empty()) {
            flush();
            ended_now = workers.wait();
        }
        for (auto& ended : ended_now) {
            --running;
            if (!ended.stopped) record(std::move(ended.trial));
        }
        if (std::chrono::steady_clock::now() - last_flush_ >= between_quick_flushes) flush();
    }
    flush();
    return *end;
}

void Controller::take_up() {
    auto trials = study_->trials();
    std::vector<const Trial*> told;
    for (const auto& trial : trials) {
        next_number_ = std::max(next_number_, trial.number + 1);
        if (trial.state != TrialState::duplicate && origin_of(trial) != Origin::reference) ++evaluations_;
        if (origin_of(trial) == Origin::start && trial.repeat == 0) ++starts_asked_;
        if (trial.told) {
            told.push_back(&trial);
            continue;
        }
        Slot slot{trial, trial.state == TrialState::complete || trial.state == TrialState::failed, -1};
        if (trial.duplicate_of) slot.waits_for = *trial.duplicate_of;
        slots_.push_back(std::move(slot));
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

std::vector<Trial> Controller::pending() const {
    std::vector<Trial> trials;
    for (const auto& slot : slots_) trials.push_back(slot.trial);
    return trials;
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
    for (const auto& [key, figure] : problem_->known) trial.values[key] = figure(trial.architecture.encoding);
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
    auto asked = strategy_->ask(next_number_, pending());
    if (!asked) return std::nullopt;
    return {{std::move(*asked), 0}};
}

Controller::Asked Controller::ask_next() {
    auto next = next_proposal();
    if (!next) return Asked::nothing;
    const auto& [proposal, repeat] = *next;
    Slot slot{new_trial(proposal, repeat), false, -1};
    const std::string question = question_of(slot.trial);
    const auto known = told_.find(question);
    const auto waiting = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& other) {
        return other.waits_for < 0 && question_of(other.trial) == question;
    });
    ++next_number_;
    if (known != told_.end()) {
        give(slot.trial, answers_.at(known->second));
        tell(slot);  // at once: it takes no worker, and its answer is known to the strategy
        return Asked::answered;
    }
    if (waiting != slots_.end()) {
        slot.trial.state = TrialState::duplicate;
        slot.trial.duplicate_of = slot.waits_for = waiting->trial.number;
    } else if (origin_of(slot.trial) != Origin::reference) {
        ++evaluations_;
        if (repeat == 0)
            for (std::int64_t copy = 1; copy < settings_.repeats; ++copy) {
                Json notes = proposal.notes;
                notes["repeat_of"] = slot.trial.number;
                repeats_due_.emplace_back(
                    Proposal{proposal.encoding, std::move(notes), proposal.budget, proposal.parent}, copy);
            }
    }
    save(slot.trial);
    slots_.push_back(std::move(slot));
    return slots_.back().waits_for < 0 ? Asked::start : Asked::answered;
}

EvaluationRequest Controller::request_of(const Trial& trial) const {
    EvaluationRequest request;
    request.id = trial.number;
    request.architecture = trial.choices;
    request.seed = trial.seed;
    request.budget = trial.budget;
    if (problem_->network) request.graph = problem_->network(trial.architecture.encoding);
    if (trial.parent && problem_->network)
        if (const auto parent = answers_.find(*trial.parent);
            parent != answers_.end() && !parent->second.weights.empty())
            request.parent = {problem_->network(parent->second.encoding), parent->second.weights};
    return request;
}

void Controller::record(Trial ended) {
    const auto slot =
        std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.trial.number == ended.number; });
    slot->trial = std::move(ended);
    slot->ended = true;
    save(slot->trial);
    ended_now_.push_back(slot->trial);
}

void Controller::flush() {
    std::vector<Trial> trials;
    trials.reserve(unsaved_.size());
    for (auto& [number, trial] : unsaved_) trials.push_back(std::move(trial));
    unsaved_.clear();
    if (!trials.empty()) study_->put(trials);
    last_flush_ = std::chrono::steady_clock::now();
    for (const auto& trial : std::exchange(ended_now_, {}))
        if (events_.ended) events_.ended(trial);
}

bool Controller::tell_one() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        auto& slot = slots_[i];
        if (slot.waits_for >= 0)
            if (const auto answer = answers_.find(slot.waits_for); answer != answers_.end()) {
                give(slot.trial, answer->second);
                slot.ended = true;
            }
        if (slot.ended) {
            tell(slot);
            slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(i));
            return true;
        }
        if (settings_.deterministic) return false;  // a later one that ended sooner waits for its turn
    }
    return false;
}

void Controller::tell(Slot& slot) {
    slot.trial.told = next_told_++;
    save(slot.trial);
    duplicates_in_a_row_ = slot.trial.state == TrialState::duplicate ? duplicates_in_a_row_ + 1 : 0;
    remember(slot.trial);
    strategy_->tell(slot.trial);
    if (slot.trial.state == TrialState::duplicate) ended_now_.push_back(slot.trial);
}

void Controller::remember(const Trial& told) {
    if (told.state == TrialState::duplicate) return;
    told_[question_of(told)] = told.number;
    answers_[told.number] = {told.number, told.architecture.encoding, told.values, told.weights, told.error};
}

void Controller::give(Trial& duplicate, const Answer& answer) {
    duplicate.state = TrialState::duplicate;
    duplicate.duplicate_of = answer.number;
    duplicate.values = answer.values;
    duplicate.weights = answer.weights;
    duplicate.error = answer.error;
}

}  // namespace hwnas
