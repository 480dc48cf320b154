#include "search/worker_pool.h"

#include <chrono>
#include <tbb/concurrent_queue.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <unistd.h>

namespace hwnas {
namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

struct WorkerPool::State {
    State(Evaluator& used, std::int64_t workers)
        : evaluator(&used),
          // TBB gives no more threads than cores unless told; a worker mostly waits
          // for a process of its own. One is for the thread that waits.
          limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers) + 1),
          arena(static_cast<int>(workers), 0) {}

    Evaluator* evaluator;
    std::stop_source source;
    std::string host = host_name();
    tbb::global_control limit;
    tbb::task_arena arena;
    tbb::task_group group;
    tbb::concurrent_bounded_queue<Ended> ended;
};

WorkerPool::WorkerPool(Evaluator& evaluator, std::int64_t workers)
    : state_(std::make_unique<State>(evaluator, workers)) {}

WorkerPool::~WorkerPool() {
    stop();
    state_->arena.execute([this] { state_->group.wait(); });
}

void WorkerPool::stop() { state_->source.request_stop(); }

WorkerPool::Ended WorkerPool::wait() {
    Ended ended;
    state_->ended.pop(ended);
    return ended;
}

void WorkerPool::start(Trial asked_for, Graph graph) {
    EvaluationRequest request{asked_for.number, asked_for.choices, std::move(graph), asked_for.seed, {}};
    request.initial_weights = asked_for.notes.value("initial_weights", "");
    auto task = state_->group.defer([state = state_.get(), asked = std::move(asked_for),
                                     request = std::move(request)] {
        Ended ended{asked};
        Trial& trial = ended.trial;
        trial.host = state->host;
        trial.started = now();
        try {
            auto evaluation = state->evaluator->evaluate(request, state->source.get_token());
            trial.state = TrialState::complete;
            trial.values.merge(evaluation.values);
            trial.weights = std::move(evaluation.weights);
            trial.details = std::move(evaluation.details);
            trial.cpu_seconds = evaluation.cpu_seconds;
        } catch (const EvaluationStopped&) {
            ended.stopped = true;
        } catch (const std::exception& error) {
            trial.state = TrialState::failed;
            trial.error = error.what();
        }
        trial.finished = now();
        state->ended.push(std::move(ended));
    });
    state_->arena.enqueue(std::move(task));
}

}  // namespace hwnas
