#include "predictors/requested_choices.h"

namespace hwnas {

Encoding requested_choices(const CategoricalSpace& space, const EvaluationRequest& request,
                           const std::stop_token& stop) {
    if (stop.stop_requested()) throw EvaluationStopped("stopped");
    if (request.choices && request.choices->space == &space) return request.choices->encoding;
    auto document = JsonDocument::from_value(request.architecture, "architecture");
    auto encoding = space.from_json(JsonValue(document));
    try {
        document.throw_problems();
    } catch (const InputError& error) {
        throw EvaluationError(error.what());
    }
    return space.canonical(encoding);
}

}  // namespace hwnas
