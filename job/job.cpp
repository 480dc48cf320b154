#include "job/job.h"

#include <algorithm>
#include <tuple>

#include "devices/runners.h"
#include "job/job_paths.h"
#include "job/metrics.h"
#include "job/objectives.h"
#include "job/starting_networks.h"
#include "predictors/recipe.h"
#include "space/width_space.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

class JobReader {
public:
    JobReader(Job& job, JsonDocument& document)
        : job_(job), document_(document), folder_(fs::path(document.origin()).parent_path()) {
        context_.folder = folder_;
    }

    void read() {
        JsonObject root{JsonValue(document_)};
        job_.name = root.required("name").text();
        read_space(root.required("space"));
        evaluator_ = root.required("evaluator");
        job_.evaluator = read_evaluator(*evaluator_, context_);
        // Where the space can't be read, the evaluator tells what is meant.
        const bool networks = context_.kind ? *context_.kind == SpaceKind::network
                                            : job_.evaluator.name == "train" || job_.evaluator.name == "command";
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
        if (job_.evaluator.name == "train") check_recipes(root.required("strategy"));
        check_targets(root.required("strategy"));
        read_budget(root.required("budget"));
        if (const auto start = root.optional("start")) read_start(*start);
        // A study's job tells what its tables held; they are looked at anew.
        if (const auto told = root.optional("contents")) {
            JsonObject hashes(*told);
            for (const auto& key : hashes.keys()) (void)hashes.text(key, "");
        }
        job_.workers = root.integer("workers", 1, {1, 1024});
        job_.deterministic = root.boolean("deterministic", true);
        job_.with_reference = root.boolean("reference", true);
        job_.seed = static_cast<std::uint64_t>(root.integer("seed", 0, {0, 9007199254740991}));
        const auto out = root.optional("out");
        job_.out = out ? output_path(*out) : fs::path("runs") / job_.name;
        const auto store = root.optional("store");
        job_.store = store ? output_path(*store).string() : "";
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
        const bool unread = !job_.categories && job_.space.choices().empty();
        if (unread) return;  // the space's own problems say enough
        job_.start = read_starting_networks(value, folder_, [this](const JsonValue& choices) {
            return job_.categories ? job_.categories->from_json(choices) : job_.space.from_json(choices);
        });
    }

    void read_dataset(const JsonValue& value) {
        JsonObject object(value);
        const auto format = object.required("format").one_of({"idx", "cifar10", "cifar100", "image-folder"});
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
        job_.trials = object.required("trials").integer({1, 1e9});
        job_.hours = object.number("hours", 0, {0, 1e6});
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

Job load_job(JsonDocument document) {
    Job job;
    JobReader reader(job, document);
    reader.read();
    document.throw_problems();
    job.source = document.root();
    for (std::size_t i = 0; i < job.devices.size(); ++i)
        if (runner_kind(job.devices[i].config.runner).modelled) job.source["devices"][i]["modelled"] = true;
    // A study is read without the files that declare what its figures are.
    if (job.categories) state_units(job.source, reader.metrics());
    // Its answers are those of its tables, which somebody may change before it goes on.
    if (!reader.contents().empty()) job.source["contents"] = reader.contents();
    return job;
}

}  // namespace hwnas
