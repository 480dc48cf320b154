#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "devices/profiler.h"
#include "job/job.h"
#include "report/front.h"
#include "search/controller.h"

namespace hwnas {

/// What a person may be shown while a job runs. All are optional.
struct SearchWatcher {
    std::function<void(const std::string&)> message;
    std::function<void(const std::string& device, const ProfileProgress&)> profiling;
    std::function<void(const Trial&)> trial_started;
    std::function<void(const Trial&)> trial_ended;
};

struct SearchOutcome {
    SearchEnd end = SearchEnd::budget;
    Front front;
    std::string summary;                       ///< for a terminal
    std::vector<std::filesystem::path> files;  ///< that were written
};

/// Whether a study of the job's name may be there already.
enum class StudyMode { fresh, resume };

/// Runs a job: profiles what its tables lack, searches, and writes the results
/// into the job's folder. On a stop it finishes writing and says so in the
/// outcome. Throws InputError for what is wrong with the job or the study,
/// RunError for what fails later; what was finished is in the study then.
[[nodiscard]] SearchOutcome run_search(const Job& job, StudyMode mode, const SearchWatcher& watcher,
                                       const std::stop_token& stop);

/// Where the job's study is kept: its store's address.
[[nodiscard]] std::string store_address(const Job& job);

}  // namespace hwnas
