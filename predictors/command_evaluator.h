#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/batch_process.h"
#include "core/process_pool.h"
#include "predictors/evaluator.h"

namespace hwnas {

/// Asks any program that reads one JSON request a line and writes one JSON answer
/// a line (docs/protocols.md): other people's trainers. One program for each
/// caller at a time, started when it is needed and kept; or one program for all
/// callers, which is handed what waits as a batch. A program that crashed, took
/// too long or too much memory, or broke the protocol is one EvaluationError (one
/// for each of its batch), and is replaced.
class CommandEvaluator : public Evaluator {
public:
    struct Options {
        std::vector<std::string> command;            ///< the program and its arguments; no shell reads them
        std::map<std::string, std::string> metrics;  ///< units by key; at least one
        Json budget = Json::object();                ///< handed on, under the request's own
        double limit_seconds = 0;                    ///< for one request; 0: none
        std::int64_t limit_mebibytes = 0;            ///< for a program and its children together; 0: none
        std::int64_t batch = 1;                      ///< requests in a line, for one program; 1: no batches

        /// Reads the keys of a job's `evaluator` but `name`; problems go to its
        /// document. An argument with a `/` in it that exists relative to `folder`,
        /// the job's, becomes an absolute path, and every other stays as it is.
        [[nodiscard]] static Options read(JsonObject& object, const std::filesystem::path& folder);
    };
    explicit CommandEvaluator(Options options);

    [[nodiscard]] std::map<std::string, std::string> metrics() const override { return options_.metrics; }
    [[nodiscard]] Evaluation evaluate(const EvaluationRequest& request, std::stop_token stop) override;

private:
    [[nodiscard]] Json question(const EvaluationRequest& request) const;

    Options options_;
    ProcessPool programs_;                 // where no batches are asked for
    std::unique_ptr<BatchProcess> batch_;  // where they are
};

}  // namespace hwnas
