#include "core/process_pool.h"

namespace hwnas {

ProcessPool::Loan ProcessPool::lend() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto process = std::move(idle_.back());
            idle_.pop_back();
            return {process.release(), GiveBack{this}};
        }
    }
    return {new JsonProcess(program_), GiveBack{this}};
}

void ProcessPool::keep(JsonProcess* process) {
    std::unique_ptr<JsonProcess> kept(process);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(kept));
}

}  // namespace hwnas
