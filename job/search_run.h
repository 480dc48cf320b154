#pragma once

#include <chrono>
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

/// How a job is run, apart from what it says.
struct SearchOptions {
    StudyMode mode = StudyMode::fresh;
    std::int64_t workers_here = 0;            ///< of the workers to whom trials are left, so many in this process
    std::chrono::duration<double> lease{30};  ///< of the search's lead in its study
};

/// Runs a job: profiles what its tables lack, searches, and writes the results
/// into the job's folder. Of several that search in one study, one leads, and the others wait as
/// standbys until it ends or is not heard of. On a stop it finishes writing and says so in the
/// outcome. Throws InputError for what is wrong with the job or the study,
/// RunError for what fails later; what was finished is in the study then.
[[nodiscard]] SearchOutcome run_search(const Job& job, const SearchOptions& options, const SearchWatcher& watcher,
                                       const std::stop_token& stop);

/// Where the job's study is kept: its store's address.
[[nodiscard]] std::string store_address(const Job& job);

}  // namespace hwnas
