#include "search/worker_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

#include "search/evaluated_trial.h"
#include "search/handed_task.h"

namespace hwnas {
namespace {

// Debian's libtbb is not instrumented, so a thread sanitizer does not see that what
// was done before a task was handed over comes before the task: it is told.
void handing_over([[maybe_unused]] void* to_whom) {
#if defined(__SANITIZE_THREAD__)
    __tsan_release(to_whom);
#endif
}
void handed_over([[maybe_unused]] void* to_whom) {
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(to_whom);
#endif
}

}  // namespace

/// Jobs and results change hands under our own lock; TBB's threads only come to
/// fetch them.
struct WorkerPool::State {
    State(Evaluator& used, std::int64_t workers)
        : evaluator(&used),
          // TBB gives no more threads than cores unless told; a worker mostly waits
          // for a process of its own. One is for the thread that waits.
          limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers) + 1),
          arena(static_cast<int>(workers), 0) {}

    void work();
    [[nodiscard]] Ended evaluated(Trial asked, const EvaluationRequest& request);

    Evaluator* evaluator;
    std::stop_source source;
    std::string host = host_name();
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::pair<Trial, EvaluationRequest>> waiting;
    std::vector<Ended> ended;
    std::int64_t unfinished = 0;  ///< waiting or running
    tbb::global_control limit;
    tbb::task_arena arena;
    tbb::task_group group;
};

void WorkerPool::State::work() {
    handed_over(this);
    std::unique_lock lock(mutex);
    auto [asked, request] = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    auto result = evaluated(std::move(asked), request);
    lock.lock();
    ended.push_back(std::move(result));
    --unfinished;
    changed.notify_all();
}

WorkerPool::Ended WorkerPool::State::evaluated(Trial asked, const EvaluationRequest& request) {
    if (auto trial = evaluated_trial(std::move(asked), request, *evaluator, host, source.get_token()))
        return {std::move(*trial), false};
    return {std::move(asked), true};  // it was not moved
}

WorkerPool::WorkerPool(Evaluator& evaluator, std::int64_t workers)
    : state_(std::make_unique<State>(evaluator, workers)) {}

WorkerPool::~WorkerPool() {
    stop();
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->unfinished == 0; });
    lock.unlock();
    state_->group.wait();
}

void WorkerPool::stop() { state_->source.request_stop(); }

std::vector<WorkerPool::Ended> WorkerPool::wait(std::optional<std::chrono::milliseconds> limit) {
    const auto one_has = [this] { return !state_->ended.empty(); };
    std::unique_lock lock(state_->mutex);
    if (limit)
        state_->changed.wait_for(lock, *limit, one_has);
    else
        state_->changed.wait(lock, one_has);
    return std::exchange(state_->ended, {});
}

void WorkerPool::start(Trial trial, EvaluationRequest request) {
    if (state_->evaluator->answers_at_once()) {
        auto ended = state_->evaluated(std::move(trial), request);
        const std::lock_guard lock(state_->mutex);
        state_->ended.push_back(std::move(ended));
        return;
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->waiting.emplace_back(std::move(trial), std::move(request));
        ++state_->unfinished;
    }
    handing_over(state_.get());
    state_->arena.enqueue(state_->group.defer(HandedTask<State>{state_.get()}));
}

}  // namespace hwnas
