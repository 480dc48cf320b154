#include "devices/profile_context.h"

#include "core/error.h"
#include "devices/machine_context.h"

namespace hwnas {
namespace {

constexpr std::size_t kept_earlier_contexts = 20;

void check_fit(const CostTable& table, const DeviceConfig& device, const Json& context, const std::string& place) {
    std::vector<Problem> problems;
    const auto compare = [&](const std::string& what, const Json& now, const Json& then) {
        if (now == then || now.is_null() || then.is_null()) return;
        problems.push_back(
            {place, "rows for " + what + " " + now.dump(), what + " " + then.dump(), "write to another table"});
    };
    compare("device", device.name, table.device);
    compare("batch", device.run.batch, table.batch);
    compare("threads", device.run.threads, table.threads);
    compare("data_type", device.run.data_type, table.data_type);
    for (const char* key : {"runner", "engine", "streams", "accelerator", "command"})
        compare(key, value_at(device.source, (std::string("/") + key).c_str()),
                value_at(table.device_file, (std::string("/") + key).c_str()));
    for (const char* pointer : {"/cpu/model", "/engine/engine", "/engine/version"})
        compare(std::string(pointer).substr(1), value_at(context, pointer), value_at(table.context, pointer));
    if (!problems.empty()) throw InputError(problems);
}

}  // namespace

Json profile_context(const DeviceConfig& device, Runner& runner) {
    Json context = machine_context();
    context["engine"] = runner.context();
    context["rounds"] = {{"least", device.rounds.least},
                         {"most", device.rounds.most},
                         {"agree_percent", device.rounds.agree_percent},
                         {"most_bursts", device.rounds.most_bursts}};
    context["burst"] = {{"warmup_runs", device.run.warmup_runs},
                        {"least_runs", device.run.least_runs},
                        {"least_milliseconds", device.run.least_milliseconds}};
    return context;
}

void begin_profile(CostTable& table, const DeviceConfig& device, Json context, const std::string& place) {
    if (!table.rows.empty()) {
        check_fit(table, device, context, place);
        Json earlier = table.context.value("earlier", Json::array());
        Json last = table.context;
        last.erase("earlier");
        if (earlier.size() >= kept_earlier_contexts) earlier.erase(0);
        earlier.push_back(std::move(last));
        context["earlier"] = std::move(earlier);
    }
    table.device = device.name;
    table.batch = device.run.batch;
    table.threads = device.run.threads;
    table.data_type = device.run.data_type;
    table.device_file = device.source;
    table.context = std::move(context);
}

}  // namespace hwnas
