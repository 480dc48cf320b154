#include "job/searched_space.h"

#include "job/device_tables.h"
#include "job/known_metrics.h"
#include "space/feasible_categories.h"

namespace hwnas {
namespace {

std::vector<CostTable> complete_tables(const Job& job, const CompiledSpace& space, const SearchWatcher& watcher,
                                       const std::stop_token& stop) {
    std::vector<CostTable> tables;
    for (const auto& device : job.devices) {
        auto table = load_or_start_table(device.table, device.config);
        const auto missing = missing_segments(space, table).size();
        if (missing > 0 && !device.measured_by.empty())
            throw InputError({device.table.string(), "a row for each segment of " + space.name(),
                              std::to_string(missing) + " missing",
                              "a search orders them from a worker with " + device.measured_by});
        if (missing > 0 && device.profile_missing) {
            if (watcher.message)
                watcher.message("profiling " + std::to_string(missing) + " segments on " + device.name + " into " +
                                device.table.string());
            auto options = profile_options(job);
            options.rows.table_path = device.table;
            if (watcher.message) options.say = watcher.message;
            if (watcher.profiling)
                options.rows.progress = [&](const ProfileProgress& progress) {
                    watcher.profiling(device.name, progress);
                };
            const auto profiled = profile_on_device(space, device.config, table, options, stop);
            if (watcher.message && profiled.noisy > 0)
                watcher.message(std::to_string(profiled.noisy) + " of " + std::to_string(profiled.measured) +
                                " rows stayed noisy; `hwnas profile --repeat-noisy` measures them again");
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

std::optional<SearchedSpace> ready_networks(const Job& job, const SearchWatcher& watcher, const std::stop_token& stop) {
    const auto space = std::make_shared<const CompiledSpace>(job.space);
    const auto tables = complete_tables(job, *space, watcher, stop);
    if (stop.stop_requested()) return std::nullopt;
    const auto metrics = std::make_shared<const KnownMetrics>(*space, job, tables);
    SearchedSpace searched;
    searched.space = space;
    searched.feasible = std::make_shared<const FeasibleNetworks>(*space, metrics->bounds(job.limits));
    searched.known = metrics->figures();
    searched.network = [space](const Encoding& encoding) { return space->space().lower(encoding); };
    if (!job.space.reference().empty()) searched.reference = job.space.reference();
    searched.reference_name = job.space.reference_name();
    searched.dataset = check_dataset(job.dataset, space->space().lower(space->any()));
    searched.holder = metrics;
    return searched;
}

SearchedSpace ready_categories(const Job& job) {
    SearchedSpace searched;
    searched.space = job.categories;
    for (const auto& [key, table] : job.figures)
        searched.known[key] = [&table = table](const Encoding& encoding) { return table(encoding); };
    std::vector<TableBound> bounds;
    for (const auto& limit : job.limits)
        if (const auto table = job.figures.find(limit.key); table != job.figures.end())  // others: when they are known
            bounds.push_back({limit.key, &table->second, limit.least, limit.most});
    searched.feasible = std::make_shared<const FeasibleCategories>(*job.categories, bounds);
    return searched;
}

}  // namespace

std::optional<SearchedSpace> ready_space(const Job& job, const SearchWatcher& watcher, const std::stop_token& stop) {
    if (job.categories) return ready_categories(job);
    return ready_networks(job, watcher, stop);
}

}  // namespace hwnas
