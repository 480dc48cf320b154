#include "study/trial_merge.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace hwnas {
namespace {

using Question = std::size_t;

/// Numbers questions, so that a parent's can stand in its child's.
class Questions {
public:
    Question of(const std::string& text) { return numbers_.emplace(text, numbers_.size()).first->second; }

private:
    std::map<std::string, Question> numbers_;
};

/// The question of each trial, by the trial's number.
std::map<std::int64_t, Question> ask(std::span<const Trial> trials, Questions& questions,
                                     std::vector<Problem>& problems, const std::string& origin) {
    std::map<std::int64_t, Question> asked;
    for (const auto& trial : trials) {
        std::string text =
            Json{trial.architecture.id, trial.architecture.encoding, trial.repeat, trial.seed, trial.budget}.dump(
                -1, ' ', false, Json::error_handler_t::replace);
        if (trial.parent) {
            // A parent was told before its child was asked for, so its number is less.
            const auto parent = asked.find(*trial.parent);
            if (parent == asked.end())
                problems.push_back({origin + ": trial " + std::to_string(trial.number),
                                    "a parent among the trials before it",
                                    "the parent " + std::to_string(*trial.parent), ""});
            else
                text += " from " + std::to_string(parent->second);
        }
        asked[trial.number] = questions.of(text);
    }
    return asked;
}

bool ended(const Trial& trial) { return trial.state == TrialState::complete || trial.state == TrialState::failed; }

bool same_figures(const Trial& a, const Trial& b) {
    return std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                      [](const auto& x, const auto& y) {
                          return x.first == y.first && std::memcmp(&x.second, &y.second, sizeof x.second) == 0;
                      });
}

class Merge {
public:
    Merge(std::span<const Trial> into, std::span<const Trial> from, const std::string& origin)
        : into_(into), from_(from) {
        Questions questions;
        std::vector<Problem> problems;
        from_questions_ = ask(from, questions, problems, origin);
        if (!problems.empty()) throw InputError(std::move(problems));
        into_questions_ = ask(into, questions, problems, "");
        for (const auto& trial : into) {
            into_numbers_[trial.number] = &trial;
            next_number_ = std::max(next_number_, trial.number + 1);
            if (trial.told) next_told_ = std::max(next_told_, *trial.told + 1);
            if (trial.state != TrialState::duplicate) answers_.emplace(into_questions_.at(trial.number), &trial);
        }
        for (const auto& trial : from) from_numbers_[trial.number] = &trial;
    }

    TrialMerge run() {
        if (goes_on())
            take_as_it_is();
        else
            take_new_answers();
        return std::move(merge_);
    }

private:
    /// Whether `from` went on from where `into` stands.
    bool goes_on() const {
        return std::all_of(into_.begin(), into_.end(), [this](const Trial& trial) {
            const auto found = from_numbers_.find(trial.number);
            if (found == from_numbers_.end()) return false;
            const Trial& later = *found->second;
            const bool duplicate = trial.state == TrialState::duplicate;
            if (into_questions_.at(trial.number) != from_questions_.at(trial.number) ||
                duplicate != (later.state == TrialState::duplicate) || trial.duplicate_of != later.duplicate_of)
                return false;
            if (trial.told && trial.told != later.told) return false;
            return !ended(trial) || (trial.state == later.state && same_figures(trial, later));
        });
    }

    void take_as_it_is() {
        merge_.continued = true;
        for (const auto& later : from_) {
            const auto found = into_numbers_.find(later.number);
            if (found == into_numbers_.end()) {
                ++merge_.added;
                merge_.put.push_back(later);
            } else if (const Trial& trial = *found->second; trial.state != later.state || trial.told != later.told) {
                ++merge_.answered;
                merge_.put.push_back(later);
            } else {
                ++merge_.known;
            }
        }
    }

    void take_new_answers() {
        std::vector<std::size_t> told;  // of `put`
        std::map<std::size_t, std::int64_t> told_before;
        for (const auto& trial : from_) {
            const Question question = from_questions_.at(trial.number);
            if (!ended(trial)) {
                if (trial.state == TrialState::running && answers_.contains(question))
                    ++merge_.known;
                else
                    ++merge_.left_out;
                continue;
            }
            const auto there = answers_.find(question);
            if (there != answers_.end() && there->second->state != TrialState::running) {
                ++merge_.known;
                numbers_.emplace(question, there->second->number);
                continue;
            }
            if (there != answers_.end()) {
                merge_.put.push_back(answered(*there->second, trial));
                ++merge_.answered;
                numbers_.emplace(question, there->second->number);
                continue;
            }
            if (!numbers_.emplace(question, next_number_).second) {
                ++merge_.known;  // twice in `from`
                continue;
            }
            merge_.put.push_back(renumbered(trial));
            ++merge_.added;
            if (trial.told) {
                told.push_back(merge_.put.size() - 1);
                told_before[told.back()] = *trial.told;
            }
        }
        std::sort(told.begin(), told.end(),
                  [&](std::size_t a, std::size_t b) { return told_before.at(a) < told_before.at(b); });
        for (const std::size_t index : told) merge_.put[index].told = next_told_++;
    }

    /// The study's own trial with the other's answer; it is still to be told.
    static Trial answered(const Trial& running, const Trial& answer) {
        Trial trial = answer;
        trial.number = running.number;
        trial.parent = running.parent;
        trial.notes = running.notes;
        trial.duplicate_of.reset();
        trial.told.reset();
        return trial;
    }

    Trial renumbered(const Trial& trial) {
        Trial made = trial;
        made.number = next_number_++;
        made.told.reset();
        if (trial.parent) made.parent = number_of(*trial.parent);
        if (trial.duplicate_of) made.duplicate_of = number_of(*trial.duplicate_of);
        // The controller's note: which trial a repeat is of.
        if (trial.notes.is_object() && trial.notes.contains("repeat_of") &&
            trial.notes["repeat_of"].is_number_integer())
            if (const auto first = number_of(trial.notes["repeat_of"].get<std::int64_t>()))
                made.notes["repeat_of"] = *first;
        return made;
    }

    /// Where the question of a trial of `from` is answered now.
    std::optional<std::int64_t> number_of(std::int64_t from_number) const {
        const auto question = from_questions_.find(from_number);
        if (question == from_questions_.end()) return std::nullopt;
        if (const auto found = numbers_.find(question->second); found != numbers_.end()) return found->second;
        const auto there = answers_.find(question->second);
        return there == answers_.end() ? std::nullopt : std::optional(there->second->number);
    }

    std::span<const Trial> into_;
    std::span<const Trial> from_;
    std::map<std::int64_t, const Trial*> into_numbers_;
    std::map<std::int64_t, const Trial*> from_numbers_;
    std::map<std::int64_t, Question> into_questions_;
    std::map<std::int64_t, Question> from_questions_;
    std::map<Question, const Trial*> answers_;  // of `into`, running ones too
    std::map<Question, std::int64_t> numbers_;  // where questions of `from` are answered after the merge
    std::int64_t next_number_ = 0;
    std::int64_t next_told_ = 0;
    TrialMerge merge_;
};

}  // namespace

TrialMerge merge_trials(std::span<const Trial> into, std::span<const Trial> from, const std::string& origin) {
    return Merge(into, from, origin).run();
}

}  // namespace hwnas
