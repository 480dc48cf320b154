#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "predictors/evaluator.h"
#include "study/trial.h"

namespace hwnas {

/// Where trials are evaluated, several at a time.
class TrialPool {
public:
    struct Ended {
        Trial trial;           ///< complete or failed; as it was where `stopped`
        bool stopped = false;  ///< given up on request, or left to others
    };

    virtual ~TrialPool() = default;
    /// Takes a trial to evaluate. Does not block.
    virtual void start(Trial trial, EvaluationRequest request) = 0;
    /// Blocks until one that was started has ended; gives all that have. None where
    /// that takes longer than `limit`.
    [[nodiscard]] virtual std::vector<Ended> wait(std::optional<std::chrono::milliseconds> limit) = 0;
    /// Asks what is running to stop; each still comes back from `wait`. From any thread.
    virtual void stop() = 0;
    /// Whether a trial must be durable before it can be evaluated: who evaluates it has it from the study.
    [[nodiscard]] virtual bool reads_study() const = 0;
};

}  // namespace hwnas
