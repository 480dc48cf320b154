#pragma once

#include <atomic>
#include <map>

#include "search/trial_pool.h"
#include "study/led_study.h"

namespace hwnas {

/// Leaves trials to workers, who find them in the study, and hears of their ends. On a stop
/// the workers go on: what they find is in the study when its search does.
class SharedPool : public TrialPool {
public:
    /// The study, in which trials are put before they are waited for, must outlive the pool.
    explicit SharedPool(LedStudy& study) : study_(&study) {}

    void start(Trial trial, EvaluationRequest request) override;
    [[nodiscard]] std::vector<Ended> wait(std::optional<std::chrono::milliseconds> limit) override;
    void stop() override { stopping_ = true; }
    [[nodiscard]] bool reads_study() const override { return true; }

private:
    LedStudy* study_;
    std::map<std::int64_t, Trial> started_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace hwnas
