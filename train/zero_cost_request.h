#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "predictors/zero_cost_proxies.h"
#include "train/augment.h"
#include "train/dataset.h"
#include "train/zero_cost.h"

namespace hwnas::train {

/// A request for zero-cost proxies, read and found right.
struct ZeroCostRequest {
    Graph graph;
    std::uint64_t seed = 0;  ///< of the fresh weights, and of which images are looked at
    ZeroCostOptions options;
    std::int64_t threads = 1;
    std::optional<DatasetOptions> dataset;  ///< none where the images are given
    std::vector<LabelledBatch> given;
    std::string initial_weights;  ///< file, in the place of fresh ones; or empty

    /// Throws InputError with all problems of the request.
    static ZeroCostRequest read(JsonObject& request);
};

/// Both as long as the next one is asked for.
struct NormalisedDataset {
    const Dataset& dataset;
    const Normalisation& normalisation;
};
using DatasetSource = std::function<NormalisedDataset(const DatasetOptions&, const Shape& input)>;

/// The answer: `values`, `refused` and `cpu_seconds`, those for reading the data set included.
[[nodiscard]] Json answered(const ZeroCostRequest& request, const DatasetSource& datasets);

}  // namespace hwnas::train
