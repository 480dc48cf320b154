#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/json_process.h"

namespace hwnas {

/// One program that several threads ask at the same time. While it is busy
/// questions wait; the first caller that finds it idle hands it what waits,
/// several questions in one line, and gives each caller its own reply.
class BatchProcess {
public:
    struct Options {
        LineProcess::Options program;
        std::size_t most = 1;                                ///< questions in one line
        std::optional<std::chrono::duration<double>> limit;  ///< for one question; a batch has the sum
    };
    explicit BatchProcess(Options options) : options_(std::move(options)), process_(options_.program) {}

    /// Blocks. The program is ended on request only where every caller of its
    /// batch wants that; who wants it alone gets `stopped` at once, or, where it
    /// is the one that speaks for the batch, when the batch is done.
    [[nodiscard]] JsonProcess::Reply ask(Json question, const std::stop_token& stop);

    /// Has the program replaced before the caller's next question, for an answer
    /// that was well-formed but broke the protocol.
    void renew();

private:
    struct Member {
        Json question;
        std::stop_token stop;
        std::optional<JsonProcess::Reply> reply = std::nullopt;
    };
    using Members = std::vector<std::shared_ptr<Member>>;
    /// The caller's own question and the oldest of the others.
    [[nodiscard]] Members take_batch(const std::shared_ptr<Member>& own);
    /// Asks the program without the lock; never throws.
    [[nodiscard]] std::vector<JsonProcess::Reply> exchange(const Members& members);

    Options options_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<std::shared_ptr<Member>> waiting_;
    bool busy_ = false;
    bool renew_ = false;
    JsonProcess process_;  // of whoever set busy_
};

}  // namespace hwnas
