#include "devices/rapl.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "core/error.h"
#include "core/files.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> counter_value(const fs::path& path) {
    std::ifstream file(path);
    std::int64_t value = 0;
    if (!(file >> value) || value < 0) return std::nullopt;
    return value;
}

// `intel-rapl:0`, but neither `intel-rapl:0:1` (a part of it) nor
// `intel-rapl-mmio:0` (the same package by another way).
bool is_package_folder(const std::string& name) {
    const std::string prefix = "intel-rapl:";
    return name.starts_with(prefix) && name.find(':', prefix.size()) == std::string::npos;
}

}  // namespace

double RaplMeter::millijoules() {
    for (auto& package : packages_) {
        const auto now = counter_value(package.counter);
        if (!now) throw RunError(package.counter.string() + ": the energy counter can't be read any more");
        std::int64_t used = *now - package.last;
        if (used < 0) used += package.range;
        total_ += static_cast<double>(used);
        package.last = *now;
    }
    return total_ / 1000.0;
}

RaplAccess RaplAccess::open(const fs::path& root) {
    std::error_code error;
    std::vector<fs::path> folders;
    for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error))
        if (is_package_folder(entry->path().filename().string())) folders.push_back(entry->path());
    if (error) return {nullptr, root.string() + ": " + error.message()};
    std::sort(folders.begin(), folders.end());

    auto meter = std::make_unique<RaplMeter>();
    for (const auto& folder : folders) {
        const auto name = first_line(folder / "name");
        if (!name || !name->starts_with("package")) continue;
        const fs::path counter = folder / "energy_uj";
        const auto range = counter_value(folder / "max_energy_range_uj");
        const auto now = counter_value(counter);
        if (!now) {
            std::ifstream file(counter);
            const std::string why = file ? "no number in it" : std::strerror(errno);
            return {nullptr, counter.string() + ": cannot be read (" + why + "); only root may, by default"};
        }
        if (!range || *range <= 0)
            return {nullptr, (folder / "max_energy_range_uj").string() + ": no positive number in it"};
        meter->packages_.push_back({counter, *range, *now});
    }
    if (meter->packages_.empty()) return {nullptr, root.string() + ": no package domain of intel-rapl"};
    return {std::move(meter), ""};
}

}  // namespace hwnas
