#include "job/results.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>

#include "core/files.h"
#include "graph/weights.h"
#include "job/device_notes.h"
#include "job/version.h"
#include "onnx/writer.h"
#include "report/device_matrix.h"
#include "report/front_files.h"
#include "report/plot.h"
#include "report/summary.h"
#include "search/controller.h"
#include "study/origin.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

/// Repeats of the proxy count from 0; the full training's seed is none of theirs.
constexpr std::int64_t full_training_repeat = -1;

fs::path networks_folder(const Job& job) { return job.out / "networks"; }

fs::path full_result_path(const Job& job, const std::string& id) { return networks_folder(job) / (id + ".full.json"); }

/// An earlier run's result, if it was made with the same recipe and its weights are there.
std::optional<FullTraining> earlier_result(const Job& job, const std::string& id) {
    const auto path = full_result_path(job, id);
    if (!fs::exists(path)) return std::nullopt;
    const Json json = Json::parse(read_file(path), nullptr, false);
    if (!json.is_object() || json.value("recipe", Json()) != job.front_budget) return std::nullopt;
    FullTraining result{id, json.value("validation_top1", 0.0), json.value("test_top1", 0.0),
                        json.value("weights", "")};
    if (!fs::exists(artifacts_folder(job) / (result.weights + ".safetensors"))) return std::nullopt;
    return result;
}

FullTraining train_network(const Job& job, const FrontEntry& network, Evaluator& evaluator,
                           const std::stop_token& stop) {
    auto document = JsonDocument::from_value(network.choices, "trial");
    const Encoding encoding = job.space.from_json(JsonValue(document));
    document.throw_problems();
    EvaluationRequest request;
    request.architecture = network.choices;
    request.graph = job.space.lower(encoding);
    request.seed = evaluation_seed(job.seed, network.id, full_training_repeat);
    const auto evaluation = evaluator.evaluate(request, stop);
    FullTraining result{network.id, evaluation.values.at("top1"), evaluation.values.at("test_top1"),
                        evaluation.weights};
    write_file_durably(full_result_path(job, network.id), Json{{"architecture", network.choices},
                                                               {"validation_top1", result.validation_top1},
                                                               {"test_top1", result.test_top1},
                                                               {"weights", result.weights},
                                                               {"recipe", job.front_budget},
                                                               {"details", evaluation.details}}
                                                                  .dump(2) +
                                                              "\n");
    return result;
}

/// The network as a file of its own, for `hwnas inspect` and `hwnas train`.
Json network_json(const Job& job, const Front& front, std::size_t index) {
    const auto& network = front.networks[index];
    Json objectives = Json::object();
    for (const auto& objective : front.objectives) objectives[objective.key] = network.values.at(objective.key);
    return {{"id", network.id},
            {"space", fs::absolute(job.space_path).string()},
            {"architecture", network.choices},
            {"dataset", job.dataset},
            {"objectives", std::move(objectives)},
            {"weights", network.weights},
            {"weights_from", network.weights_from},
            {"onnx", network.onnx}};
}

/// The networks that the front shows, each as JSON and, where it has weights, as ONNX.
void write_networks(const Job& job, const DatasetInfo& dataset, Front& front, const std::vector<FullTraining>& full) {
    for (const std::size_t index : front.shown()) {
        auto& network = front.networks[index];
        network.weights_from = network.weights.empty() ? "" : "proxy";
        const auto trained = std::find_if(full.begin(), full.end(), [&](const auto& f) { return f.id == network.id; });
        if (trained != full.end()) {
            network.weights = trained->weights;
            network.weights_from = "full";
            network.values["full_top1"] = trained->validation_top1;
            network.values["test_top1"] = trained->test_top1;
        }
        // Another program may keep its weights where it likes.
        const bool kept_elsewhere = job.evaluator.name != "train" && trained == full.end() &&
                                    !fs::exists(artifacts_folder(job) / (network.weights + ".safetensors"));
        if (!network.weights.empty() && !kept_elsewhere) {
            auto document = JsonDocument::from_value(network.choices, "trial");
            const Graph graph = job.space.lower(job.space.from_json(JsonValue(document)));
            const auto weights = load_weights(artifacts_folder(job), network.weights);
            network.onnx = "networks/" + network.id + ".onnx";
            const auto training = trained != full.end() ? OnnxMetadata::Training::full : OnnxMetadata::Training::proxy;
            write_file_durably(
                job.out / network.onnx,
                to_onnx(graph, weights, {version, network.id, training, dataset.mean, dataset.deviation}));
        }
        write_file_durably(networks_folder(job) / (network.id + ".json"),
                           network_json(job, front, index).dump(2) + "\n");
    }
}

using Write = std::function<void(const fs::path& path, const std::string& content)>;

/// With several devices, each one's own front from the same trials: what is of other devices does not count.
void write_device_fronts(const Job& job, const StudyInfo& info, std::span<const Trial> trials, const Write& write) {
    if (job.devices.size() < 2) return;
    for (const auto& device : job.devices) {
        const auto of_others = [&](const auto& item) {
            const std::string of = device_of(item.key);
            return !of.empty() && of != device.name;
        };
        auto objectives = job.objectives;
        auto limits = job.limits;
        std::erase_if(objectives, of_others);
        std::erase_if(limits, of_others);
        const bool own = std::any_of(objectives.begin(), objectives.end(), [&](const Objective& objective) {
            return device_of(objective.key) == device.name;
        });
        if (!own) continue;
        const Front front = make_front(trials, objectives, limits, reference_name_of(trials));
        write(job.out / ("front-" + device.name + ".svg"), front_svg(front, {info.name + ", " + device.name}));
        write(job.out / ("pareto-" + device.name + ".json"), front_json(front).dump(2) + "\n");
        write(job.out / ("pareto-" + device.name + ".csv"), front_csv(front));
    }
}

}  // namespace

std::vector<FullTraining> train_front(const Job& job, const Front& front,
                                      const std::function<void(const std::string&)>& message,
                                      const std::stop_token& stop) {
    Json budget = job.front_budget;
    budget["rate_test"] = true;
    auto evaluator = make_train_evaluator(job, budget, {});
    const std::size_t count = front.entries.size();
    std::vector<std::optional<FullTraining>> results(count);
    std::mutex saying;
    const auto say = [&](const std::string& text) {
        const std::lock_guard lock(saying);
        if (message) message(text);
    };
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++) {
            const auto& network = front.networks[front.entries[i]];
            results[i] = earlier_result(job, network.id);
            if (results[i]) continue;
            say("training " + network.id + " in full (" + std::to_string(i + 1) + " of " + std::to_string(count) + ")");
            try {
                results[i] = train_network(job, network, *evaluator, stop);
            } catch (const EvaluationStopped&) {
                return;
            } catch (const EvaluationError& error) {
                say(network.id + " was not trained in full: " + error.what());
            }
        }
    };
    {
        // Where trials are evaluated elsewhere, this machine may be no place for many trainings.
        const auto at_a_time = job.by_workers ? std::size_t{1} : static_cast<std::size_t>(job.workers);
        std::vector<std::future<void>> workers;
        for (std::size_t i = 0; i < std::min(count, at_a_time); ++i)
            workers.push_back(std::async(std::launch::async, work));
        for (auto& worker : workers) worker.get();
    }
    std::vector<FullTraining> trained;
    for (auto& result : results)
        if (result) trained.push_back(std::move(*result));
    return trained;
}

std::vector<fs::path> write_results(const Job& job, const DatasetInfo& dataset, const StudyInfo& info,
                                    std::span<const Trial> trials, Front& front, const std::vector<FullTraining>& full,
                                    std::string& summary) {
    std::vector<fs::path> files;
    const auto write = [&files](const fs::path& path, const std::string& content) {
        write_file_durably(path, content);
        files.push_back(path);
    };
    const bool networks = !job.categories;
    if (networks) write_networks(job, dataset, front, full);
    const Summary figures = summarise(trials, front);
    write(job.out / "front.svg", front_svg(front, {info.name}));
    write(job.out / "progress.svg", progress_svg(front, figures.progress, {info.name}));
    write(job.out / "pareto.json", front_json(front).dump(2) + "\n");
    write(job.out / "pareto.csv", front_csv(front));
    summary = summary_text(info, front, figures, device_notes(job.source));
    write_device_fronts(job, info, trials, write);
    if (const auto matrix = device_matrix(front, modelled_devices(job.source))) {
        write(job.out / "devices.json", to_json(*matrix, front).dump(2) + "\n");
        summary += "\n" + device_matrix_text(*matrix, front);
    }
    write(job.out / "summary.md",
          "# " + info.name + "\n\n" + front_table(front, TableStyle::markdown) + "\n" + summary);
    if (networks) files.push_back(networks_folder(job));
    return files;
}

}  // namespace hwnas
