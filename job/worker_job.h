#pragma once

#include <filesystem>
#include <memory>

#include "job/job.h"
#include "study/work_queue.h"

namespace hwnas {

/// A study's job as a worker has it, to evaluate its trials.
class WorkerJob {
public:
    /// `folder`: where the job's files are on this machine; empty: where the study's search has
    /// them. Throws InputError where the job cannot be read here, or not as the study was begun:
    /// other files would give other answers.
    WorkerJob(const StudyInfo& info, const Json& place, const std::filesystem::path& folder);

    [[nodiscard]] const Job& job() const { return job_; }
    /// Made when it is first asked for: who only measures devices trains nothing.
    [[nodiscard]] Evaluator& evaluator();
    [[nodiscard]] EvaluationRequest request_of(const Claim& claim) const;

private:
    Job job_;
    std::unique_ptr<Evaluator> evaluator_;
};

/// What a worker is told of where a search runs.
[[nodiscard]] Json place_of(const Job& job);

}  // namespace hwnas
