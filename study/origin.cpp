#include "study/origin.h"

namespace hwnas {
namespace {

const char* const origin_key = "origin";
const char* const name_key = "name";
const char* const reference_word = "reference";
const char* const start_word = "start";
const char* const repeat_word = "repeat";

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

Json repeat_notes(std::int64_t of) { return {{origin_key, repeat_word}, {"repeat_of", of}}; }

Origin origin_of(const Trial& trial) {
    const auto word = note(trial, origin_key);
    if (word == reference_word) return Origin::reference;
    if (word == start_word) return Origin::start;
    return word == repeat_word ? Origin::repeat : Origin::strategy;
}

std::string reference_name_of(std::span<const Trial> trials) {
    for (const auto& trial : trials)
        if (origin_of(trial) == Origin::reference) return note(trial, name_key);
    return {};
}

}  // namespace hwnas
