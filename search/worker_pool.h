#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "predictors/evaluator.h"
#include "study/trial.h"

namespace hwnas {

/// Evaluates trials in parallel on this machine (a TBB arena) and hands them
/// back as they end.
class WorkerPool {
public:
    /// The evaluator must outlive the pool.
    WorkerPool(Evaluator& evaluator, std::int64_t workers);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Stops what is running and waits for it.
    ~WorkerPool();

    /// Takes a trial to evaluate. Does not block.
    void start(Trial trial, EvaluationRequest request);

    struct Ended {
        Trial trial;           ///< complete or failed; as it was where `stopped`
        bool stopped = false;  ///< given up on request
    };
    /// Blocks until one that was started has ended; gives all that have. None where
    /// that takes longer than `limit`.
    [[nodiscard]] std::vector<Ended> wait(std::optional<std::chrono::milliseconds> limit = {});
    /// Asks what is running to stop; each still comes back from `wait`.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hwnas
