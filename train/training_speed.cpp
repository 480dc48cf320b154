#include "train/training_speed.h"

#include <algorithm>
#include <chrono>

#include "core/rng.h"
#include "predictors/recipe.h"
#include "train/compute_device.h"
#include "train/loss.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/plain_network.h"

namespace hwnas::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr double momentum = 0.9;

/// It rises as a recipe's warm-up does: at a constant one two ways of rounding drift apart in some dozen steps.
double rate_of(const SpeedSettings& settings, std::size_t step) {
    constexpr double rise = 5e-5;
    return rise * static_cast<double>(step + 1) * static_cast<double>(settings.batch) / 128;
}

struct Batch {
    at::Tensor images;  ///< {N, C, H, W}
    at::Tensor labels;
};

/// Images of as many patterns as there are classes, under noise, so that there is something to learn.
std::vector<Batch> made_batches(const Graph& graph, std::int64_t size) {
    constexpr std::size_t batches = 8;
    const Shape& shape = graph.shape(graph.input());
    const std::int64_t classes = graph.shape(graph.output())[0], pixels = element_count(shape);
    Rng rng(2);
    const auto drawn = [&](std::int64_t count) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (auto& value : values) value = static_cast<float>(rng.normal());
        return values;
    };
    const auto patterns = drawn(classes * pixels);
    std::vector<Batch> made;
    std::vector<std::int64_t> sizes{size};
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    for (std::size_t i = 0; i < batches; ++i) {
        Batch batch{at::empty(sizes, at::kFloat), at::empty({size}, at::kLong)};
        for (std::int64_t n = 0; n < size; ++n) {
            const auto label = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(classes)));
            batch.labels.data_ptr<std::int64_t>()[n] = label;
            const auto noise = drawn(pixels);
            const float* pattern = patterns.data() + label * pixels;
            float* image = batch.images.data_ptr<float>() + n * pixels;
            for (std::int64_t p = 0; p < pixels; ++p) image[p] = 0.1F * pattern[p] + noise[static_cast<std::size_t>(p)];
        }
        made.push_back(std::move(batch));
    }
    return made;
}

template <class Step>
TrainingSpeed timed(const std::vector<Batch>& batches, const SpeedSettings& settings, const Step& step) {
    TrainingSpeed speed;
    std::int64_t done = 0;
    for (double total = 0; done < settings.warmup_steps || total < settings.least_seconds; ++done) {
        const Batch& batch = batches[static_cast<std::size_t>(done) % batches.size()];
        const auto start = Clock::now();
        speed.losses.push_back(step(batch, rate_of(settings, static_cast<std::size_t>(done))));
        const double seconds = seconds_since(start);
        if (done < settings.warmup_steps) continue;
        speed.seconds.push_back(seconds);
        total += seconds;
    }
    return speed;
}

Weights fresh_weights(const Graph& graph) {
    Network network(graph, at::Device(at::kCPU));
    return network.weights();
}

}  // namespace

TrainingSpeed training_speed(const Graph& graph, const SpeedSettings& settings) {
    use_threads(settings.threads);
    auto batches = made_batches(graph, settings.batch);
    if (settings.plain) {
        PlainNetwork network(graph, fresh_weights(graph));
        return timed(batches, settings, [&](const Batch& batch, double rate) {
            return network.step(batch.images, batch.labels, rate, momentum);
        });
    }
    const c10::InferenceMode guard;
    // As `train_network` has them.
    for (auto& batch : batches) batch.images = batch.images.contiguous(at::MemoryFormat::ChannelsLast);
    Network network(graph, at::Device(at::kCPU));
    Recipe recipe;
    recipe.momentum = momentum;
    recipe.weight_decay = 0;
    Optimizer optimizer(recipe, network.parameters(), network.gradients(), network.decayed_parameters());
    return timed(batches, settings, [&](const Batch& batch, double rate) {
        const Loss loss = cross_entropy(network.forward(batch.images, Mode::training), batch.labels, 0);
        network.backward(loss.gradient);
        optimizer.step(rate);
        return loss.value;
    });
}

double peak_flops(double least_seconds) {
    use_threads(1);
    const c10::InferenceMode guard;
    constexpr std::int64_t size = 1024;
    const double flops = 2.0 * size * size * size;
    const at::Tensor a = at::ones({size, size}), b = at::ones({size, size});
    // A 1x1 convolution over a map of 32 x 32 is the same product, by oneDNN.
    const at::Tensor map = at::ones({1, size, 32, 32}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor filters = at::ones({size, size, 1, 1});
    double best = 0;
    const auto start = Clock::now();
    do {
        auto begin = Clock::now();
        (void)at::mm(a, b);
        best = std::max(best, flops / seconds_since(begin));
        begin = Clock::now();
        (void)at::conv2d(map, filters);
        best = std::max(best, flops / seconds_since(begin));
    } while (seconds_since(start) < least_seconds);
    return best;
}

}  // namespace hwnas::train
