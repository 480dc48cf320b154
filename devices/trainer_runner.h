#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json_process.h"
#include "devices/runner.h"

namespace hwnas {

/// Runs networks in a program of its own that speaks `measure` and `describe`
/// (docs/protocols.md), such as hwnas-trainer. The program is started when it is
/// first needed, and again after a crash.
class TrainerRunner : public Runner {
public:
    /// `command`: the program and its arguments. A burst or a description that
    /// takes longer than the limit counts as a crash.
    explicit TrainerRunner(std::vector<std::string> command, std::int64_t threads, double limit_seconds = 120);

    [[nodiscard]] std::vector<double> measure(const Graph& graph, const RunSettings& settings) override;
    [[nodiscard]] Json context() override;

private:
    [[nodiscard]] Json ask(Json question);

    std::string program_;
    JsonProcess process_;
    double limit_seconds_;
};

}  // namespace hwnas
