#include "job/question.h"

#include "core/text.h"

namespace hwnas {

Json question_of(Json job) {
    for (const char* key : {"$schema", "comment", "budget", "workers", "out", "store", "result"}) job.erase(key);
    if (job.contains("devices"))
        for (auto& device : job["devices"])
            for (const char* key : {"table", "profile_missing"}) device.erase(key);
    return job;
}

std::vector<QuestionChange> question_changes(const Json& then, const Json& today) {
    std::vector<QuestionChange> changes;
    for (const auto& change : Json::diff(then, today)) {
        const Json::json_pointer path(change.at("path").get<std::string>());
        const auto shown = [&path](const Json& json) {
            return json.contains(path) ? shortened(json.at(path).dump(), 60) : "nothing";
        };
        changes.push_back({path.to_string(), shown(then), shown(today)});
    }
    return changes;
}

}  // namespace hwnas
