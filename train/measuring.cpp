#include "train/measuring.h"

#include <chrono>
#include <cstring>

#include "core/error.h"
#include "train/compute_device.h"
#include "train/network.h"

namespace hwnas::train {
namespace {

/// No device file should be able to keep a machine for good.
constexpr std::size_t most_runs = 1'000'000;

std::vector<std::int64_t> with_batch(std::int64_t batch, const Shape& shape) {
    std::vector<std::int64_t> sizes{batch};
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    return sizes;
}

at::Tensor in_memory_order(const at::Tensor& x) {
    return x.dim() == 4 ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
}

}  // namespace

std::vector<double> measure(const Graph& graph, const MeasureSettings& settings) {
    const c10::InferenceMode guard;
    const at::Device device = compute_device(settings.compute_device);
    use_threads(settings.threads);
    Network network(graph, device);
    at::Tensor input = at::empty(with_batch(settings.batch, graph.shape(graph.input())), at::kFloat);
    Rng rng(1);
    for (std::int64_t i = 0; i < input.numel(); ++i) input.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    input = in_memory_order(input.to(device));

    using Clock = std::chrono::steady_clock;
    const auto run = [&] {
        const auto start = Clock::now();
        const at::Tensor output = network.forward(input, Mode::evaluation);
        synchronise(device);
        return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    };
    for (std::int64_t i = 0; i < settings.warmup_runs; ++i) run();
    std::vector<double> runs;
    double total = 0;
    while ((static_cast<std::int64_t>(runs.size()) < settings.least_runs || total < settings.least_milliseconds) &&
           runs.size() < most_runs) {
        runs.push_back(run());
        total += runs.back();
    }
    return runs;
}

std::vector<float> run_forward(const Graph& graph, const Weights& weights, std::int64_t batch,
                               const std::vector<float>& input) {
    const c10::InferenceMode guard;
    const Shape& shape = graph.shape(graph.input());
    const std::int64_t expected = batch * element_count(shape);
    if (static_cast<std::int64_t>(input.size()) != expected)
        throw InputError({"input",
                          std::to_string(expected) + " numbers, " + std::to_string(batch) + " x " + to_string(shape),
                          std::to_string(input.size()), ""});
    use_threads(1);
    Network network(graph, at::Device(at::kCPU));
    network.load(weights, "weights");
    at::Tensor x = at::empty(with_batch(batch, shape), at::kFloat);
    std::memcpy(x.data_ptr<float>(), input.data(), input.size() * sizeof(float));
    const at::Tensor y = network.forward(in_memory_order(x), Mode::evaluation).contiguous();
    return {y.data_ptr<float>(), y.data_ptr<float>() + y.numel()};
}

}  // namespace hwnas::train
