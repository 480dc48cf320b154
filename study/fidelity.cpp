#include "study/fidelity.h"

namespace hwnas {
namespace {

const char* const fidelity_key = "fidelity";
const char* const share_key = "share";
const char* const cost_key = "cost";

double part_at(const Json& fidelity, const char* key) {
    const auto found = fidelity.find(key);
    if (found == fidelity.end() || !found->is_number()) return 1;
    const double part = found->get<double>();
    return part > 0 && part <= 1 ? part : 1;
}

}  // namespace

Json fidelity_notes(const Fidelity& fidelity) {
    return {{fidelity_key, {{share_key, fidelity.share}, {cost_key, fidelity.cost}}}};
}

Fidelity fidelity_of(const Trial& trial) {
    // What was had is told after what was asked for.
    for (const Json* place : {&trial.details, &trial.notes}) {
        if (!place->is_object()) continue;
        const auto found = place->find(fidelity_key);
        if (found != place->end() && found->is_object()) return {part_at(*found, share_key), part_at(*found, cost_key)};
    }
    return {};
}

bool is_in_full(const Trial& trial) { return fidelity_of(trial).share >= 1; }

}  // namespace hwnas
