#include "train/zero_cost_request.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/files.h"
#include "train/batch.h"
#include "train/compute_device.h"
#include "train/network.h"
#include "train/process.h"

namespace hwnas::train {
namespace {

/// `{"images": [N x input shape numbers], "labels": [N numbers]}`.
LabelledBatch read_given(const JsonValue& value, const Graph& graph) {
    const Shape& input = graph.shape(graph.input());
    const std::int64_t classes = element_count(graph.shape(graph.output()));
    JsonObject object(value);
    const auto images = object.required("images"), labels = object.required("labels");
    const auto pixels = images.items();
    const auto given = labels.items(2);
    const auto count = static_cast<std::int64_t>(given.size());
    if (static_cast<std::int64_t>(pixels.size()) != count * element_count(input)) {
        images.problem(std::to_string(count) + " x " + to_string(input) + " numbers, an image for each label");
        return {};
    }
    std::vector<std::int64_t> sizes{count};
    sizes.insert(sizes.end(), input.begin(), input.end());
    LabelledBatch batch{at::empty(sizes, at::kFloat), at::empty({count}, at::kLong)};
    for (std::size_t i = 0; i < pixels.size(); ++i)
        batch.images.data_ptr<float>()[i] = static_cast<float>(pixels[i].number());
    for (std::size_t i = 0; i < given.size(); ++i)
        batch.labels.data_ptr<std::int64_t>()[i] = given[i].integer({0, static_cast<double>(classes - 1)});
    return batch;
}

/// Training images that the seed draws, none of them twice, without augmentation.
std::vector<LabelledBatch> drawn_batches(const ZeroCostRequest& request, const NormalisedDataset& data) {
    const auto& [batch, batches] = std::pair(request.options.batch, request.options.batches);
    if (data.dataset.training.count() < batch * batches)
        throw InputError(
            {"dataset", std::to_string(batches) + " batches of " + std::to_string(batch) + " training images",
             std::to_string(data.dataset.training.count()) + " images", "make \"batch\" or \"batches\" smaller"});
    const Shape& input = request.graph.shape(request.graph.input());
    const Images images =
        resized(subset(data.dataset.training, batch * batches, mix_seed({request.seed, seed_word("zero-cost images")})),
                input[1], input[2]);
    std::vector<std::int64_t> order(static_cast<std::size_t>(images.count()));
    std::iota(order.begin(), order.end(), 0);
    std::vector<LabelledBatch> drawn;
    Rng unused(0);
    for (std::int64_t first = 0; first < batch * batches; first += batch) {
        const std::span part(order.data() + first, static_cast<std::size_t>(batch));
        drawn.push_back({image_batch(images, part, data.normalisation, {}, unused, at::kCPU).contiguous(),
                         label_batch(images.labels, part, at::kCPU)});
    }
    return drawn;
}

Weights fresh_weights(const Graph& graph, std::uint64_t seed) {
    const c10::InferenceMode guard;
    Network network(graph, at::kCPU);
    network.initialise(Rng(seed).split(seed_word("initial weights")));
    return network.weights();
}

}  // namespace

ZeroCostRequest ZeroCostRequest::read(JsonObject& request) {
    (void)request.optional("architecture");  // as a training's
    constexpr double most_seed = 9007199254740991;
    const JsonValue graph = request.required("graph");
    const auto seed = static_cast<std::uint64_t>(request.required("seed").integer({0, most_seed}));
    const auto given = request.optional("batches_given");
    ZeroCostRequest read{graph_from_json(graph),
                         seed,
                         ZeroCostOptions::read(request),
                         request.integer("threads", 1, {1, 1024}),
                         {},
                         {},
                         request.text("initial_weights", "")};
    if (!given) {
        read.dataset = DatasetOptions::read(request.required("dataset"));
        return read;
    }
    for (const auto& item : given->items(1)) read.given.push_back(read_given(item, read.graph));
    return read;
}

Json answered(const ZeroCostRequest& request, const DatasetSource& datasets) {
    const double cpu_before = cpu_seconds();
    use_threads(request.threads);
    std::vector<LabelledBatch> batches = request.given;
    if (request.dataset) {
        const auto data = datasets(*request.dataset, request.graph.shape(request.graph.input()));
        check_fits(data.dataset, *request.dataset, request.graph);
        batches = drawn_batches(request, data);
    }
    const Weights weights = request.initial_weights.empty()
                                ? fresh_weights(request.graph, request.seed)
                                : from_safetensors(read_file(request.initial_weights), request.initial_weights);
    const auto scores = zero_cost_scores(request.graph, weights, batches, request.options.proxies);
    return {{"values", scores.values}, {"refused", scores.refused}, {"cpu_seconds", cpu_seconds() - cpu_before}};
}

}  // namespace hwnas::train
