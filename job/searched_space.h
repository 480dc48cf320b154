#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "job/job.h"
#include "job/search_run.h"
#include "job/trainer.h"
#include "space/feasible_set.h"

namespace hwnas {

/// What a search needs of a job's space, whichever kind it is.
struct SearchedSpace {
    std::shared_ptr<const ChoiceSpace> space;
    std::shared_ptr<const FeasibleSet> feasible;
    /// Figures known before any evaluation, by key.
    std::map<std::string, std::function<double(const Encoding&)>> known;
    std::function<Graph(const Encoding&)> network;  ///< empty where there are no networks
    std::optional<Encoding> reference;
    std::string reference_name;
    DatasetInfo dataset;                 ///< empty where there are no networks
    std::shared_ptr<const void> holder;  ///< what the figures and the feasible set look into
};

/// Compiles the job's space with its figures and bounds; where there are networks,
/// measures what the device tables lack and checks the data set. Nothing on a stop.
/// The job must outlive the result. Throws InputError where a figure or a limit can't
/// be had.
[[nodiscard]] std::optional<SearchedSpace> ready_space(const Job& job, const SearchWatcher& watcher,
                                                       const std::stop_token& stop);

}  // namespace hwnas
