#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/json_process.h"
#include "predictors/evaluator.h"

namespace hwnas {

// What evaluators that ask programs have in common (docs/protocols.md).

/// The request's seed in the 53 bits that every program's numbers hold.
[[nodiscard]] std::uint64_t seed_of(const EvaluationRequest& request);

/// An evaluator's own budget with the request's keys in the place of its own.
[[nodiscard]] Json merged(Json budget, const Json& changes);

/// How an answer breaks the protocol, `without the value "top1"`; empty where it
/// keeps it, and for every other outcome.
[[nodiscard]] std::string flaw_of(const JsonProcess::Reply& reply, const std::map<std::string, std::string>& metrics);

/// What an answer tells, with the program's CPU time where it tells none. Throws
/// EvaluationStopped where it was stopped, EvaluationError for every other reply,
/// and for one with a flaw.
[[nodiscard]] Evaluation evaluation_of(const JsonProcess::Reply& reply, const std::string& flaw,
                                       const std::string& program);

}  // namespace hwnas
