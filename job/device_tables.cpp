#include "job/device_tables.h"

#include "devices/rapl.h"
#include "devices/trainer_runner.h"
#include "job/programs.h"

namespace hwnas {

std::vector<const Segment*> missing_segments(const CompiledSpace& space, const CostTable& table) {
    std::vector<const Segment*> missing;
    for (const auto& segment : space.segments())
        if (!table.rows.contains(segment.key)) missing.push_back(&segment);
    return missing;
}

CostTable load_or_start_table(const std::filesystem::path& path, const DeviceConfig& device) {
    if (std::filesystem::exists(path)) return CostTable::load(path);
    CostTable table;
    table.device = device.name;
    table.batch = device.run.batch;
    table.threads = device.run.threads;
    table.data_type = device.run.data_type;
    return table;
}

ProfileOutcome profile_space(const CompiledSpace& space, const DeviceConfig& device, CostTable& table,
                             ProfileOptions options, const std::stop_token& stop) {
    std::vector<const Segment*> segments;
    for (const auto& segment : space.segments()) segments.push_back(&segment);
    TrainerRunner runner(trainer_command(), device.run.threads);
    auto rapl = RaplAccess::open(device.powercap_root);
    options.no_energy_reason = rapl.reason;
    return profile(segments, runner, rapl.meter.get(), device, table, options, stop);
}

}  // namespace hwnas
