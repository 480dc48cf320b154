#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/process_pool.h"
#include "graph/weights.h"
#include "predictors/evaluator.h"

namespace hwnas {

/// Trains networks in programs of their own that speak `train`
/// (docs/protocols.md), such as hwnas-trainer: one program for each caller at a
/// time, started when it is needed and kept. A program that crashed, took too
/// long or broke the protocol is one EvaluationError, and replaced. A training that was given up early
/// has the accuracy that was to be expected of its end; what it had is in the details' `measured_top1`.
class TrainEvaluator : public Evaluator {
public:
    struct Options {
        std::vector<std::string> command;  ///< the program and its arguments
        std::int64_t threads = 1;          ///< of one program
        Json dataset = Json::object();     ///< handed on as it is
        Json budget = Json::object();      ///< the recipe, handed on as it is
        std::filesystem::path artifacts;   ///< where weights are kept
        /// A network whose weights a training without a parent starts from, as far as they fit.
        struct Start {
            Graph graph;
            Weights weights;
        };
        std::shared_ptr<const Start> start = {};  ///< null where it starts anew
        double limit_seconds = 0;                 ///< for one training; 0: none
        std::int64_t limit_mebibytes = 0;         ///< for one program; 0: none
    };
    explicit TrainEvaluator(Options options);

    [[nodiscard]] std::map<std::string, std::string> metrics() const override;
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;

private:
    /// The file that training starts from, empty where it starts anew.
    [[nodiscard]] std::string initial_weights(const EvaluationRequest& request) const;
    [[nodiscard]] Json question(const EvaluationRequest& request) const;

    Options options_;
    ProcessPool programs_;
};

}  // namespace hwnas
