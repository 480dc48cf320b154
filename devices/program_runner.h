#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json_process.h"
#include "devices/runner.h"

namespace hwnas {

/// Runs networks in a program of its own that speaks `measure` and `describe`
/// (docs/protocols.md). The program is started when it is first needed, and again
/// after a crash.
class ProgramRunner : public Runner {
public:
    /// How the program gets a network: hwnas's own JSON, or the path of an ONNX file
    /// in the data type, whose batch is fixed.
    enum class Form { graph, onnx };

    struct Options {
        std::vector<std::string> command;  ///< the program and its arguments
        Form form = Form::graph;
        std::int64_t threads = 1;  ///< of OpenMP, which reads it at its start
        /// A burst or a description that takes longer counts as a crash.
        double limit_seconds = 120;
    };
    explicit ProgramRunner(Options options);
    ProgramRunner(const ProgramRunner&) = delete;
    ProgramRunner& operator=(const ProgramRunner&) = delete;
    /// Ends the program and removes the files that it was handed.
    ~ProgramRunner() override;

    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings& settings) override;
    [[nodiscard]] Json context() override;
    void restart() override { process_.end(); }

private:
    [[nodiscard]] Json ask(Json question);
    [[nodiscard]] std::string file_of(const Graph& graph, const RunSettings& settings);
    [[noreturn]] void broken(const std::string& what);

    Options options_;
    JsonProcess process_;
    std::filesystem::path folder_;  // of the files; empty until one is needed
};

}  // namespace hwnas
