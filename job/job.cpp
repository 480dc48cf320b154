#include "job/job.h"

#include <algorithm>
#include <tuple>

#include "core/files.h"
#include "job/objectives.h"
#include "predictors/recipe.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

/// A path that the job reads: expanded, relative to the job's folder, and there.
fs::path existing_path(const JsonValue& value, const fs::path& folder) {
    const std::string text = value.text();
    if (text.empty()) return {};
    try {
        const fs::path path = folder / expand_environment(text, value.place());
        std::error_code error;
        if (!fs::exists(path, error)) value.problem("a path that exists", "there is no " + path.lexically_normal().string());
        return path.lexically_normal();
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return {};
    }
}

/// A path that the job writes: expanded, relative to the working folder.
fs::path output_path(const JsonValue& value) {
    try {
        return expand_environment(value.text(), value.place());
    } catch (const InputError& error) {
        value.document().add_problems(error.problems());
        return {};
    }
}

/// Reads another file and takes its problems over.
template <typename Load>
void load_part(const JsonValue& value, const fs::path& path, const Load& load) {
    std::error_code error;
    if (path.empty() || !fs::exists(path, error)) return;
    try {
        load();
    } catch (const InputError& problems) {
        value.document().add_problems(problems.problems());
    }
}

class JobReader {
public:
    JobReader(Job& job, JsonDocument& document)
        : job_(job), document_(document), folder_(fs::path(document.origin()).parent_path()) {}

    void read() {
        JsonObject root{JsonValue(document_)};
        job_.name = root.required("name").text();
        const auto space = root.required("space");
        job_.space_path = existing_path(space, folder_);
        load_part(space, job_.space_path, [&] { job_.space = SearchSpace::load(job_.space_path); });
        read_dataset(root.required("dataset"));
        if (const auto devices = root.optional("devices"))
            for (const auto& device : devices->items()) read_device(device);
        std::vector<std::string> names;
        for (const auto& device : job_.devices) names.push_back(device.name);
        std::tie(job_.objectives, job_.limits) = read_objectives(root, names);
        job_.strategy = read_strategy(root.required("strategy"));
        if (const auto& strategy = root.required("strategy").json(); strategy.is_object() && strategy.contains("name"))
            job_.strategy_name = strategy["name"].is_string() ? strategy["name"].get<std::string>() : "";
        read_evaluator(root.required("evaluator"));
        read_budget(root.required("budget"));
        job_.workers = root.integer("workers", 1, {1, 1024});
        job_.deterministic = root.boolean("deterministic", true);
        job_.with_reference = root.boolean("reference", true);
        job_.seed = static_cast<std::uint64_t>(root.integer("seed", 0, {0, 9007199254740991}));
        const auto out = root.optional("out");
        job_.out = out ? output_path(*out) : fs::path("runs") / job_.name;
        const auto store = root.optional("store");
        job_.store = store ? output_path(*store).string() : "";
        if (const auto result = root.optional("result")) read_result(*result);
    }

private:
    void read_dataset(const JsonValue& value) {
        JsonObject object(value);
        const auto format = object.required("format").one_of({"idx", "cifar10", "cifar100", "image-folder"});
        const auto path = existing_path(object.required("path"), folder_);
        job_.dataset = {{"format", format},
                        {"path", path.empty() ? "" : fs::absolute(path).string()},
                        {"validation_images", object.integer("validation_images", 6000, {1, 1e9})}};
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
        job_.devices.push_back(std::move(device));
    }

    const JobDevice* device_named(const std::string& name) const {
        for (const auto& device : job_.devices)
            if (device.name == name) return &device;
        return nullptr;
    }

    void read_evaluator(const JsonValue& value) {
        JsonObject object(value);
        (void)object.required("name").one_of({"train"});
        job_.time_limit_seconds = object.number("time_limit_s", 0, {0, 1e9});
        job_.repeats = object.integer("repeats", 1, {1, 1000});
        job_.budget = Json::object();
        if (const auto recipe = object.optional("recipe")) {
            (void)Recipe::read(*recipe);
            job_.budget = recipe->json();
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
};

}  // namespace

Job load_job(JsonDocument document) {
    Job job;
    JobReader(job, document).read();
    document.throw_problems();
    job.source = document.root();
    return job;
}

}  // namespace hwnas
