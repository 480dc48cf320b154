#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "job/job.h"
#include "job/trainer.h"
#include "report/front.h"
#include "study/store.h"

namespace hwnas {

/// A network of the front after its full training.
struct FullTraining {
    std::string id;
    double validation_top1 = 0;  ///< percent
    double test_top1 = 0;        ///< percent, on images that nothing before has seen
    std::string weights;
};

/// Trains the front's networks in full, each once, as many at a time as are evaluated here: a result that an earlier
/// run wrote is taken over. Weights go to the artefacts, results to
/// `networks/ID.full.json`. Gives what was done when a stop came.
[[nodiscard]] std::vector<FullTraining> train_front(const Job& job, const Front& front,
                                                    const std::function<void(const std::string&)>& message,
                                                    const std::stop_token& stop);

/// Writes the front's networks (JSON and ONNX) where there are any, pareto.json,
/// pareto.csv, the plots and the summary into the job's folder; gives the files, the
/// plot first.
[[nodiscard]] std::vector<std::filesystem::path> write_results(const Job& job, const DatasetInfo& dataset,
                                                               const StudyInfo& info, std::span<const Trial> trials,
                                                               Front& front, const std::vector<FullTraining>& full,
                                                               std::string& summary);

}  // namespace hwnas
