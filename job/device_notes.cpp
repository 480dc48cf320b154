#include "job/device_notes.h"

#include <filesystem>

#include "core/error.h"
#include "devices/cost_table.h"
#include "report/figures.h"

namespace hwnas {
namespace {

std::string agreement_text(const Agreement& agreement) {
    return figure_with_unit(agreement.mean_error_percent, "%") + " mean error on " + std::to_string(agreement.count) +
           " whole networks that were held out, " + figure_with_unit(100 * agreement.within_5_percent, "%") +
           " of them within 5 %, Kendall's tau " + format_figure(agreement.kendall_tau, "", 3);
}

std::string origin_text(const CostTable& table) {
    if (table.has(RowOrigin::modelled)) return "modelled, never measured; against the model's own whole networks";
    std::string text = "measured";
    if (table.has(RowOrigin::interpolated)) text += " in part, other widths interpolated";
    if (table.has(RowOrigin::transferred)) text += " in part, the rest from other devices";
    return text + ", " + table.context.value("date", "at an unknown time");
}

const SpaceVerdict* verdict_for(const CostTable& table, const std::string& space_path) {
    if (table.verdicts.size() == 1) return &table.verdicts.front();
    for (const auto& verdict : table.verdicts)
        if (std::filesystem::path(verdict.space_file.value("path", "")).filename() ==
            std::filesystem::path(space_path).filename())
            return &verdict;
    return nullptr;
}

std::string note_of(const std::string& name, const CostTable& table, const std::string& space) {
    std::string text = name + ": " + origin_text(table);
    const SpaceVerdict* verdict = verdict_for(table, space);
    if (verdict == nullptr) return text + "; sums of segments, never held against whole networks";
    text += "; " + agreement_text(verdict->held_out);
    if (verdict->remeasured)
        text +=
            " (measured twice they differ by " + figure_with_unit(verdict->remeasured->mean_error_percent, "%") + ")";
    return text;
}

}  // namespace

DeviceNotes device_notes(const Json& job) {
    DeviceNotes notes;
    for (const auto& device : job.value("devices", Json::array())) {
        if (!device.is_object()) continue;
        const std::filesystem::path path = device.value("table", "");
        std::error_code ignored;
        if (path.empty() || !std::filesystem::is_regular_file(path, ignored)) continue;
        try {
            notes.push_back(note_of(device.value("name", ""), CostTable::load(path), job.value("space", "")));
        } catch (const InputError&) {
            // A table that was damaged since is told by whatever has to use it.
        }
    }
    return notes;
}

std::vector<std::string> modelled_devices(const Json& job) {
    std::vector<std::string> names;
    for (const auto& device : job.value("devices", Json::array()))
        if (device.is_object() && device.value("modelled", false)) names.push_back(device.value("name", ""));
    return names;
}

}  // namespace hwnas
