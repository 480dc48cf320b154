#pragma once

#include <optional>
#include <string>

#include "core/json_reader.h"
#include "predictors/recipe.h"
#include "train/dataset.h"

namespace hwnas::train {

/// A request to train, read and found right.
struct TrainingRequest {
    Graph graph;
    std::uint64_t seed = 0;
    Recipe recipe;
    DatasetOptions dataset;
    std::string initial_weights;  ///< file, or empty
    std::filesystem::path artifacts;

    /// Throws InputError with all problems of the request.
    static TrainingRequest read(JsonObject& request);
};

/// Answers the requests of the trainer protocol (docs/protocols.md), one JSON
/// object each. It keeps the dataset of the last request.
class Trainer {
public:
    /// Never throws: whatever goes wrong is an answer `{"id", "error"}`, with the
    /// request's id or null where that could not be read.
    [[nodiscard]] std::string answer(const std::string& line);

private:
    [[nodiscard]] Json perform(JsonDocument& document);
    [[nodiscard]] Json check(const DatasetOptions& options, const Graph& graph);
    [[nodiscard]] Json train(const TrainingRequest& request);
    const Dataset& dataset(const DatasetOptions& options, const Shape& input);

    struct Loaded {
        DatasetOptions options;
        Shape input;
        Dataset dataset;
    };
    std::optional<Loaded> loaded_;
};

}  // namespace hwnas::train
