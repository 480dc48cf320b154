#pragma once

#include <stop_token>

#include "predictors/evaluator.h"
#include "space/categorical_space.h"

namespace hwnas {

/// The canonical encoding that a request names. Throws EvaluationStopped where a
/// stop was requested, and EvaluationError for choices that are not of the space.
[[nodiscard]] Encoding requested_choices(const CategoricalSpace& space, const EvaluationRequest& request,
                                         const std::stop_token& stop);

}  // namespace hwnas
