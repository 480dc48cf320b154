#include "job/job.h"

#include <algorithm>
#include <tuple>

#include "devices/runners.h"
#include "job/job_paths.h"
#include "job/metrics.h"
#include "job/objectives.h"
#include "job/prior.h"
#include "job/rung_checks.h"
#include "job/starting_networks.h"
#include "predictors/dataset_formats.h"
#include "predictors/recipe.h"
#include "report/figures.h"
#include "space/width_space.h"
#include "study/server_address.h"
#include "study/tags.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

class JobReader {
public:
    JobReader(Job& job, JsonDocument& document)
        : job_(job), document_(document), folder_(fs::path(document.origin()).parent_path()) {
        context_.folder = folder_;
        job_.folder = folder_;
    }

    void read() {
        JsonObject root{JsonValue(document_)};
        job_.name = root.required("name").text();
        read_space(root.required("space"));
        evaluator_ = root.required("evaluator");
        job_.evaluator = read_evaluator(*evaluator_, context_);
        // Where the space can't be read, the evaluator tells what is meant.
        const bool networks =
            context_.kind ? *context_.kind == SpaceKind::network : rates_networks(job_.evaluator.name);
        if (networks)
            read_network_parts(root);
        else
            read_categorical_parts(root);
        std::vector<ObjectiveDevice> devices;
        for (const auto& device : job_.devices)
            devices.push_back({device.name, runner_kind(device.config.runner).modelled});
        std::tie(job_.objectives, job_.limits) = read_objectives(root, metrics_, devices);
        job_.strategy = read_strategy(root.required("strategy"));
        if (const auto& strategy = root.required("strategy").json(); strategy.is_object() && strategy.contains("name"))
            job_.strategy_name = strategy["name"].is_string() ? strategy["name"].get<std::string>() : "";
        if (job_.evaluator.inherit && (job_.strategy_name == "netadapt" || job_.strategy_name == "successive-halving"))
            evaluator_->problem("no \"inherit\" with a strategy that passes weights on itself",
                                job_.strategy_name + " does: leave it out");
        if (job_.evaluator.name == "train") check_recipes(root.required("strategy"));
        check_targets(root.required("strategy"));
        check_rungs(root.required("strategy"), *evaluator_);
        read_budget(root.required("budget"));
        if (const auto benchmark = root.optional("benchmark")) job_.benchmark = Benchmark::read(*benchmark);
        if (const auto start = root.optional("start")) read_start(*start);
        if (const auto prior = root.optional("prior")) read_prior_study(*prior, root.required("strategy"));
        if (const auto stopping = root.optional("early_stopping")) read_early_stopping(*stopping);
        if (const auto repeats = root.optional("front_repeats")) read_front_repeats(*repeats);
        // A study's job tells what its tables held; they are looked at anew.
        if (const auto told = root.optional("contents")) {
            JsonObject hashes(*told);
            for (const auto& key : hashes.keys()) (void)hashes.text(key, "");
        }
        job_.workers = root.integer("workers", 1, {1, 65536});
        job_.deterministic = root.boolean("deterministic", true);
        job_.with_reference = root.boolean("reference", true);
        job_.seed = static_cast<std::uint64_t>(root.integer("seed", 0, {0, 9007199254740991}));
        const auto out = root.optional("out");
        job_.out = out ? output_path(*out) : fs::path("runs") / job_.name;
        if (const auto store = root.optional("store")) read_store(*store);
        const bool server = is_server_address(job_.store);
        job_.by_workers = root.one_of("evaluate", {"here", "workers"}, server ? "workers" : "here") == "workers";
        if (const auto needs = root.optional("needs")) read_needs(*needs);
        job_.most_attempts = root.integer("attempts", 5, {1, 1000});
    }

    /// What objectives and constraints may name.
    [[nodiscard]] const std::vector<MetricKind>& metrics() const { return metrics_; }
    /// `content_hash` of each table of choices or results, by the JSON path that names it.
    [[nodiscard]] const std::map<std::string, std::string>& contents() const { return contents_; }

private:
    void read_space(const JsonValue& value) {
        job_.space_path = existing_path(value, folder_);
        load_part(value, job_.space_path, [&] {
            auto document = JsonDocument::load(job_.space_path);
            const auto kind = read_space_kind(JsonValue(document));
            document.throw_problems();
            context_.kind = kind;
            if (kind == SpaceKind::categorical)
                job_.categories = std::make_shared<const CategoricalSpace>(CategoricalSpace::load(job_.space_path));
            else
                read_networks();
        });
        context_.categories = job_.categories;
    }

    void read_networks() {
        job_.space = SearchSpace::load(job_.space_path);
        if (auto given = given_network(job_.space_path))
            job_.given = std::make_shared<const TrainEvaluator::Options::Start>(
                TrainEvaluator::Options::Start{std::move(given->graph), std::move(given->weights)});
    }

    void read_network_parts(JsonObject& root) {
        read_dataset(root.required("dataset"));
        if (const auto devices = root.optional("devices"))
            for (const auto& device : devices->items()) read_device(device);
        if (const auto result = root.optional("result")) read_result(*result);
        if (const auto costs = root.optional("costs"))
            costs->problem("no costs: a space of networks has its own, and its devices'");
        metrics_ = metric_kinds();
        // Nobody would ever tell the others.
        if (!job_.evaluator.metrics.empty())
            std::erase_if(metrics_, [this](const MetricKind& kind) {
                return !kind.known && !job_.evaluator.metrics.contains(kind.name);
            });
        for (const auto& [name, unit] : job_.evaluator.metrics) {
            const MetricKind* usual = find_metric(name);
            if (usual == nullptr)
                metrics_.push_back({name, unit, std::nullopt, false, false});
            else if (usual->known || usual->of_device)
                evaluator_->problem("metrics that only an evaluator can tell",
                                    "\"" + name + "\" is known from the network and its devices");
        }
    }

    void read_categorical_parts(JsonObject& root) {
        for (const char* key : {"dataset", "devices", "result"})
            if (const auto value = root.optional(key))
                value->problem("no \"" + std::string(key) + "\": there are no networks behind a categorical space");
        auto units = job_.evaluator.metrics;
        job_.figures = job_.evaluator.known;
        contents_ = job_.evaluator.contents;
        if (const auto costs = root.optional("costs")) {
            auto read = read_choice_tables(*costs, context_);
            for (const auto& [name, unit] : read.units)
                if (!units.emplace(name, unit).second)
                    costs->problem("figures that the evaluator does not give", "\"" + name + "\" is one of its values");
            job_.figures.merge(read.tables);
            contents_.merge(read.contents);
        }
        for (const auto& [name, unit] : units) {
            const MetricKind* usual = find_metric(name);
            metrics_.push_back(
                {name, unit, usual != nullptr ? usual->direction : std::nullopt, false, job_.figures.contains(name)});
        }
    }

    void read_start(const JsonValue& value) {
        if (!space_is_unread()) job_.start = read_starting_networks(value, folder_, read_architecture());
    }

    /// The space's own problems say enough then.
    [[nodiscard]] bool space_is_unread() const { return !job_.categories && job_.space.choices().empty(); }

    [[nodiscard]] ReadArchitecture read_architecture() const {
        return [this](const JsonValue& choices) {
            return job_.categories ? job_.categories->from_json(choices) : job_.space.from_json(choices);
        };
    }

    void read_prior_study(const JsonValue& value, const JsonValue& strategy) {
        if (!job_.strategy_name.empty() && !learns_a_model(strategy.json()))
            value.problem(
                "a strategy that learns a model: model-based, evolution with \"screened\" or reinforce with "
                "\"imagined\"",
                job_.strategy_name + " would make nothing of it: leave it out");
        if (space_is_unread()) return;
        auto prior = read_prior(value, folder_, read_architecture());
        job_.prior = std::move(prior.figures);
        contents_["/prior"] = prior.content;
    }

    void read_dataset(const JsonValue& value) {
        JsonObject object(value);
        const auto format = object.required("format").one_of(dataset_formats());
        const auto path = existing_path(object.required("path"), folder_);
        job_.dataset = {{"format", format},
                        {"path", path.empty() ? "" : fs::absolute(path).string()},
                        {"validation_images", object.integer("validation_images", 6000, {1, 1e9})}};
        // Networks of other resolutions are trained on the same images, resized.
        if (job_.space.chooses_resolution()) job_.dataset["size"] = {job_.space.input()[1], job_.space.input()[2]};
    }

    void read_device(const JsonValue& value) {
        JsonObject object(value);
        JobDevice device;
        const auto name = object.required("name");
        device.name = name.text();
        if (device_named(device.name) != nullptr) name.problem("a device name that is not taken");
        if (device.name.find('@') != std::string::npos) name.problem("a device name without @");
        const auto profile = object.required("profile");
        const auto path = existing_path(profile, folder_);
        load_part(profile, path, [&] { device.config = DeviceConfig::load(path); });
        const auto table = object.required("table");
        device.table = output_path(table);
        device.profile_missing = object.boolean("profile_missing", true);
        if (const auto measured_by = object.optional("measured_by")) {
            device.measured_by = measured_by->text();
            if (measured_by->is_string() && !is_tag(device.measured_by))
                measured_by->problem("a worker's tag of letters, digits and .:_-, such as \"board:pi4\"");
            if (!device.profile_missing)
                measured_by->problem("nothing beside \"profile_missing\": false", "leave one of them out");
        }
        // As a study's job tells it.
        if (const auto modelled = object.optional("modelled"))
            if (modelled->boolean() != runner_kind(device.config.runner).modelled)
                modelled->problem("what the device is: its runner is " + device.config.runner, "leave it out");
        job_.devices.push_back(std::move(device));
    }

    const JobDevice* device_named(const std::string& name) const {
        for (const auto& device : job_.devices)
            if (device.name == name) return &device;
        return nullptr;
    }

    /// A strategy's budgets are parts of the trainer's recipe.
    static void check_recipes(const JsonValue& strategy) {
        if (!strategy.is_object()) return;
        for (const char* key : {"short_term", "long_term"})
            if (const auto found = strategy.json().find(key); found != strategy.json().end() && found->is_object())
                (void)Recipe::read(JsonValue(strategy.document(), &*found, strategy.pointer() + "/" + key));
    }

    /// A strategy's targets are of objectives, which it would learn only after a device was profiled.
    void check_targets(const JsonValue& strategy) const {
        if (!strategy.is_object()) return;
        const auto targets = strategy.json().find("targets");
        if (targets == strategy.json().end() || !targets->is_object()) return;
        std::vector<std::string> keys;
        for (const auto& objective : job_.objectives)
            if (objective.direction == Direction::minimize) keys.push_back(objective.key);
        for (const auto& [key, list] : targets->items()) {
            if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
            const auto near = nearest_word(key, keys);
            JsonValue(strategy.document(), &list, strategy.pointer() + "/targets/" + key)
                .problem("the key of an objective that is minimised", near ? "did you mean \"" + *near + "\"?" : "");
        }
    }

    void read_budget(const JsonValue& value) {
        JsonObject object(value);
        const auto full = object.optional("full_evaluations");
        if (full) job_.full_evaluations = full->number({0.001, 1e9});
        const auto trials = full ? object.optional("trials") : object.required("trials");
        if (trials) job_.trials = trials->integer({1, 1e9});
        job_.hours = object.number("hours", 0, {0, 1e6});
    }

    void read_early_stopping(const JsonValue& value) {
        JsonObject object(value);
        EarlyStoppingSettings settings;
        settings.confidence = object.number("confidence", settings.confidence, {0.5, 0.9999});
        settings.least_curves = object.integer("least_curves", settings.least_curves, {4, 1'000'000});
        settings.audited = object.integer("audited", settings.audited, {2, 1'000'000});
        job_.early_stopping = settings;
        if (job_.evaluator.name != "train")
            value.problem("the evaluator \"train\", which tells how its trainings go",
                          "leave it out with the evaluator \"" + job_.evaluator.name + "\"");
        if (job_.strategy_name == "successive-halving" || job_.strategy_name == "netadapt")
            value.problem("a strategy whose trainings are all alike",
                          job_.strategy_name + " gives up networks by itself: leave it out");
        bool accuracy = false;
        for (const auto& objective : job_.objectives) {
            accuracy = accuracy || objective.key == "top1";
            if (objective.key != "top1" && job_.evaluator.metrics.contains(objective.key))
                value.problem("objectives that are known before a training, beside top1",
                              "\"" + objective.key + "\" is known after it alone");
        }
        if (!accuracy && !job_.objectives.empty()) value.problem("top1 among the objectives");
    }

    void read_front_repeats(const JsonValue& value) {
        JsonObject object(value);
        FrontRepeatsSettings settings;
        settings.share = object.number("share", settings.share, {0.01, 0.9});
        settings.most = object.integer("most", settings.most, {2, 1000});
        settings.deviations = object.number("deviations", settings.deviations, {0.1, 10});
        job_.front_repeats = settings;
        if (job_.strategy_name == "successive-halving" || job_.strategy_name == "netadapt")
            value.problem("a strategy whose trainings are all alike",
                          job_.strategy_name + " trains networks in parts: leave it out");
        const bool learned =
            std::any_of(job_.objectives.begin(), job_.objectives.end(),
                        [&](const Objective& objective) { return job_.evaluator.metrics.contains(objective.key); });
        if (!learned && !job_.objectives.empty())
            value.problem("an objective that evaluations tell, with noise",
                          "objectives that are known exactly: leave it out");
    }

    void read_store(const JsonValue& value) {
        job_.store = output_path(value).string();
        if (!tells_password(job_.store)) return;
        // Not by the value's own problem, which would show it.
        document_.add_problems(
            {{value.place(), "an address without a password", shown_address(job_.store), instead_of_password}});
        job_.store = shown_address(job_.store);
    }

    void read_needs(const JsonValue& value) {
        for (const auto& item : value.items()) {
            const auto tag = item.text();
            if (is_tag(tag))
                job_.needs.insert(tag);
            else
                item.problem("a tag of letters, digits and .:_-, such as \"gpu\" or \"board:pi4\"");
        }
    }

    void read_result(const JsonValue& value) {
        JsonObject object(value);
        job_.train_front = object.boolean("train_front", false);
        job_.front_budget = Json::object();
        if (const auto recipe = object.optional("recipe")) {
            (void)Recipe::read(*recipe);
            job_.front_budget = recipe->json();
        }
    }

    Job& job_;
    JsonDocument& document_;
    fs::path folder_;
    EvaluatorContext context_;
    std::optional<JsonValue> evaluator_;
    std::vector<MetricKind> metrics_;
    std::map<std::string, std::string> contents_;
};

}  // namespace

std::string budget_text(const Job& job) {
    std::string text = job.trials > 0 ? std::to_string(job.trials) + " trials" : "";
    if (job.full_evaluations > 0)
        text += (text.empty() ? "" : ", at most ") + figure_with_unit(job.full_evaluations, "whole evaluations");
    return text;
}

Job load_job(JsonDocument document) {
    Job job;
    JobReader reader(job, document);
    reader.read();
    document.throw_problems();
    job.source = document.root();
    for (std::size_t i = 0; i < job.devices.size(); ++i)
        if (runner_kind(job.devices[i].config.runner).modelled) job.source["devices"][i]["modelled"] = true;
    // A study is read without the evaluator and the files that declare what its figures are.
    auto declared = reader.metrics();
    if (!job.categories)
        std::erase_if(declared, [](const MetricKind& kind) { return find_metric(kind.name) != nullptr; });
    state_units(job.source, declared);
    // Its answers are those of its tables, which somebody may change before it goes on.
    if (!reader.contents().empty()) job.source["contents"] = reader.contents();
    return job;
}

}  // namespace hwnas
