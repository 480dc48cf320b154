#include <iostream>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "graph/weights.h"
#include "job/network_file.h"
#include "job/programs.h"
#include "job/trainer.h"
#include "job/version.h"
#include "onnx/writer.h"
#include "predictors/recipe.h"

namespace hwnas::cli {
namespace {

/// The recipe: a file, then what single options say.
Json recipe_from(const Options& options) {
    auto document = options.has("recipe") ? JsonDocument::load(find_config(options.text("recipe")))
                                          : JsonDocument::from_value(Json{{"epochs", 10}}, "the default recipe");
    for (const auto& assignment : options.texts("set")) document.override_value(assignment);
    (void)Recipe::read(JsonValue(document));
    document.throw_problems();
    Json recipe = document.root();
    recipe["rate_test"] = true;
    return recipe;
}

Json dataset_from(const Options& options, const Json& stated) {
    if (options.has("dataset"))
        return {{"format", options.text("format", "idx")},
                {"path", std::filesystem::absolute(options.text("dataset")).string()},
                {"validation_images", 6000}};
    if (!stated.is_null()) return stated;
    throw InputError({"hwnas train", "--dataset FOLDER", "nothing", "the file names no data set either"});
}

}  // namespace

int train(const std::vector<std::string>& arguments) {
    Options options(
        "train ARCH.json [OPTIONS]",
        "Trains one network, from its weights where its file has them, rates it once on the test images, and\n"
        "writes its weights (safetensors), its ONNX file and result.json. The file: an architecture of a\n"
        "space, a graph such as `hwnas import` writes, or an ONNX model.");
    options.positional("ARCH.json", true);
    options.value("space", "FILE", "the space of the architecture, instead of the one that its file names");
    options.value("dataset", "PATH", "the images, instead of those that the file names");
    options.value("format", "FORMAT", "of --dataset: idx, cifar10, cifar100, image-folder or npz");
    options.value("recipe", "FILE", "how to train: a JSON like a job's evaluator.recipe (default: 10 epochs)");
    options.values("set", "PATH=VALUE", "override a value of the recipe, e.g. epochs=30");
    options.value("seed", "N", "of initialisation and shuffling (default 0)");
    options.value("out,o", "FOLDER", "where to write (default: train-NAME)");
    if (!options.parse(arguments)) return exit_done;

    const auto network = load_network(find_config(options.text("ARCH.json")), options.text("space"));
    const Json recipe = recipe_from(options);
    const Json dataset = dataset_from(options, network.dataset);
    const std::filesystem::path out = options.text("out", "train-" + network.name);
    auto seed_document = JsonDocument::from_value(Json::parse(options.text("seed", "0"), nullptr, false), "--seed");
    const auto seed = JsonValue(seed_document).integer({0, 9007199254740991});
    seed_document.throw_problems();

    Interrupt interrupt;
    Progress progress;
    const auto info = check_dataset(dataset, network.graph);
    progress.say("training " + network.name + " on " + std::to_string(info.train_images) + " images, validated on " +
                 std::to_string(info.validation_images));
    TrainEvaluator::Options trainer;
    trainer.command = trainer_command();
    trainer.threads = recipe.value("threads", std::int64_t{1});
    trainer.dataset = dataset;
    trainer.budget = recipe;
    trainer.artifacts = std::filesystem::absolute(out);
    if (network.weights)
        trainer.start = std::make_shared<const TrainEvaluator::Options::Start>(
            TrainEvaluator::Options::Start{network.graph, *network.weights});
    TrainEvaluator evaluator(trainer);
    EvaluationRequest request;
    request.architecture = network.architecture;
    request.graph = network.graph;
    request.seed = static_cast<std::uint64_t>(seed);
    Evaluation evaluation;
    try {
        evaluation = evaluator.evaluate(request, interrupt.token());
    } catch (const EvaluationStopped&) {
        std::cerr << "stopped; nothing was written\n";
        return exit_interrupted;
    }
    const auto weights = load_weights(out, evaluation.weights);
    const std::string id = graph_id(network.graph);
    write_file_durably(
        out / "network.onnx",
        to_onnx(network.graph, weights, {version, id, OnnxMetadata::Training::full, info.mean, info.deviation}));
    write_file_durably(out / "result.json", Json{{"id", id},
                                                 {"architecture", network.architecture},
                                                 {"values", evaluation.values},
                                                 {"weights", evaluation.weights},
                                                 {"recipe", recipe},
                                                 {"dataset", dataset},
                                                 {"seed", seed},
                                                 {"cpu_seconds", evaluation.cpu_seconds},
                                                 {"details", evaluation.details}}
                                                    .dump(2) +
                                                "\n");
    std::cout << "validation top-1 " << evaluation.values.at("top1") << " %, test top-1 "
              << evaluation.values.at("test_top1") << " %, " << evaluation.details.value("images_per_second", 0.0)
              << " images a second\nWritten: " << (out / "network.onnx").string() << ", "
              << (out / "result.json").string() << ", " << (out / (evaluation.weights + ".safetensors")).string()
              << '\n';
    return exit_done;
}

}  // namespace hwnas::cli
