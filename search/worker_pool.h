#pragma once

#include <memory>

#include "search/trial_pool.h"

namespace hwnas {

/// Evaluates trials in parallel on this machine (a TBB arena) and hands them
/// back as they end. What an evaluator answers at once is answered in `start`.
class WorkerPool : public TrialPool {
public:
    /// The evaluator must outlive the pool.
    WorkerPool(Evaluator& evaluator, std::int64_t workers);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Stops what is running and waits for it.
    ~WorkerPool() override;

    void start(Trial trial, EvaluationRequest request) override;
    [[nodiscard]] std::vector<Ended> wait(std::optional<std::chrono::milliseconds> limit) override;
    void stop() override;
    [[nodiscard]] bool reads_study() const override { return false; }

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hwnas
