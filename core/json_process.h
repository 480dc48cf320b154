#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "core/line_process.h"

namespace hwnas {

/// A program that answers questions: one JSON object a line each way, and an
/// answer repeats its question's `id` (docs/protocols.md). Started at the first
/// question, and again at the next one after it was lost. One thread at a time.
class JsonProcess {
public:
    explicit JsonProcess(LineProcess::Options options) : options_(std::move(options)) {}

    enum class Outcome {
        answer,   ///< `answer` holds it
        refusal,  ///< the program answered with an error, `reason`; it is still there
        lost,     ///< `reason`: it could not start, crashed, was too slow or spoke nonsense
        stopped   ///< on request; the program was ended
    };
    struct Reply {
        Outcome outcome = Outcome::answer;
        Json answer;
        std::string reason;
        double cpu_seconds = 0;  ///< that the program itself used for an answer or refusal, its start included
    };
    /// Asks one question, an object; its `id` is set here.
    [[nodiscard]] Reply ask(Json question, std::optional<std::chrono::duration<double>> limit,
                            const std::stop_token& stop);
    /// Asks several, at least one, in the line `{"batch": [question, ...]}`, answered
    /// by `{"batch": [answer, ...]}` in any order; the replies come in the questions'.
    /// A refusal is that question's alone; a lost program is lost to all of them.
    [[nodiscard]] std::vector<Reply> ask_all(std::vector<Json> questions,
                                             std::optional<std::chrono::duration<double>> limit,
                                             const std::stop_token& stop);

    /// CPU time of the running program so far, seconds; 0 where none runs.
    [[nodiscard]] double cpu_seconds() const { return process_ ? process_->cpu_seconds() : 0; }
    /// Ends the program, for an answer that was well-formed but broke the protocol.
    void end() { process_.reset(); }

private:
    /// An `answer` here is any object.
    [[nodiscard]] Reply exchange(const Json& line, std::optional<std::chrono::duration<double>> limit,
                                 const std::stop_token& stop);
    [[nodiscard]] Reply lose(const std::string& what);

    LineProcess::Options options_;
    std::unique_ptr<LineProcess> process_;
    std::int64_t questions_ = 0;
};

/// How a program that computes is started: with so many OpenMP threads, huge
/// pages for its heap, and the heap's arenas as the system sets them. What the
/// environment says about its heap already stays.
[[nodiscard]] LineProcess::Options computing_program(std::vector<std::string> command, std::int64_t threads);

}  // namespace hwnas
