#include "devices/machine_context.h"

#include <sys/utsname.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <sstream>

#include "core/files.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

Json line_of(const fs::path& path) {
    const auto line = first_line(path);
    return line ? Json(*line) : Json();
}

// The value of the first line `key : value`.
Json field(const fs::path& path, const std::string& key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || !line.starts_with(key)) continue;
        if (line.find_first_not_of(" \t", key.size()) != colon) continue;
        const auto start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string::npos ? Json("") : Json(line.substr(start));
    }
    return nullptr;
}

// `32K` or `8M`, as sysfs writes a cache's size.
Json kib(const Json& text) {
    if (!text.is_string()) return nullptr;
    std::istringstream stream(text.get<std::string>());
    std::int64_t number = 0;
    char unit = 'K';
    if (!(stream >> number)) return nullptr;
    stream >> unit;
    return unit == 'M' ? number * 1024 : number;
}

Json whole_number(const Json& text) {
    std::istringstream stream(text.is_string() ? text.get<std::string>() : "");
    std::int64_t number = 0;
    return stream >> number ? Json(number) : Json(nullptr);
}

Json caches(const fs::path& folder) {
    Json list = Json::array();
    for (int index = 0; fs::exists(folder / ("index" + std::to_string(index))); ++index) {
        const fs::path cache = folder / ("index" + std::to_string(index));
        list.push_back({{"level", whole_number(line_of(cache / "level"))},
                        {"type", line_of(cache / "type")},
                        {"kib", kib(line_of(cache / "size"))}});
    }
    return list;
}

Json load_averages(const fs::path& path) {
    std::ifstream file(path);
    double one = 0;
    double five = 0;
    double fifteen = 0;
    if (!(file >> one >> five >> fifteen)) return nullptr;
    return {one, five, fifteen};
}

Json scaled(const Json& number, double factor) {
    return number.is_null() ? number : Json(factor * number.get<double>());
}

// Each thermal zone's, by its type. Null where there is none.
Json temperatures(const fs::path& folder) {
    Json found = nullptr;
    std::error_code ignored;
    for (const auto& zone : fs::directory_iterator(folder, ignored)) {
        const Json type = line_of(zone.path() / "type");
        const Json degrees = scaled(whole_number(line_of(zone.path() / "temp")), 1e-3);
        if (type.is_string() && !degrees.is_null()) found[type.get<std::string>()] = degrees;
    }
    return found;
}

// A single-board computer's device tree, or a PC's firmware (readable by root).
Json board_serial(const fs::path& root) {
    for (const char* path : {"sys/firmware/devicetree/base/serial-number", "sys/class/dmi/id/board_serial"}) {
        Json serial = line_of(root / path);
        if (!serial.is_string()) continue;
        auto text = serial.get<std::string>();
        while (!text.empty() && text.back() == '\0') text.pop_back();  // the device tree's texts end with one
        if (!text.empty()) return text;
    }
    return nullptr;
}

Json memory_mib(const fs::path& path) {
    const Json kilobytes = whole_number(field(path, "MemTotal"));
    return kilobytes.is_null() ? kilobytes : Json(kilobytes.get<std::int64_t>() / 1024);
}

std::string compiler() {
#if defined(__clang__)
    return std::string("clang ") + __clang_version__;
#elif defined(__GNUC__)
    return std::string("gcc ") + __VERSION__;
#else
    return "unknown";
#endif
}

std::string build_type() {
    std::string type;
#ifdef __OPTIMIZE__
    type = "optimized";
#else
    type = "not optimized";
#endif
#ifdef NDEBUG
    type += ", assertions off";
#else
    type += ", assertions on";
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    type += ", with a sanitizer";
#endif
    return type;
}

}  // namespace

std::string utc_now() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::string text(sizeof "2024-05-01T12:00:00Z", '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

Json machine_context(const fs::path& root) {
    utsname system{};
    ::uname(&system);
    const fs::path processors = root / "sys/devices/system/cpu";
    Json cpu = {{"model", field(root / "proc/cpuinfo", "model name")},
                {"architecture", system.machine},
                {"online", line_of(processors / "online")},
                {"caches", caches(processors / "cpu0/cache")},
                {"governor", line_of(processors / "cpu0/cpufreq/scaling_governor")},
                {"megahertz", scaled(whole_number(line_of(processors / "cpu0/cpufreq/scaling_cur_freq")), 1e-3)}};
    const Json flags = field(root / "proc/cpuinfo", "flags");
    if (flags.is_string()) {
        const std::string list = " " + flags.get<std::string>() + " ";
        cpu["virtual"] = list.find(" hypervisor ") != std::string::npos;
    }
    return {{"date", utc_now()},
            {"host", system.nodename},
            {"kernel", std::string(system.sysname) + " " + system.release},
            {"cpu", std::move(cpu)},
            {"load", load_averages(root / "proc/loadavg")},
            {"memory_mib", memory_mib(root / "proc/meminfo")},
            {"board_serial", board_serial(root)},
            {"temperatures_celsius", temperatures(root / "sys/class/thermal")},
            {"build", {{"compiler", compiler()}, {"type", build_type()}}}};
}

}  // namespace hwnas
