#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/process_pool.h"
#include "predictors/evaluator.h"
#include "predictors/zero_cost_proxies.h"

namespace hwnas {

/// Rates networks by zero-cost proxies, in programs of their own that speak `zero-cost` (docs/protocols.md), such as
/// hwnas-trainer: one program for each caller at a time, started when it is needed and kept. A proxy that a network
/// does not allow is one EvaluationError with the reason; so is a program that crashed, took too long or broke the
/// protocol, and that is replaced. It trains nothing: a request's budget and parent change nothing.
class ZeroCostEvaluator : public Evaluator {
public:
    struct Options {
        std::vector<std::string> command;  ///< the program and its arguments
        Json dataset = Json::object();     ///< handed on as it is
        ZeroCostOptions proxies;
        double limit_seconds = 0;          ///< for one network; 0: none
        std::int64_t limit_mebibytes = 0;  ///< for one program; 0: none
    };
    explicit ZeroCostEvaluator(Options options);

    [[nodiscard]] std::map<std::string, std::string> metrics() const override;
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;

private:
    Options options_;
    ProcessPool programs_;
};

}  // namespace hwnas
