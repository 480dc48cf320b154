#include "train/training_by_parts.h"

#include <algorithm>

namespace hwnas::train {
namespace {

/// Of the largest tensor of a part: some of them are to fit a core's own cache, or its share of the next.
constexpr std::int64_t bytes_of_a_part = 1 << 20;

bool is_norm(const Layer& layer) { return std::holds_alternative<op::BatchNormalization>(layer.op); }

}  // namespace

TrainingByParts::TrainingByParts(const Graph& graph, std::vector<Layer>& layers)
    : layers_(&layers), stage_of_(graph.nodes().size(), 0), kept_(graph.nodes().size(), false) {
    std::int64_t largest = 1;
    for (const auto& node : graph.nodes()) {
        shapes_.push_back(node.shape);
        largest = std::max(largest, element_count(node.shape) * static_cast<std::int64_t>(sizeof(float)));
    }
    images_a_part_ = std::max<std::int64_t>(1, bytes_of_a_part / largest);
    stages_.resize(1);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        norms_.emplace_back(layers[l]);
        std::size_t stage = 0;
        for (const std::size_t input : layers[l].inputs) stage = std::max(stage, stage_of_[input]);
        if (is_norm(layers[l])) stages_[stage++].norms.push_back(l);
        if (stage >= stages_.size()) stages_.resize(stage + 1);
        for (const std::size_t input : layers[l].inputs) kept_[input] = kept_[input] || stage_of_[input] < stage;
        stages_[stage].layers.push_back(l);
        stage_of_[layers[l].output] = stage;
    }
    kept_.front() = kept_.back() = true;
}

std::vector<TrainingByParts::Part> TrainingByParts::parts() const {
    std::vector<Part> parts;
    for (std::int64_t first = 0; first < images_; first += images_a_part_)
        parts.push_back({first, std::min(images_a_part_, images_ - first)});
    return parts;
}

at::Tensor TrainingByParts::of(const at::Tensor& whole, const Part& part) {
    return whole.narrow(0, part.first, part.count);
}

at::Tensor TrainingByParts::value(const Tensors& made, std::size_t tensor, const Part& part) const {
    return made[tensor].defined() ? made[tensor] : of(values_[tensor], part);
}

at::Tensor TrainingByParts::like(std::size_t tensor, bool zeros) const {
    std::vector<std::int64_t> sizes{images_};
    sizes.insert(sizes.end(), shapes_[tensor].begin(), shapes_[tensor].end());
    const auto format = sizes.size() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    at::Tensor made = at::empty(sizes, at::TensorOptions().dtype(at::kFloat).memory_format(format));
    return zeros ? made.zero_() : made;
}

at::Tensor TrainingByParts::computed(std::size_t layer, const Tensors& made, const Part& part, Mode mode) {
    Layer& by = (*layers_)[layer];
    Tensors inputs;
    for (const std::size_t input : by.inputs) inputs.push_back(value(made, input, part));
    if (is_norm(by)) return norms_[layer].apply(inputs.front());
    const bool in_place = mode == Mode::evaluation && kept_[by.output];
    return train::forward(by, inputs, mode, false, 0, in_place ? of(values_[by.output], part) : at::Tensor());
}

void TrainingByParts::keep(std::size_t tensor, const at::Tensor& made, const Part& part) {
    const at::Tensor place = of(values_[tensor], part);
    if (place.data_ptr() != made.data_ptr()) place.copy_(made);
}

at::Tensor TrainingByParts::forward(const at::Tensor& input, double momentum) {
    images_ = input.size(0);
    values_.assign(shapes_.size(), {});
    values_[0] = input;
    const auto all_parts = parts();
    Tensors made(shapes_.size());
    for (const Stage& stage : stages_) {
        for (const std::size_t norm : stage.norms) norms_[norm].begin();
        for (const std::size_t l : stage.layers)
            if (const std::size_t output = (*layers_)[l].output; kept_[output]) values_[output] = like(output, false);
        for (const Part& part : all_parts) {
            for (const std::size_t l : stage.layers) {
                const std::size_t output = (*layers_)[l].output;
                made[output] = computed(l, made, part, Mode::evaluation);
                if (kept_[output]) keep(output, made[output], part);
            }
            for (const std::size_t norm : stage.norms)
                norms_[norm].see(value(made, (*layers_)[norm].inputs.front(), part));
            for (const std::size_t l : stage.layers) made[(*layers_)[l].output].reset();
        }
        for (const std::size_t norm : stage.norms) norms_[norm].finish(momentum);
    }
    return values_.back();
}

TrainingByParts::Tensors TrainingByParts::recalled(const Stage& stage, const Part& part) {
    Tensors made(shapes_.size());
    for (const std::size_t l : stage.layers) {
        Layer& layer = (*layers_)[l];
        const bool kept = kept_[layer.output];
        if (kept && std::holds_alternative<op::Conv>(layer.op))
            remember_input(layer, value(made, layer.inputs.front(), part));
        else if (!kept || !std::holds_alternative<op::Add>(layer.op))
            made[layer.output] = computed(l, made, part, Mode::training);
    }
    return made;
}

void TrainingByParts::add_gradient(std::size_t tensor, const Part& part, const at::Tensor& gradient) {
    if (!gradients_[tensor].defined()) gradients_[tensor] = like(tensor, true);
    of(gradients_[tensor], part).add_(gradient);
}

void TrainingByParts::backward_part(const Stage& stage, std::size_t number, const Part& part,
                                    bool want_input_gradient) {
    const Tensors made = recalled(stage, part);
    Tensors gradients(shapes_.size());
    const auto add = [&](std::size_t tensor, const at::Tensor& gradient) {
        at::Tensor& sum = gradients[tensor];
        sum = sum.defined() ? at::add(sum, gradient) : gradient;
    };
    for (std::size_t tensor = 0; tensor < gradients_.size(); ++tensor)
        if (stage_of_[tensor] == number && gradients_[tensor].defined()) add(tensor, of(gradients_[tensor], part));
    for (const std::size_t norm : stage.norms)
        if (masked_[norm].defined()) {
            const std::size_t input = (*layers_)[norm].inputs.front();
            add(input, norms_[norm].input_gradient(value(made, input, part), of(masked_[norm], part)));
        }
    for (auto l = stage.layers.rbegin(); l != stage.layers.rend(); ++l) {
        Layer& layer = (*layers_)[*l];
        const at::Tensor gradient = std::move(gradients[layer.output]);
        gradients[layer.output].reset();
        if (!gradient.defined()) {  // a node that nothing reads has no part in the output
            layer.saved = {};
            continue;
        }
        if (is_norm(layer)) {
            if (!masked_[*l].defined()) masked_[*l] = like(layer.inputs.front(), false);
            norms_[*l].see_gradient(value(made, layer.inputs.front(), part), gradient, of(masked_[*l], part));
            continue;
        }
        const bool wanted = want_input_gradient || layer.inputs.front() != 0;
        const auto found = train::backward(layer, gradient, wanted);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::size_t input = layer.inputs[i];
            if (!found[i].defined()) continue;
            if (stage_of_[input] == number)
                add(input, found[i]);
            else
                add_gradient(input, part, found[i]);
        }
    }
    if (number == 0 && want_input_gradient && gradients.front().defined()) {
        if (!gradients_.front().defined()) gradients_.front() = like(0, false);
        of(gradients_.front(), part).copy_(gradients.front());
    }
}

at::Tensor TrainingByParts::backward(const at::Tensor& output_gradient, bool want_input_gradient) {
    gradients_.assign(shapes_.size(), {});
    gradients_.back() = output_gradient;
    masked_.assign(layers_->size(), {});
    const auto all_parts = parts();
    for (std::size_t number = stages_.size(); number-- > 0;) {
        const Stage& stage = stages_[number];
        for (const std::size_t l : stage.layers)
            if (is_norm((*layers_)[l])) norms_[l].begin_backward();
        for (const Part& part : all_parts) backward_part(stage, number, part, want_input_gradient);
        for (const std::size_t l : stage.layers)
            if (masked_[l].defined()) norms_[l].finish_backward();
        for (const std::size_t norm : stage.norms) masked_[norm].reset();
        for (std::size_t tensor = 1; tensor < shapes_.size(); ++tensor)
            if (stage_of_[tensor] == number) {
                gradients_[tensor].reset();
                values_[tensor].reset();
            }
    }
    return gradients_.front();
}

}  // namespace hwnas::train
