#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.h"
#include "graph/graph.h"
#include "graph/weights.h"
#include "train/layers.h"
#include "train/libtorch.h"
#include "train/training_by_parts.h"

namespace hwnas::train {

/// A graph made to run and to learn by LibTorch's operators: a list of layers, and
/// reverse-mode differentiation over it. Written out rather than left to
/// LibTorch's autograd, because layers can then fuse what LibTorch cannot, all
/// tensors skip the bookkeeping (InferenceMode), and every gradient lands in one
/// array that the optimiser walks once.
/// Use it inside a c10::InferenceMode guard.
class Network {
public:
    /// Weights are those of a freshly initialised network with seed 0.
    Network(const Graph& graph, const at::Device& device);
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// Convolutions: normal, variance 2 / fan-out (He et al. 2015, section 2.2, as
    /// torchvision's MobileNetV2 has it); batch norm 1 and 0; fully connected:
    /// normal, standard deviation 0.01; biases 0. Each tensor draws from a stream
    /// of its own, named after it, so that a change elsewhere leaves it alone.
    void initialise(const Rng& rng);
    /// Takes over what is given; where only some are wanted, other tensors stay as
    /// they are. Throws InputError where names or shapes are not the graph's.
    void load(const Weights& weights, const std::string& origin, Wanted wanted = Wanted::all);
    [[nodiscard]] Weights weights() const;

    /// Lets the next forward passes in training mode make the running statistics anew, as the even average of all of
    /// them (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima", section 3.2).
    void restart_statistics();

    /// {N, input shape} to {N, output shape}. In training mode batch norm goes by
    /// the batch, and what `backward` needs is kept.
    [[nodiscard]] at::Tensor forward(const at::Tensor& input, Mode mode);
    /// From the gradient of the last forward pass's output, in training mode, to
    /// `gradients()`, overwriting them; gives the input's where it is asked for.
    at::Tensor backward(const at::Tensor& output_gradient, bool want_input_gradient = false);

    /// All trainable weights in one array, those that weight decay shrinks
    /// (convolution and fully connected weights) first; the gradients alike.
    [[nodiscard]] at::Tensor parameters() const { return parameters_; }
    [[nodiscard]] at::Tensor gradients() const { return gradients_; }
    [[nodiscard]] std::int64_t decayed_parameters() const { return decayed_; }

    /// One named weight tensor: a view, or a running statistic.
    struct Named {
        std::string name;
        at::Tensor tensor, gradient;  ///< no gradient where it is not trainable
    };
    [[nodiscard]] const std::vector<Named>& tensors() const { return tensors_; }

private:
    void make_layers();
    void make_weights();
    [[nodiscard]] double momentum() const;

    Graph graph_;
    at::Device device_;
    std::vector<Layer> layers_;
    std::vector<std::size_t> last_reader_;  ///< per tensor: number of the layer that reads it last
    std::vector<std::size_t> readers_;      ///< per tensor: how many layers read it
    std::vector<Named> tensors_;
    at::Tensor parameters_, gradients_;
    std::int64_t decayed_ = 0;
    std::int64_t training_passes_ = 0;
    double least_share_;                       ///< of the newest batch in the running statistics
    std::optional<TrainingByParts> by_parts_;  ///< where the device is a CPU with the vector units for it
};

}  // namespace hwnas::train
