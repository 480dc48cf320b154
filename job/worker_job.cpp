#include "job/worker_job.h"

#include "job/question.h"
#include "search/early_stopping.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

fs::path path_at(const Json& place, const char* key) {
    return place.is_object() && place.contains(key) && place[key].is_string() ? fs::path(place[key].get<std::string>())
                                                                              : fs::path();
}

Job loaded_job(const StudyInfo& info, const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw InputError({"study \"" + info.name + "\"", "the folder of its job on this machine", folder.string(),
                          "workers need the job's files: share that folder, or name another one by --job-folder"});
    Json json = info.job;
    // What the search writes to is not asked of a worker.
    json.erase("store");
    return load_job(JsonDocument::from_value(std::move(json), (folder / (info.name + ".json")).string()));
}

void check_same_question(const StudyInfo& info, const Job& job) {
    std::vector<Problem> problems;
    for (const auto& change : question_changes(question_of(info.job), question_of(job.source)))
        problems.push_back({"study \"" + info.name + "\": " + change.pointer, change.then + ", as the study was begun",
                            change.today, "give this worker the files that its search has"});
    if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace

Json place_of(const Job& job) {
    return {{"folder", fs::absolute(job.folder).lexically_normal().string()}, {"working", fs::current_path().string()}};
}

WorkerJob::WorkerJob(const StudyInfo& info, const Json& place, const fs::path& folder)
    : job_(loaded_job(info, folder.empty() ? path_at(place, "folder") : folder)) {
    check_same_question(info, job_);
    // Weights go where the search looks for them.
    if (job_.out.is_relative()) job_.out = path_at(place, "working") / job_.out;
}

Evaluator& WorkerJob::evaluator() {
    if (!evaluator_) evaluator_ = job_.evaluator.make(job_);
    return *evaluator_;
}

EvaluationRequest WorkerJob::request_of(const Claim& claim) const {
    const auto network = [this](const Trial& trial) {
        return job_.categories ? std::nullopt : std::optional(job_.space.lower(trial.architecture.encoding));
    };
    EvaluationRequest request;
    request.id = claim.trial.number;
    request.architecture = claim.trial.choices;
    request.seed = claim.trial.seed;
    request.budget = claim.trial.budget;
    request.early_stop = early_stop_of(claim.trial);
    request.graph = network(claim.trial);
    if (claim.parent && !claim.parent->weights.empty())
        request.parent = EvaluationRequest::Parent{network(*claim.parent), claim.parent->weights};
    return request;
}

}  // namespace hwnas
