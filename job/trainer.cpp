#include "job/trainer.h"

#include "core/json_process.h"
#include "job/programs.h"

namespace hwnas {

DatasetInfo check_dataset(const Json& dataset, const Graph& network) {
    constexpr double limit_seconds = 600;  // a large folder of images takes its time
    JsonProcess trainer(computing_program(trainer_command(), 1));
    const auto reply = trainer.ask({{"task", "check"}, {"dataset", dataset}, {"graph", to_json(network)}},
                                   std::chrono::duration<double>(limit_seconds), {});
    if (reply.outcome == JsonProcess::Outcome::refusal) throw InputError({"dataset", "", "", reply.reason});
    if (reply.outcome != JsonProcess::Outcome::answer) throw RunError("the trainer: " + reply.reason);
    try {
        const auto& found = reply.answer.at("dataset");
        return {found.at("train_images"), found.at("validation_images"), found.at("test_images"), found.at("mean"),
                found.at("deviation")};
    } catch (const Json::exception& error) {
        throw RunError(std::string("the trainer's answer to \"check\" cannot be read: ") + error.what());
    }
}

std::filesystem::path artifacts_folder(const Job& job) { return std::filesystem::absolute(job.out) / "artifacts"; }

std::unique_ptr<Evaluator> make_train_evaluator(const Job& job, const Json& recipe, const TrainingLimits& limits) {
    TrainEvaluator::Options options;
    options.command = trainer_command();
    options.threads = recipe.value("threads", std::int64_t{1});
    options.dataset = job.dataset;
    options.budget = recipe;
    options.artifacts = artifacts_folder(job);
    options.start = job.given;
    options.limit_seconds = limits.seconds;
    options.limit_mebibytes = limits.mebibytes;
    return std::make_unique<TrainEvaluator>(std::move(options));
}

}  // namespace hwnas
