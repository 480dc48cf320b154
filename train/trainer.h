#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/json_reader.h"
#include "predictors/recipe.h"
#include "train/augment.h"
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
    std::map<std::int64_t, double> give_up;  ///< by epoch, the training loss above which it is given up

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

    struct Loaded {
        DatasetOptions options;
        Shape input;
        Dataset dataset;
        Normalisation normalisation;
    };
    const Loaded& load(const DatasetOptions& options, const Shape& input);

    std::optional<Loaded> loaded_;
};

}  // namespace hwnas::train
