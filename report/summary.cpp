#include "report/summary.h"

#include <algorithm>
#include <cctype>

#include "core/text.h"
#include "report/figures.h"
#include "report/ticks.h"
#include "study/fidelity.h"

namespace hwnas {
namespace {

constexpr std::size_t kLongestReason = 160;

std::string first_line(const std::string& text) {
    return text.empty() ? "no reason given" : text.substr(0, text.find('\n'));
}

/// The message with each number replaced, so that `loss is 1e9 in epoch 3`
/// and `... 2e7 in epoch 4` are one reason.
std::string without_numbers(const std::string& text) {
    std::string out;
    bool in_number = false;
    for (const char letter : text) {
        const bool digit = std::isdigit(static_cast<unsigned char>(letter)) != 0;
        const bool continues = in_number && (letter == '.' || letter == 'e' || letter == '+' || letter == '-');
        if (digit && !in_number) out += '#';
        in_number = digit || continues;
        if (!in_number) out += letter;
    }
    return out;
}

std::vector<FailureGroup> group_failures(std::span<const Trial> trials) {
    std::map<std::string, FailureGroup> groups;
    for (const auto& trial : trials) {
        if (trial.state != TrialState::failed) continue;
        const auto line = first_line(trial.error);
        auto& group = groups[without_numbers(line)];
        if (group.count++ == 0) {
            group.reason = shortened(valid_utf8(line), kLongestReason);
            group.first_trial = trial.number;
        }
    }
    std::vector<FailureGroup> sorted;
    for (auto& [key, group] : groups) sorted.push_back(std::move(group));
    std::sort(sorted.begin(), sorted.end(), [](const FailureGroup& a, const FailureGroup& b) {
        return std::pair(b.count, a.first_trial) < std::pair(a.count, b.first_trial);
    });
    return sorted;
}

std::optional<std::size_t> first_of(const Front& front, Direction direction) {
    for (std::size_t i = 0; i < front.objectives.size(); ++i)
        if (front.objectives[i].direction == direction) return i;
    return std::nullopt;
}

/// The best under a threshold stands on the front: what dominates it keeps under it too.
std::optional<std::size_t> best_under(const Front& front, std::size_t best, std::size_t under, double threshold) {
    std::optional<std::size_t> found;
    for (const auto entry : front.entries) {
        if (front.value(entry, under) > threshold) continue;
        if (!found || front.value(entry, best) > front.value(*found, best)) found = entry;
    }
    return found;
}

std::vector<BestUnder> best_under_thresholds(const Front& front, std::size_t best, std::size_t under) {
    if (front.entries.empty()) return {};
    constexpr int kThresholds = 4;
    std::vector<double> figures;
    for (const auto entry : front.entries) figures.push_back(front.value(entry, under));
    const auto [least, most] = std::minmax_element(figures.begin(), figures.end());
    std::vector<double> thresholds;
    if (*most > *least) thresholds = nice_ticks(*least, *most, kThresholds);
    thresholds.push_back(*most);
    if (const auto target = front.objectives[under].target) thresholds.push_back(*target);
    std::sort(thresholds.begin(), thresholds.end());
    std::vector<BestUnder> rows;
    for (const double threshold : thresholds) {
        const auto network = best_under(front, best, under, threshold);
        const bool target = front.objectives[under].target == threshold;
        if (network && (target || rows.empty() || rows.back().network != *network))
            rows.push_back({threshold, *network});
    }
    return rows;
}

std::string count_of(std::size_t count, const std::string& one, const std::string& more) {
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

std::string network_text(const Front& front, std::size_t network) {
    std::string text =
        front.networks[network].id + " (trial " + std::to_string(front.networks[network].trials.front()) + "):";
    for (std::size_t i = 0; i < front.objectives.size(); ++i)
        text += (i == 0 ? " " : ", ") + label_of(front.objectives[i]) + " " +
                figure_with_unit(front.value(network, i), front.objectives[i].unit);
    return text;
}

std::string point_text(const Front& front, const std::vector<double>& point) {
    std::string text;
    for (std::size_t i = 0; i < point.size(); ++i)
        text += (i == 0 ? "" : ", ") + label_of(front.objectives[i]) + " " +
                figure_with_unit(point[i], front.objectives[i].unit);
    return text;
}

std::string progress_text(const Front& front, const Progress& progress) {
    if (progress.hypervolume.empty()) return "";
    std::string units;
    for (const auto& objective : front.objectives)
        units += (units.empty() ? "" : " x ") + (objective.unit.empty() ? objective.key : objective.unit);
    std::string text = "Hypervolume: " + figure_with_unit(progress.hypervolume.back(), "") + " (" + units + ")";
    if (progress.box > 0)
        text += ", " + figure_with_unit(100 * progress.share(), "%") + " of the box between the best figures seen (" +
                point_text(front, progress.ideal_point) + ")";
    text += "\n  and the reference point (" + point_text(front, progress.reference_point) +
            ": the worst seen, and a tenth of the extent).\n";
    const auto trials = progress.hypervolume.size();
    if (trials < 2 || !(progress.hypervolume.back() > 0)) return text;
    text += "  After complete trial";
    std::size_t last = 0;
    for (const std::size_t quarter : {1U, 2U, 3U, 4U}) {
        const std::size_t at = std::max<std::size_t>(1, trials * quarter / 4);
        if (at == last) continue;
        text += (last == 0 ? " " : ", ") + std::to_string(at) + ": " +
                figure_with_unit(100 * progress.hypervolume[at - 1] / progress.hypervolume.back(), "%");
        last = at;
    }
    return text + " of it.\n";
}

std::optional<double> median_images_per_second(std::span<const Trial> trials) {
    std::vector<double> speeds;
    for (const auto& trial : trials)
        if (trial.state == TrialState::complete && trial.details.is_object())
            if (const auto found = trial.details.find("images_per_second");
                found != trial.details.end() && found->is_number())
                speeds.push_back(found->get<double>());
    if (speeds.empty()) return std::nullopt;
    const auto middle = speeds.begin() + static_cast<std::ptrdiff_t>(speeds.size() / 2);
    std::nth_element(speeds.begin(), middle, speeds.end());
    return *middle;
}

}  // namespace

Summary summarise(std::span<const Trial> trials, const Front& front) {
    Summary summary;
    double first = 0;
    double last = 0;
    for (const auto& trial : trials) {
        switch (trial.state) {
            case TrialState::complete:
                ++summary.complete;
                break;
            case TrialState::failed:
                ++summary.failed;
                break;
            case TrialState::duplicate:
                ++summary.duplicate;
                break;
            case TrialState::running:
                ++summary.running;
                break;
        }
        // A duplicate may carry the figures of the trial that answered it.
        if (trial.state != TrialState::duplicate) summary.cpu_hours += trial.cpu_seconds / 3600;
        if (trial.state == TrialState::complete || trial.state == TrialState::failed)
            summary.full_evaluations += fidelity_of(trial).cost;
        if (trial.started > 0) first = first > 0 ? std::min(first, trial.started) : trial.started;
        last = std::max(last, trial.finished);
    }
    if (first > 0 && last > first) summary.wall_hours = (last - first) / 3600;
    summary.images_per_second = median_images_per_second(trials);
    summary.failures = group_failures(trials);
    summary.best_objective = first_of(front, Direction::maximize);
    summary.threshold_objective = first_of(front, Direction::minimize);
    if (summary.best_objective && summary.threshold_objective)
        summary.best_under = best_under_thresholds(front, *summary.best_objective, *summary.threshold_objective);
    summary.knee = knee(front);
    summary.progress = search_progress(trials, front);
    return summary;
}

std::string summary_text(const StudyInfo& info, const Front& front, const Summary& summary,
                         const DeviceNotes& devices) {
    std::string text = "Study \"" + info.name + "\" (hwnas " + info.version + ")\n";
    text += "Trials: " + std::to_string(summary.complete) + " complete, " + std::to_string(summary.failed) +
            " failed, " + count_of(summary.duplicate, "duplicate", "duplicates");
    if (summary.running > 0) text += ", " + std::to_string(summary.running) + " not finished";
    text += "; " + count_of(front.networks.size(), "network", "networks") + ", " +
            std::to_string(front.entries.size()) + " of them on the front.\n";
    if (front.unusable_trials > 0)
        text += "  " + count_of(front.unusable_trials, "complete trial lacks", "complete trials lack") +
                " a finite figure for an objective and " + (front.unusable_trials == 1 ? "is" : "are") + " left out.\n";
    if (front.partial_trials > 0)
        text += "  " + count_of(front.partial_trials, "complete trial", "complete trials") +
                " had a part of the budget and " + (front.partial_trials == 1 ? "is" : "are") +
                " left out of the front" + "; all evaluations together took as much as " +
                figure_with_unit(summary.full_evaluations, "") + " whole ones.\n";
    text += "Spent: " + figure_with_unit(summary.cpu_hours, "CPU-hours") + " on evaluations, " +
            figure_with_unit(summary.wall_hours, "hours") + " from the first start to the last end.\n";
    if (summary.images_per_second)
        text += "A training got through " + figure_with_unit(*summary.images_per_second, "images") +
                " a second (the median of the trials).\n";

    if (!summary.best_under.empty()) {
        const auto& best = front.objectives[*summary.best_objective];
        const auto& under = front.objectives[*summary.threshold_objective];
        text += "Best " + label_of(best) + " for " + label_of(under) + " up to:\n";
        for (const auto& row : summary.best_under)
            text += "  " + figure_with_unit(row.threshold, under.unit) +
                    (under.target == row.threshold ? " (target)" : "") + "  " + network_text(front, row.network) + "\n";
    } else if (!front.entries.empty()) {
        text += "Best " + label_of(front.objectives.front()) + ": " + network_text(front, front.entries.front()) + "\n";
    }
    if (summary.knee)
        text += "Knee: " + network_text(front, *summary.knee) +
                "\n  (of the front, the farthest from the plane through its ends, each objective scaled to "
                "0..1)\n";
    if (front.reference) {
        const auto& reference = front.networks[*front.reference];
        text += "Reference: " + reference.reference_name + ", " + network_text(front, *front.reference) + ", " +
                (reference.on_front        ? "on the front"
                 : reference.within_limits ? "dominated"
                                           : "beyond the limits") +
                "\n";
    }
    if (!devices.empty()) text += "Devices:\n";
    for (const auto& note : devices) text += "  " + note + "\n";
    text += progress_text(front, summary.progress);
    if (front.entries.empty()) text += "No network to show: no complete trial is within the limits.\n";
    if (!summary.failures.empty()) {
        text += "Failures:\n";
        for (const auto& group : summary.failures)
            text += "  " + std::to_string(group.count) + "x (first: trial " + std::to_string(group.first_trial) + ") " +
                    group.reason + "\n";
    }
    return text;
}

}  // namespace hwnas
