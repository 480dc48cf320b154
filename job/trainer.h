#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "job/job.h"
#include "predictors/train_evaluator.h"

namespace hwnas {

/// What the trainer found in a data set.
struct DatasetInfo {
    std::int64_t train_images = 0;
    std::int64_t validation_images = 0;
    std::int64_t test_images = 0;
    std::vector<double> mean;  ///< a channel, of pixels scaled to 0 .. 1
    std::vector<double> deviation;
};

/// Has the trainer read the data set and hold it against a network's input and
/// classes, so that a wrong one ends a search before its first trial. Throws
/// InputError with the trainer's reason.
[[nodiscard]] DatasetInfo check_dataset(const Json& dataset, const Graph& network);

/// What one training may take at most; 0: any amount.
struct TrainingLimits {
    double seconds = 0;
    std::int64_t mebibytes = 0;
};

/// An evaluator that trains by a recipe on the job's data and keeps the weights
/// in the job's folder.
[[nodiscard]] std::unique_ptr<Evaluator> make_train_evaluator(const Job& job, const Json& recipe,
                                                              const TrainingLimits& limits);

/// Where a job keeps weights: files named by their content's hash.
[[nodiscard]] std::filesystem::path artifacts_folder(const Job& job);

}  // namespace hwnas
