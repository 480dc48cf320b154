#include "train/zero_cost.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "train/autograd.h"
#include "train/plain_network.h"
#include "train/zero_cost_scores.h"

namespace hwnas::train {
namespace {

using Tensors = std::vector<at::Tensor>;

Tensors weights_of(const PlainNetwork& network) {
    Tensors weights;
    for (const auto& layer : network.layers()) weights.push_back(layer.weight);
    return weights;
}

/// Mean cross-entropy, written out: of LibTorch's own (1.13) the forward derivative has no gradient.
at::Tensor loss_of(const at::Tensor& scores, const LabelledBatch& batch) {
    const at::Tensor lowered = scores - scores.detach().amax(1, true);
    const at::Tensor right = lowered.gather(1, batch.labels.unsqueeze(1)).squeeze(1);
    return (lowered.exp().sum(1).log() - right).mean();
}

/// Computes what is asked, each pass once for all that need it.
class Scoring {
public:
    Scoring(const Graph& graph, const Weights& weights, const std::vector<LabelledBatch>& batches,
            const std::vector<std::string>& proxies)
        : graph_(graph), batches_(batches), asked_(proxies.begin(), proxies.end()), network_(graph, weights) {
        if (asks({"naswot", "jacob_cov", "grad_norm", "snip", "grasp", "fisher", "zico"})) first_batch();
        if (asks({"zico"})) other_batches();
        if (asks({"synflow"})) flow(weights);
    }
    [[nodiscard]] const ZeroCostScores& scores() const { return scores_; }

private:
    [[nodiscard]] bool asks(const std::vector<std::string>& names) const {
        return std::any_of(names.begin(), names.end(), [this](const auto& name) { return asked_.contains(name); });
    }

    void tell(const std::string& name, double value) {
        if (std::isfinite(value))
            scores_.values[name] = value;
        else
            scores_.refused[name] = "it is " + std::to_string(value) + " for this network";
    }

    void first_batch() {
        const at::Tensor images = batches_.front().images.detach().clone().set_requires_grad(asks({"jacob_cov"}));
        const auto values = network_.values(images);
        if (asks({"naswot"})) codes(values);
        const at::Tensor& scores = values.back();
        if (asks({"jacob_cov"}))
            tell("jacob_cov", jacobian_covariance(gradients({scores}, {images}, {at::ones_like(scores)}).front()));
        if (asks({"grad_norm", "snip", "grasp", "fisher", "zico"})) of_loss(values);
    }

    void of_loss(const Tensors& values) {
        const Tensors weights = weights_of(network_);
        Tensors wanted = weights;
        Tensors outputs;
        for (const auto& layer : network_.layers()) outputs.push_back(values[layer.node]);
        if (asks({"fisher"})) wanted.insert(wanted.end(), outputs.begin(), outputs.end());
        const auto found = gradients({loss_of(values.back(), batches_.front())}, wanted);
        const auto end = found.begin() + static_cast<std::ptrdiff_t>(weights.size());
        const Tensors of_weights(found.begin(), end), of_outputs(end, found.end());
        first_gradients_ = of_weights;
        if (asks({"grasp"})) tell("grasp", grasp(weights, hessian_gradients(weights)));
        if (asks({"grad_norm"})) tell("grad_norm", gradient_norm(of_weights));
        if (asks({"snip"})) tell("snip", saliency(weights, of_weights));
        if (asks({"fisher"})) tell("fisher", fisher(outputs, of_outputs));
    }

    /// The gradients of how fast the loss changes along its own gradient (Pearlmutter 1994).
    [[nodiscard]] Tensors hessian_gradients(const Tensors& weights) const {
        const LabelledBatch& batch = batches_.front();
        const auto change = directional_derivative(weights, first_gradients_, [&](const Tensors& moving) {
            return loss_of(network_.with(moving).forward(batch.images, PlainNetwork::Norm::spelled_out), batch);
        });
        return gradients({change}, weights);
    }

    void other_batches() {
        std::vector<Tensors> all{first_gradients_};
        for (auto batch = batches_.begin() + 1; batch != batches_.end(); ++batch)
            all.push_back(gradients({loss_of(network_.forward(batch->images), *batch)}, weights_of(network_)));
        if (all.size() < 2)
            scores_.refused["zico"] = "it compares the gradients of two batches or more, and there is one";
        else
            tell("zico", zico(all));
    }

    void flow(Weights weights) {
        for (auto& [name, tensor] : weights)
            for (auto& value : tensor.values) value = std::abs(value);
        const PlainNetwork linear(graph_, weights, at::kDouble);
        auto sizes = graph_.shape(graph_.input());
        sizes.insert(sizes.begin(), 1);
        const at::Tensor flow = linear.forward(at::ones(sizes, at::kDouble), PlainNetwork::Norm::nothing).sum();
        const Tensors layers = weights_of(linear);
        // Its logarithm: the sum grows with a power of the depth, and is beyond what can be compared by differences.
        tell("synflow", std::log(saliency(layers, gradients({flow}, layers))));
    }

    void codes(const Tensors& values) {
        using Activation = op::Activation::Kind;
        Tensors bits;
        for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
            const Node& node = graph_.nodes()[i];
            const auto* activation = std::get_if<op::Activation>(&node.op);
            if (activation == nullptr || activation->kind == Activation::sigmoid ||
                activation->kind == Activation::hard_sigmoid)
                continue;
            if (activation->kind != Activation::relu && activation->kind != Activation::relu6) {
                scores_.refused["naswot"] = "its codes say on which linear piece each activation is, and that of " +
                                            node.name + ", " + op::activation_name(activation->kind) + ", has none";
                return;
            }
            const at::Tensor x = values[static_cast<std::size_t>(node.inputs.front())].detach().flatten(1);
            bits.push_back(x > 0);
            if (activation->kind == Activation::relu6) bits.push_back(x > 6);
        }
        if (bits.empty())
            scores_.refused["naswot"] =
                "its codes say on which linear piece each activation is, and there are no ReLUs";
        else
            tell("naswot", naswot(bits));
    }

    const Graph& graph_;
    const std::vector<LabelledBatch>& batches_;
    std::set<std::string> asked_;
    PlainNetwork network_;
    Tensors first_gradients_;
    ZeroCostScores scores_;
};

}  // namespace

ZeroCostScores zero_cost_scores(const Graph& graph, const Weights& weights, const std::vector<LabelledBatch>& batches,
                                const std::vector<std::string>& proxies) {
    return Scoring(graph, weights, batches, proxies).scores();
}

}  // namespace hwnas::train
