#include "search/evaluated_trial.h"

#include <chrono>
#include <unistd.h>

#include "study/fidelity.h"

namespace hwnas {
namespace {

double seconds_since_1970() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::optional<Trial> evaluated_trial(Trial&& trial, const EvaluationRequest& request, Evaluator& evaluator,
                                     const std::string& host, const std::stop_token& stop) {
    const double started = seconds_since_1970();
    try {
        auto evaluation = evaluator.evaluate(request, stop);
        trial.state = TrialState::complete;
        trial.values.merge(evaluation.values);
        trial.weights = std::move(evaluation.weights);
        trial.details = std::move(evaluation.details);
        trial.cpu_seconds = evaluation.cpu_seconds;
        if (evaluation.share) trial.details.update(fidelity_notes({*evaluation.share, *evaluation.share}));
    } catch (const EvaluationStopped&) {
        return std::nullopt;
    } catch (const std::exception& error) {
        trial.state = TrialState::failed;
        trial.error = error.what();
    }
    trial.host = host;
    trial.started = started;
    trial.finished = seconds_since_1970();
    return std::move(trial);
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace hwnas
