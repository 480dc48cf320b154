#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/json_process.h"

namespace hwnas {

/// Programs that are started alike, one for each caller at a time: started when
/// one is needed and none is idle, and kept for the next caller. May be used
/// from several threads at once.
class ProcessPool {
public:
    explicit ProcessPool(LineProcess::Options program) : program_(std::move(program)) {}

    struct GiveBack {
        ProcessPool* pool = nullptr;
        void operator()(JsonProcess* process) const { pool->keep(process); }
    };
    using Loan = std::unique_ptr<JsonProcess, GiveBack>;
    /// A program that nobody else asks meanwhile. It goes back with the loan,
    /// which must not outlive the pool.
    [[nodiscard]] Loan lend();

private:
    void keep(JsonProcess* process);

    LineProcess::Options program_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<JsonProcess>> idle_;
};

}  // namespace hwnas
