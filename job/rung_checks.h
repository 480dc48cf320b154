#pragma once

#include "core/json_reader.h"

namespace hwnas {

/// Holds the rungs of a job's `strategy` against its `evaluator`: the last is the evaluator's own budget, and the
/// trainer can train with each, and with what each has more than the one before where trainings go on.
/// Problems go to the document. Nothing is checked where there are no rungs.
void check_rungs(const JsonValue& strategy, const JsonValue& evaluator);

}  // namespace hwnas
