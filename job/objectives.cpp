#include "job/objectives.h"

#include <algorithm>
#include <set>

namespace hwnas {
namespace {

class ObjectiveReader {
public:
    ObjectiveReader(const std::vector<MetricKind>& metrics, const std::vector<ObjectiveDevice>& devices)
        : metrics_(metrics) {
        for (const auto& device : devices) {
            devices_.push_back(device.name);
            if (device.modelled) modelled_.insert(device.name);
        }
    }

    /// The metric and key that an objective or a constraint names; null on a problem.
    const MetricKind* read_metric(JsonObject& object, std::string& key, bool& modelled) {
        std::vector<std::string> names;
        for (const auto& kind : metrics_) names.push_back(kind.name);
        const auto metric = object.required("metric");
        const auto device = object.optional("device");
        const auto unit = object.optional("unit");
        if (names.empty()) return nullptr;  // what declares them could not be read, and that was told
        const std::string name = metric.one_of(names);
        if (!metric.present() || !metric.is_string() || metric.json() != name) return nullptr;
        const MetricKind* kind = find_metric(metrics_, name);
        std::string device_name;
        if (kind->of_device) {
            if (device) {
                device_name = device->text();
                if (!devices_.empty()) device_name = device->one_of(devices_);
            } else if (devices_.size() == 1) {
                device_name = devices_.front();
            }
            if (devices_.empty())
                metric.problem("a device for it: an entry in \"devices\"");
            else if (device_name.empty())
                metric.problem("the key \"device\" beside it, since the job has several");
        } else if (device) {
            device->problem("no device: " + name + " is the same on all of them");
        }
        if (unit && unit->text() != kind->unit && !kind->unit.empty())
            unit->problem("\"" + kind->unit + "\", the unit of " + name);
        key = metric_key(name, device_name, devices_.size());
        modelled = modelled_.contains(device_name);
        return kind;
    }

    void read(JsonObject& root) {
        std::set<std::string> keys;
        for (const auto& item : root.required("objectives").items(1)) {
            JsonObject object(item);
            std::string key;
            bool modelled = false;
            const MetricKind* kind = read_metric(object, key, modelled);
            const auto direction = object.optional("direction");
            std::string word = direction ? direction->one_of({"minimize", "maximize"}) : "";
            const auto target = object.optional("target");
            std::optional<double> target_value;
            if (target) target_value = target->number({1e-12, 1e18});
            const auto worst = object.optional("worst");
            std::optional<double> worst_value;
            if (worst) worst_value = worst->number();
            const auto least = object.optional("at_least");
            const auto most = object.optional("at_most");
            if (kind == nullptr) continue;
            if (!keys.insert(key).second) item.problem("each objective once");
            if (word.empty() && !kind->direction) item.problem("the key \"direction\": \"minimize\" or \"maximize\"");
            Objective objective{key,          kind->unit, kind->direction.value_or(Direction::minimize),
                                target_value, modelled,   worst_value};
            if (!word.empty()) objective.direction = word == "minimize" ? Direction::minimize : Direction::maximize;
            objectives_.push_back(objective);
            add_limit(key, kind->unit, least, most);
        }
        if (const auto constraints = root.optional("constraints"))
            for (const auto& item : constraints->items()) {
                JsonObject object(item);
                std::string key;
                bool modelled = false;
                const MetricKind* kind = read_metric(object, key, modelled);
                const auto least = object.optional("at_least");
                const auto most = object.optional("at_most");
                if (!least && !most) item.problem("\"at_most\" or \"at_least\"");
                if (kind != nullptr) add_limit(key, kind->unit, least, most);
            }
    }

    void add_limit(const std::string& key, const std::string& unit, const std::optional<JsonValue>& least,
                   const std::optional<JsonValue>& most) {
        if (!least && !most) return;
        Limit limit{key, unit, {}, {}};
        if (least) limit.least = least->number();
        if (most) limit.most = most->number();
        if (limit.least && limit.most && *limit.least > *limit.most) least->problem("no more than \"at_most\"");
        limits_.push_back(limit);
    }

    std::pair<std::vector<Objective>, std::vector<Limit>> result() { return {objectives_, limits_}; }

private:
    const std::vector<MetricKind>& metrics_;
    std::vector<std::string> devices_;
    std::set<std::string> modelled_;
    std::vector<Objective> objectives_;
    std::vector<Limit> limits_;
};

/// The metrics that a stored job names: what it states of them goes before what a
/// network's metrics of that name have. With devices only the others may be stated.
std::vector<MetricKind> stated_metrics(const Json& job) {
    std::vector<MetricKind> metrics = metric_kinds();
    const bool devices = job.contains("devices");
    for (const char* part : {"objectives", "constraints"})
        for (const auto& item : job.value(part, Json::array())) {
            if (!item.is_object() || !item.contains("metric") || !item.contains("unit")) continue;
            const std::string name = item.at("metric");
            if (devices && find_metric(name) != nullptr) continue;
            const MetricKind* usual = find_metric(name);
            const auto direction = usual != nullptr ? usual->direction : std::nullopt;
            std::erase_if(metrics, [&](const MetricKind& kind) { return kind.name == name; });
            metrics.push_back({name, item.at("unit"), direction, false, false});
        }
    return metrics;
}

}  // namespace

std::string metric_key(const std::string& metric, const std::string& device, std::size_t devices) {
    return device.empty() || devices < 2 ? metric : metric + "@" + device;
}

std::pair<std::vector<Objective>, std::vector<Limit>> read_objectives(JsonObject& job,
                                                                      const std::vector<MetricKind>& metrics,
                                                                      const std::vector<ObjectiveDevice>& devices) {
    ObjectiveReader reader(metrics, devices);
    reader.read(job);
    return reader.result();
}

void state_units(Json& job, const std::vector<MetricKind>& metrics) {
    for (const char* part : {"objectives", "constraints"}) {
        if (!job.contains(part)) continue;
        for (auto& item : job[part]) {
            const MetricKind* kind = find_metric(metrics, item.at("metric"));
            if (kind == nullptr) continue;
            item["unit"] = kind->unit;
            if (part == std::string("objectives") && !item.contains("direction"))
                item["direction"] = to_string(kind->direction.value());
        }
    }
}

std::pair<std::vector<Objective>, std::vector<Limit>> objectives_of(const Json& job) {
    auto document = JsonDocument::from_value(job, "the study's job");
    std::pair<std::vector<Objective>, std::vector<Limit>> result;
    {
        JsonObject root{JsonValue(document)};
        std::vector<ObjectiveDevice> devices;
        if (const auto list = root.optional("devices"))
            for (const auto& device : list->items()) {
                JsonObject object(device);
                devices.push_back({object.text("name", ""), object.boolean("modelled", false)});
                for (const auto& key : object.keys()) (void)object.optional(key);
            }
        result = read_objectives(root, stated_metrics(job), devices);
        for (const auto& key : root.keys()) (void)root.optional(key);
    }
    document.throw_problems();
    return result;
}

}  // namespace hwnas
