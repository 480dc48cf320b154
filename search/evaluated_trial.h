#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "predictors/evaluator.h"
#include "study/trial.h"

namespace hwnas {

/// Evaluates a trial on this machine: what it then is, complete or failed, with its host and
/// times; nothing where it was stopped, and the trial is left as it was.
[[nodiscard]] std::optional<Trial> evaluated_trial(Trial&& trial, const EvaluationRequest& request,
                                                   Evaluator& evaluator, const std::string& host,
                                                   const std::stop_token& stop);

/// What this machine calls itself; empty where it can't be told.
[[nodiscard]] std::string host_name();

}  // namespace hwnas
