#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/front.h"
#include "report/progress.h"
#include "study/store.h"

namespace hwnas {

/// Trials that failed for the same reason. Numbers in a message don't make
/// another reason of it, and neither does what follows its first line.
struct FailureGroup {
    std::string reason;  ///< the first line of the first trial's message
    std::size_t count = 0;
    std::int64_t first_trial = 0;
};

/// The best network that keeps under a threshold.
struct BestUnder {
    double threshold = 0;
    std::size_t network = 0;  ///< index into Front::networks
};

struct Summary {
    std::size_t complete = 0;
    std::size_t failed = 0;
    std::size_t duplicate = 0;
    std::size_t running = 0;
    double cpu_hours = 0;         ///< of evaluations, failed ones too
    double full_evaluations = 0;  ///< what evaluations took, failed ones too, in whole ones (`Fidelity`)
    double wall_hours = 0;        ///< from the first start to the last end
    /// What one training got through, the median over trials; empty where no
    /// evaluator tells `images_per_second` in its details.
    std::optional<double> images_per_second;
    std::vector<FailureGroup> failures;  ///< the most frequent first

    /// The first maximised objective under thresholds of the first minimised
    /// one; empty where there is no such pair. Round figures over the front's
    /// extent and the objective's target; of thresholds with the same network
    /// the least.
    std::optional<std::size_t> best_objective;
    std::optional<std::size_t> threshold_objective;
    std::vector<BestUnder> best_under;

    std::optional<std::size_t> knee;  ///< index into Front::networks
    Progress progress;
};

[[nodiscard]] Summary summarise(std::span<const Trial> trials, const Front& front);

/// How far a device's figures are to be trusted, a line a device.
using DeviceNotes = std::vector<std::string>;

/// The same in words, some twenty lines for a terminal or a file.
[[nodiscard]] std::string summary_text(const StudyInfo& info, const Front& front, const Summary& summary,
                                       const DeviceNotes& devices = {});

}  // namespace hwnas
