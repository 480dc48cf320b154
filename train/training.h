#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <vector>

#include "graph/weights.h"
#include "predictors/recipe.h"
#include "train/dataset.h"

namespace hwnas::train {

/// The training did not lead anywhere; the message says how that showed.
class Diverged : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Rating {
    double top1 = 0;  ///< percent
    double loss = 0;  ///< mean cross-entropy, nats, without label smoothing
};

struct EpochRecord {
    double train_loss = 0;  ///< mean over the epoch's batches, with label smoothing
    Rating validation;
};

struct TrainingResult {
    Rating validation;
    std::optional<double> test_top1;  ///< percent
    std::vector<EpochRecord> epochs;
    std::int64_t images = 0;                     ///< seen in training, repeats counted
    double seconds = 0;                          ///< of training alone, ratings left out
    std::optional<std::int64_t> given_up_after;  ///< epochs, from 1; none where it went to its end
    Weights weights;
};

/// Trains a graph, which must fit the dataset, from `initial_weights` as far as they
/// go, else from fresh ones. With no epochs and no steps it only rates it, with batch norms'
/// statistics made anew where the recipe recalibrates them. All randomness comes from `seed`:
/// on one machine with one thread, the same request gives the same bits. Throws
/// Diverged where the loss is not finite, or where it is ten times that of guessing
/// over 20 batches, or half as much again as that of guessing at the end. `give_up`: by epoch, from 1, the training
/// loss above which the rest is not worth its time; test images are not rated then.
[[nodiscard]] TrainingResult train_network(const Graph& graph, const Recipe& recipe, const Dataset& dataset,
                                           std::uint64_t seed, const Weights* initial_weights = nullptr,
                                           const std::map<std::int64_t, double>& give_up = {});

}  // namespace hwnas::train
