#include "job/device_tables.h"

#include "devices/rapl.h"
#include "devices/runners.h"
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

ProfileOutcome profile_on_device(const CompiledSpace& space, const DeviceConfig& device, CostTable& table,
                                 SpaceProfileOptions options, const std::stop_token& stop) {
    const auto runner = make_runner(device, find_program);
    // What runs elsewhere or is only modelled uses none of this machine's energy.
    RaplAccess rapl;
    if (runner_kind(device.runner).this_machine) rapl = RaplAccess::open(device.powercap_root);
    options.rows.no_energy_reason = rapl.reason;
    return profile_space(space, *runner, rapl.meter.get(), device, table, options, stop);
}

SpaceProfileOptions profile_options(const Job& job) {
    SpaceProfileOptions options;
    options.rows.seed = job.seed;
    options.space_path = job.space_path;
    options.space_file = JsonDocument::load(job.space_path).root();
    return options;
}

SpaceFile SpaceFile::load(const std::filesystem::path& path) {
    return {path, JsonDocument::load(path).root(), SearchSpace::load(path)};
}

SpaceFile SpaceFile::of_table(const CostTable& table, const std::string& table_name, const std::string& name) {
    std::string names;
    for (const auto& verdict : table.verdicts) names += (names.empty() ? "" : ", ") + verdict.space;
    if (!name.empty() && table.verdict(name) == nullptr && std::filesystem::exists(name)) return load(name);
    const SpaceVerdict* found =
        name.empty() && table.verdicts.size() == 1 ? &table.verdicts.front() : table.verdict(name);
    if (found == nullptr)
        throw InputError({table_name, name.empty() ? "the space of one profile" : "a profile of the space " + name,
                          names.empty() ? "none" : names,
                          names.empty() ? "profile a space with this table first, or name one with --space"
                                        : "name one of them with --space"});
    const std::filesystem::path path = found->space_file.value("path", "");
    SpaceFile file{path, found->space_file.value("content", Json()), {}};
    JsonDocument document = JsonDocument::from_value(file.content, path.string());
    file.space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    return file;
}

}  // namespace hwnas
