#include "search/early_stopping.h"

#include <algorithm>
#include <cmath>

#include "study/fidelity.h"

namespace hwnas {
namespace {

constexpr const char* accuracy = "top1";
constexpr const char* in_notes = "early_stop";

/// Trained as the job says, from the beginning to the end.
bool is_plain(const Trial& trial) { return trial.budget.empty() && !trial.parent; }

std::vector<double> losses(const Trial& trial) {
    std::vector<double> curve;
    const auto epochs = trial.details.find("epochs");
    if (epochs == trial.details.end() || !epochs->is_array()) return curve;
    for (const auto& epoch : *epochs) {
        const auto loss = epoch.find("train_loss");
        if (loss == epoch.end() || !loss->is_number()) return {};
        curve.push_back(loss->get<double>());
    }
    return curve;
}

}  // namespace

EarlyStopping::EarlyStopping(EarlyStoppingSettings settings, std::vector<Objective> objectives,
                             std::vector<Limit> limits)
    : settings_(settings), costs_(std::move(objectives)), limits_(std::move(limits)) {
    std::erase_if(costs_, [](const Objective& objective) { return objective.key == accuracy; });
}

std::optional<Point> EarlyStopping::costs(const Trial& trial) const { return point_of(costs_, trial.values); }

void EarlyStopping::tell(const Trial& trial) {
    if (trial.state != TrialState::complete || !is_in_full(trial)) return;
    const auto top1 = trial.values.find(accuracy);
    if (top1 == trial.values.end()) return;
    if (is_plain(trial)) curves_.add(losses(trial), top1->second);
    auto point = costs(trial);
    if (!point || !meets(limits_, trial.values)) return;
    point->push_back(-top1->second);
    front_.insert(std::move(*point), trial.number);
}

std::optional<EarlyStop> EarlyStopping::rule(const Trial& trial) const {
    if (!is_plain(trial) || trial.number % settings_.audited == 0) return std::nullopt;
    if (static_cast<std::int64_t>(curves_.count()) < settings_.least_curves) return std::nullopt;
    const auto own = costs(trial);
    if (!own) return std::nullopt;
    EarlyStop rule;
    rule.epochs = static_cast<std::int64_t>(curves_.epochs());
    rule.needed_top1 = -HUGE_VAL;
    for (const auto& entry : front_.entries())
        if (std::equal(own->begin(), own->end(), entry.point.begin(),
                       [](double mine, double theirs) { return theirs <= mine; }))
            rule.needed_top1 = std::max(rule.needed_top1, -entry.point.back());
    if (!std::isfinite(rule.needed_top1)) return std::nullopt;
    for (std::size_t epoch = 1; epoch < curves_.epochs(); ++epoch) {
        const auto line = curves_.after(epoch);
        const auto most = line ? line->surely_below(rule.needed_top1, settings_.confidence) : std::nullopt;
        if (most)
            rule.after.push_back(
                {static_cast<std::int64_t>(epoch), *most, line->slope, line->intercept, line->deviation_at(*most)});
    }
    if (rule.after.empty()) return std::nullopt;
    return rule;
}

std::optional<EarlyStop> early_stop_of(const Trial& trial) {
    const auto rule = trial.notes.find(in_notes);
    return rule == trial.notes.end() ? std::nullopt : std::optional(early_stop_from(*rule));
}

void note_early_stop(Trial& trial, const EarlyStop& rule) { trial.notes[in_notes] = to_json(rule); }

bool was_given_up(const Trial& trial) {
    return trial.state == TrialState::complete && trial.notes.contains(in_notes) && !is_in_full(trial);
}

}  // namespace hwnas
