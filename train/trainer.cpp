#include "train/trainer.h"

#include <c10/util/Exception.h>

#include <functional>

#include "core/error.h"
#include "core/files.h"
#include "core/json_service.h"
#include "graph/transform.h"
#include "graph/weights.h"
#include "train/compute_device.h"
#include "train/measuring.h"
#include "train/process.h"
#include "train/training.h"
#include "train/training_speed.h"
#include "train/zero_cost_request.h"

namespace hwnas::train {
namespace {

constexpr double most_seed = 9007199254740991;  // 2^53 - 1: what a JSON number holds exactly

/// What a request asks for, once it is read and found right as a whole.
using Work = std::function<Json()>;

Work measured(JsonObject& request) {
    const JsonValue graph = request.required("graph");
    MeasureSettings settings;
    settings.batch = request.integer("batch", settings.batch, {1, 65536});
    settings.threads = request.integer("threads", settings.threads, {1, 1024});
    settings.warmup_runs = request.integer("warmup_runs", settings.warmup_runs, {0, 1e6});
    settings.least_runs = request.integer("least_runs", settings.least_runs, {1, 1e6});
    settings.least_milliseconds = request.number("least_milliseconds", settings.least_milliseconds, {0, 1e7});
    settings.compute_device = request.text("compute_device", settings.compute_device);
    (void)request.one_of("data_type", {"float32"}, "float32");
    return [network = graph_from_json(graph), settings]() -> Json {
        return {{"milliseconds", measure(network, settings)}};
    };
}

Work forwarded(JsonObject& request) {
    const JsonValue graph = request.required("graph");
    const std::string file = request.required("weights").text();
    const std::int64_t batch = request.integer("batch", 1, {1, 65536});
    std::vector<float> input;
    for (const auto& item : request.required("input").items()) input.push_back(static_cast<float>(item.number()));
    return [network = graph_from_json(graph), file, batch, input = std::move(input)]() -> Json {
        return {{"output", run_forward(network, from_safetensors(read_file(file), file), batch, input)}};
    };
}

Work timed(JsonObject& request) {
    const JsonValue graph = request.required("graph");
    SpeedSettings settings;
    settings.batch = request.integer("batch", settings.batch, {1, 65536});
    settings.threads = request.integer("threads", settings.threads, {1, 1024});
    settings.warmup_steps = request.integer("warmup_steps", settings.warmup_steps, {0, 1e6});
    settings.least_seconds = request.number("least_seconds", settings.least_seconds, {0, 3600});
    settings.plain = request.boolean("plain", false);
    return [network = graph_from_json(graph), settings]() -> Json {
        const auto speed = training_speed(network, settings);
        return {{"seconds", speed.seconds}, {"losses", speed.losses}};
    };
}

Work peak_of(JsonObject& request) {
    const double seconds = request.number("least_seconds", 1, {0, 3600});
    return [seconds]() -> Json { return {{"flops", peak_flops(seconds)}}; };
}

Json details(const TrainingResult& result) {
    Json epochs = Json::array();
    for (const auto& epoch : result.epochs)
        epochs.push_back({{"train_loss", epoch.train_loss},
                          {"validation_top1", epoch.validation.top1},
                          {"validation_loss", epoch.validation.loss}});
    Json details{{"epochs", std::move(epochs)},
                 {"images", result.images},
                 {"seconds", result.seconds},
                 {"images_per_second", static_cast<double>(result.images) / std::max(1e-9, result.seconds)}};
    if (result.given_up_after) details["given_up_after"] = *result.given_up_after;
    return details;
}

std::map<std::int64_t, double> give_up_of(JsonObject& request) {
    std::map<std::int64_t, double> give_up;
    if (const auto list = request.optional("give_up"))
        for (const auto& item : list->items()) {
            JsonObject rule(item);
            const auto epoch = rule.required("epoch").integer({1, 1e9});
            give_up[epoch] = rule.required("train_loss").number();
        }
    return give_up;
}

}  // namespace

TrainingRequest TrainingRequest::read(JsonObject& request) {
    (void)request.optional("architecture");  // for trainers that know what a space's choices mean
    const JsonValue graph = request.required("graph");
    const auto seed = static_cast<std::uint64_t>(request.required("seed").integer({0, most_seed}));
    const Recipe recipe = Recipe::read(request.required("budget"));
    const DatasetOptions dataset = DatasetOptions::read(request.required("dataset"));
    const std::string initial_weights = request.text("initial_weights", "");
    const std::string artifacts = request.required("artifacts").text();
    auto give_up = give_up_of(request);
    return {graph_from_json(graph), seed, recipe, dataset, initial_weights, artifacts, std::move(give_up)};
}

std::string Trainer::answer(const std::string& line) {
    return json_answer(line, [this](JsonDocument& document) {
        try {
            return perform(document);
        } catch (const c10::Error& error) {  // its own text has the stack after the reason
            throw RunError(error.what_without_backtrace());
        }
    });
}

Json Trainer::perform(JsonDocument& document) {
    Work work;
    {
        JsonObject request{JsonValue(document)};
        (void)request.optional("id");
        const std::string task = request.required("task").one_of(
            {"describe", "check", "train", "zero-cost", "measure", "forward", "time-training", "peak"});
        document.throw_problems();
        if (task == "describe") work = [] { return Json{{"context", engine_context()}}; };
        if (task == "measure") work = measured(request);
        if (task == "forward") work = forwarded(request);
        if (task == "time-training") work = timed(request);
        if (task == "peak") work = peak_of(request);
        if (task == "check") {
            const DatasetOptions options = DatasetOptions::read(request.required("dataset"));
            work = [this, options, graph = graph_from_json(request.required("graph"))] {
                return check(options, graph);
            };
        }
        if (task == "zero-cost")
            work = [this, asked = ZeroCostRequest::read(request)] {
                return answered(asked, [this](const DatasetOptions& options, const Shape& input) {
                    const Loaded& loaded = load(options, input);
                    return NormalisedDataset{loaded.dataset, loaded.normalisation};
                });
            };
        if (task == "train") work = [this, asked = TrainingRequest::read(request)] { return train(asked); };
    }
    document.throw_problems();  // keys that nothing read
    return work();
}

const Trainer::Loaded& Trainer::load(const DatasetOptions& options, const Shape& input) {
    if (options.size && input.size() == 3 && input != Shape{input[0], (*options.size)[0], (*options.size)[1]})
        return load(options, {input[0], (*options.size)[0], (*options.size)[1]});
    if (!loaded_ || loaded_->options != options || loaded_->input != input) {
        loaded_.reset();
        auto dataset = load_dataset(options, input);
        const Normalisation normalisation(dataset.training);
        loaded_ = Loaded{options, input, std::move(dataset), normalisation};
    }
    return *loaded_;
}

Json Trainer::check(const DatasetOptions& options, const Graph& graph) {
    const auto& [read, input, images, normalisation] = load(options, graph.shape(graph.input()));
    check_fits(images, options, graph);
    return {{"dataset",
             {{"train_images", images.training.count()},
              {"validation_images", images.validation.count()},
              {"test_images", images.test.count()},
              {"classes", images.classes},
              {"mean", normalisation.mean()},
              {"deviation", normalisation.deviation()}}}};
}

Json Trainer::train(const TrainingRequest& request) {
    const double cpu_before = cpu_seconds();
    const Dataset& images = load(request.dataset, request.graph.shape(request.graph.input())).dataset;
    check_fits(images, request.dataset, request.graph);
    Recipe recipe = request.recipe;
    const bool rescale = recipe.width_scale != 1 || recipe.resolution > 0;
    // A network that asks for other images than those of the dataset gets them resized.
    if (request.dataset.size && recipe.resolution == 0)
        recipe.resolution = request.graph.shape(request.graph.input())[1];
    const bool own_shape = recipe.width_scale == 1;
    std::optional<Weights> initial;
    if (!request.initial_weights.empty()) {
        if (!own_shape)
            throw InputError({"initial_weights", "no weights to start from where width_scale is not 1",
                              "\"" + request.initial_weights + "\"", ""});
        initial = from_safetensors(read_file(request.initial_weights), request.initial_weights);
    }
    const TrainingResult result =
        train_network(rescale ? rescaled(request.graph, recipe.width_scale, recipe.resolution) : request.graph, recipe,
                      images, request.seed, initial ? &*initial : nullptr, request.give_up);

    Json values = {{"top1", result.validation.top1}, {"loss", result.validation.loss}};
    if (result.test_top1) values["test_top1"] = *result.test_top1;
    // A narrower network's weights are not those of the network that was asked about.
    const std::string stored = own_shape ? store_weights(request.artifacts, result.weights) : "";
    return {{"values", std::move(values)},
            {"weights", stored},
            {"details", details(result)},
            {"cpu_seconds", cpu_seconds() - cpu_before}};
}

}  // namespace hwnas::train
