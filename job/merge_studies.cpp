#include "job/merge_studies.h"

#include <algorithm>
#include <map>
#include <set>

#include "job/question.h"
#include "study/study_file.h"
#include "study/study_names.h"

namespace hwnas {
namespace {

/// A study goes by the store's name for it.
Json nameless_question(const Json& job) {
    Json question = question_of(job);
    if (question.is_object()) question.erase("name");
    return question;
}

std::vector<StudyRecord> wanted(const MergeRequest& request) {
    auto studies = selected(read_studies(request.from), request.from, request.study);
    if (studies.empty()) throw InputError({request.from, "a study", "none", "no search has started in it yet"});
    if (request.as.empty()) return studies;
    if (studies.size() > 1) {
        std::vector<std::string> names;
        for (const auto& study : studies) names.push_back(study.info.name);
        throw InputError({"--as", "one study to be named so", std::to_string(names.size()) + ": " + listed(names),
                          "choose one with --study NAME"});
    }
    return studies;
}

void rename(StudyInfo& info, const std::string& name) {
    info.name = name;
    if (info.job.is_object() && info.job.contains("name")) info.job["name"] = name;
}

/// Of the study after the merge, the trials whose weights the other study may have: known ones
/// too, whose files may have been missing at an earlier merge.
std::vector<Trial> with_weights_of(const std::vector<Trial>& into, const std::vector<Trial>& put,
                                   const std::vector<Trial>& from) {
    std::set<std::string> weights;
    for (const auto& trial : from) weights.insert(trial.weights);
    std::map<std::int64_t, const Trial*> after;
    for (const auto* trials : {&into, &put})
        for (const auto& trial : *trials) after[trial.number] = &trial;
    std::vector<Trial> found;
    for (const auto& [number, trial] : after)
        if (weights.contains(trial->weights)) found.push_back(*trial);
    return found;
}

std::vector<Problem> differences(const MergeRequest& request, const StudyInfo& there, const StudyInfo& coming) {
    std::vector<Problem> problems;
    const auto changes = question_changes(nameless_question(there.job), nameless_question(coming.job));
    for (const auto& change : changes)
        problems.push_back({request.from + ": study \"" + coming.name + "\": " + change.pointer,
                            change.then + ", as the study of that name in " + request.into + " has it", change.today,
                            "take it in under another name by --as NAME"});
    return problems;
}

}  // namespace

std::vector<MergedStudy> merge_studies(const MergeRequest& request) {
    auto studies = wanted(request);
    const auto store = open_store(request.into, Access::create);
    const auto infos = store->studies();
    std::vector<MergedStudy> merged;
    std::vector<Problem> problems;
    std::vector<std::shared_ptr<const void>> held;
    StoreChange change;
    for (auto& study : studies) {
        MergedStudy result;
        const Json own_job = study.info.job;
        result.name = request.as.empty() ? study.info.name : request.as;
        const auto there =
            std::find_if(infos.begin(), infos.end(), [&](const StudyInfo& info) { return info.name == result.name; });
        std::vector<Trial> weighty;
        Json job;
        if (there == infos.end()) {
            if (!request.as.empty()) rename(study.info, request.as);
            result.copied = true;
            result.trials.added = study.trials.size();
            job = study.info.job;
            change.create.push_back(study);
            weighty = study.trials;
        } else {
            if (auto found = differences(request, *there, study.info); !found.empty()) {
                problems.insert(problems.end(), found.begin(), found.end());
                continue;
            }
            const auto into = store->open(result.name);
            held.push_back(into->hold(Use::change));
            const auto trials = into->trials();
            result.trials = merge_trials(trials, study.trials, request.from + ": study \"" + study.info.name + "\"");
            weighty = with_weights_of(trials, result.trials.put, study.trials);
            job = there->job;
            if (!result.trials.put.empty()) change.put[result.name] = result.trials.put;
        }
        if (problems.empty()) {
            // Before the trials: a trial never stands in the store before its weights are there.
            result.weights = weights_folder(request.into, job);
            const std::filesystem::path beside = std::filesystem::absolute(request.from).parent_path() / "artifacts";
            auto copied = copy_weights(weighty, {weights_folder(request.from, own_job), beside}, result.weights);
            result.weight_files = copied.files;
            if (keeps_weight_files(own_job)) result.missing = std::move(copied.missing);
        }
        merged.push_back(std::move(result));
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    if (!change.create.empty() || !change.put.empty()) store->apply(change);
    return merged;
}

}  // namespace hwnas
