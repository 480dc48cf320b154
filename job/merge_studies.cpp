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

/// A merge that is worked out, before anything is written.
class MergePlan {
public:
    MergePlan(const MergeRequest& request, Store& store) : request_(request), store_(store), infos_(store.studies()) {}

    void add(const StudyRecord& study) {
        const std::string name = request_.as.empty() ? study.info.name : request_.as;
        const auto there =
            std::find_if(infos_.begin(), infos_.end(), [&](const StudyInfo& info) { return info.name == name; });
        if (there == infos_.end())
            copy(study, name);
        else if (auto found = differences(request_, *there, study.info); found.empty())
            merge(study, *there);
        else
            problems_.insert(problems_.end(), found.begin(), found.end());
    }

    /// Weights first: a trial never stands in the store before its weights are there.
    std::vector<MergedStudy> carry_out() {
        if (!problems_.empty()) throw InputError(std::move(problems_));
        std::vector<MergedStudy> merged;
        for (auto& part : parts_) {
            auto copied = copy_weights(part.weighty, part.from, part.result.weights);
            part.result.weight_files = copied.files;
            if (part.must_have_weights) part.result.missing = std::move(copied.missing);
            merged.push_back(std::move(part.result));
        }
        if (!change_.create.empty() || !change_.put.empty()) store_.apply(change_);
        return merged;
    }

private:
    struct Part {
        MergedStudy result;
        std::vector<Trial> weighty;  ///< those whose weights the other study may have
        std::vector<std::filesystem::path> from;
        bool must_have_weights = false;
    };

    Part& begin(const StudyInfo& coming, const std::string& name, const Json& job) {
        Part part;
        part.result.name = name;
        part.result.weights = weights_folder(request_.into, job);
        // Of a store that was moved, beside it; else where its job had them.
        part.from = {weights_folder(request_.from, coming.job),
                     std::filesystem::absolute(request_.from).parent_path() / "artifacts"};
        part.must_have_weights = keeps_weight_files(coming.job);
        parts_.push_back(std::move(part));
        return parts_.back();
    }

    void copy(StudyRecord study, const std::string& name) {
        const StudyInfo coming = study.info;
        if (!request_.as.empty()) rename(study.info, name);
        Part& part = begin(coming, name, study.info.job);
        part.result.copied = true;
        part.result.trials.added = study.trials.size();
        part.weighty = study.trials;
        change_.create.push_back(std::move(study));
    }

    void merge(const StudyRecord& study, const StudyInfo& there) {
        const auto into = store_.open(there.name);
        held_.push_back(into->hold(Use::change));  // before reading what the numbers depend on
        const auto trials = into->trials();
        Part& part = begin(study.info, there.name, there.job);
        auto& merge = part.result.trials;
        merge = merge_trials(trials, study.trials, request_.from + ": study \"" + study.info.name + "\"");
        part.weighty = with_weights_of(trials, merge.put, study.trials);
        if (!merge.put.empty()) change_.put[there.name] = merge.put;
    }

    const MergeRequest& request_;
    Store& store_;
    std::vector<StudyInfo> infos_;
    std::vector<std::shared_ptr<const void>> held_;
    std::vector<Part> parts_;
    StoreChange change_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<MergedStudy> merge_studies(const MergeRequest& request) {
    // The other store first: a wrong one makes no new store.
    const auto studies = wanted(request);
    const auto store = open_store(request.into, Access::create);
    MergePlan plan(request, *store);
    for (const auto& study : studies) plan.add(study);
    return plan.carry_out();
}

}  // namespace hwnas
