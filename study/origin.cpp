#include "study/origin.h"

namespace hwnas {
namespace {

const char* const origin_key = "origin";
const char* const name_key = "name";
const char* const reference_word = "reference";
const char* const start_word = "start";

/// Empty where there is none, whoever made the notes.
std::string note(const Trial& trial, const char* key) {
    if (!trial.notes.is_object()) return {};
    const auto found = trial.notes.find(key);
    return found != trial.notes.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Json origin_notes(Origin origin, const std::string& name) {
    if (origin == Origin::strategy) return Json::object();
    return {{origin_key, origin == Origin::reference ? reference_word : start_word}, {name_key, name}};
}

Origin origin_of(const Trial& trial) {
    const auto word = note(trial, origin_key);
    return word == reference_word ? Origin::reference : word == start_word ? Origin::start : Origin::strategy;
}

std::string reference_name_of(std::span<const Trial> trials) {
    for (const auto& trial : trials)
        if (origin_of(trial) == Origin::reference) return note(trial, name_key);
    return {};
}

}  // namespace hwnas
