#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"
#include "train/libtorch.h"

namespace hwnas::train {

struct LabelledBatch {
    at::Tensor images;  ///< {N, input shape}, single precision
    at::Tensor labels;  ///< {N}, int64
};

struct ZeroCostScores {
    std::map<std::string, double> values;        ///< finite, by the proxy's name
    std::map<std::string, std::string> refused;  ///< why a proxy has none for this network
};

/// The zero-cost proxies of these names (`zero_cost_proxies()`), of a network with these weights: batch norm by the
/// batch, the loss the mean cross-entropy, single precision. All but `zico` see the first batch alone; `synflow` sees
/// an image of ones, in double precision, with the weights' magnitudes and without batch norms. `naswot`'s bits say of
/// each ReLU's input whether it is above 0, of each ReLU6's whether it is above 0 and whether it is above 6; sigmoids
/// and hard sigmoids, gates that scale channels, have none, and a network with another activation is refused. Use it
/// outside of InferenceMode.
[[nodiscard]] ZeroCostScores zero_cost_scores(const Graph& graph, const Weights& weights,
                                              const std::vector<LabelledBatch>& batches,
                                              const std::vector<std::string>& proxies);

}  // namespace hwnas::train
