#include "job/question.h"

#include "core/text.h"

namespace hwnas {

Json question_of(Json job) {
    for (const char* key :
         {"$schema", "comment", "budget", "workers", "evaluate", "needs", "attempts", "out", "store", "result"})
        job.erase(key);
    if (job.contains("devices"))
        for (auto& device : job["devices"])
            for (const char* key : {"table", "profile_missing", "measured_by"}) device.erase(key);
    return job;
}

namespace {

constexpr const char* contents = "contents";

/// The contents that both questions state.
void keep_common_contents(Json& a, Json& b) {
    for (auto [one, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        if (!one->contains(contents)) continue;
        const Json kept = (*one)[contents];
        for (const auto& [key, hash] : kept.items())
            if (!other->contains(contents) || !(*other)[contents].contains(key)) (*one)[contents].erase(key);
        if ((*one)[contents].empty()) one->erase(contents);
    }
}

std::string content_text(const Json& hash) {
    return "a file whose content has SHA-256 " + shortened(hash.is_string() ? hash.get<std::string>() : "", 12);
}

}  // namespace

std::vector<QuestionChange> question_changes(Json then, Json today) {
    keep_common_contents(then, today);
    std::vector<QuestionChange> changes;
    for (const auto& change : Json::diff(then, today)) {
        const Json::json_pointer path(change.at("path").get<std::string>());
        if (path.parent_pointer() == Json::json_pointer(std::string("/") + contents)) {
            changes.push_back({path.back(), content_text(then.at(path)), content_text(today.at(path))});
            continue;
        }
        const auto shown = [&path](const Json& json) {
            return json.contains(path) ? shortened(json.at(path).dump(), 60) : "nothing";
        };
        changes.push_back({path.to_string(), shown(then), shown(today)});
    }
    return changes;
}

}  // namespace hwnas
