#include "job/objectives.h"

#include <set>

#include "job/metrics.h"

namespace hwnas {
namespace {

class ObjectiveReader {
public:
    explicit ObjectiveReader(const std::vector<std::string>& devices) : devices_(devices) {}

    /// The metric and key that an objective or a constraint names; null on a problem.
    const MetricKind* read_metric(JsonObject& object, std::string& key) {
        std::vector<std::string> names;
        for (const auto& kind : metric_kinds()) names.push_back(kind.name);
        const auto metric = object.required("metric");
        const std::string name = metric.one_of(names);
        const auto device = object.optional("device");
        const auto unit = object.optional("unit");
        if (!metric.present() || !metric.is_string() || metric.json() != name) return nullptr;
        const MetricKind* kind = find_metric(name);
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
        if (unit && unit->text() != kind->unit) unit->problem("\"" + kind->unit + "\", the unit of " + name);
        key = metric_key(name, device_name, devices_.size());
        return kind;
    }

    void read(JsonObject& root) {
        std::set<std::string> keys;
        for (const auto& item : root.required("objectives").items(1)) {
            JsonObject object(item);
            std::string key;
            const MetricKind* kind = read_metric(object, key);
            const auto direction = object.optional("direction");
            std::string word = direction ? direction->one_of({"minimize", "maximize"}) : "";
            const auto target = object.optional("target");
            std::optional<double> target_value;
            if (target) target_value = target->number({1e-12, 1e18});
            const auto least = object.optional("at_least");
            const auto most = object.optional("at_most");
            if (kind == nullptr) continue;
            if (!keys.insert(key).second) item.problem("each objective once");
            Objective objective{key, kind->unit, kind->direction, target_value};
            if (!word.empty()) objective.direction = word == "minimize" ? Direction::minimize : Direction::maximize;
            objectives_.push_back(objective);
            add_limit(key, kind->unit, least, most);
        }
        if (const auto constraints = root.optional("constraints"))
            for (const auto& item : constraints->items()) {
                JsonObject object(item);
                std::string key;
                const MetricKind* kind = read_metric(object, key);
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
        if (limit.least && limit.most && *limit.least > *limit.most)
            least->problem("no more than \"at_most\"");
        limits_.push_back(limit);
    }

    std::pair<std::vector<Objective>, std::vector<Limit>> result() { return {objectives_, limits_}; }

private:
    const std::vector<std::string>& devices_;
    std::vector<Objective> objectives_;
    std::vector<Limit> limits_;
};

}  // namespace

std::string metric_key(const std::string& metric, const std::string& device, std::size_t devices) {
    return device.empty() || devices < 2 ? metric : metric + "@" + device;
}

std::pair<std::vector<Objective>, std::vector<Limit>> read_objectives(JsonObject& job,
                                                                      const std::vector<std::string>& devices) {
    ObjectiveReader reader(devices);
    reader.read(job);
    return reader.result();
}

std::pair<std::vector<Objective>, std::vector<Limit>> objectives_of(const Json& job) {
    auto document = JsonDocument::from_value(job, "the study's job");
    std::pair<std::vector<Objective>, std::vector<Limit>> result;
    {
        JsonObject root{JsonValue(document)};
        std::vector<std::string> devices;
        if (const auto list = root.optional("devices"))
            for (const auto& device : list->items()) {
                JsonObject object(device);
                devices.push_back(object.text("name", ""));
                for (const auto& key : object.keys()) (void)object.optional(key);
            }
        result = read_objectives(root, devices);
        for (const auto& key : root.keys()) (void)root.optional(key);
    }
    document.throw_problems();
    return result;
}

}  // namespace hwnas
