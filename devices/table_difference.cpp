#include "devices/table_difference.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

std::vector<std::string> settings_apart(const CostTable& first, const CostTable& second) {
    std::vector<std::string> lines;
    const auto compare = [&lines](const std::string& what, const Json& a, const Json& b) {
        if (a != b) lines.push_back(what + ": " + a.dump() + ", " + b.dump());
    };
    compare("device", first.device, second.device);
    compare("batch", first.batch, second.batch);
    compare("threads", first.threads, second.threads);
    compare("data type", first.data_type, second.data_type);
    for (const char* pointer : {"/runner", "/engine", "/streams"})
        compare(pointer + 1, value_at(first.device_file, pointer), value_at(second.device_file, pointer));
    for (const char* pointer : {"/engine/engine", "/engine/version", "/engine/host", "/cpu/model", "/cpu/governor",
                                "/host", "/board_serial", "/date"})
        compare(std::string(pointer).substr(1), value_at(first.context, pointer), value_at(second.context, pointer));
    return lines;
}

}  // namespace

TableDifference table_difference(const CostTable& first, const CostTable& second, std::size_t rows) {
    TableDifference difference;
    difference.settings = settings_apart(first, second);
    std::vector<double> a, b, ratios;
    for (const auto& [key, row] : first.rows) {
        const auto other = second.rows.find(key);
        if (other == second.rows.end()) {
            ++difference.only_in_first;
            continue;
        }
        if (row.unsupported.empty() != other->second.unsupported.empty()) ++difference.unsupported_in_one;
        if (!row.unsupported.empty() || !other->second.unsupported.empty()) continue;
        a.push_back(row.latency_ms);
        b.push_back(other->second.latency_ms);
        ratios.push_back(b.back() / a.back());
        difference.farthest.push_back({key, a.back(), b.back()});
    }
    for (const auto& [key, row] : second.rows)
        if (!first.rows.contains(key)) ++difference.only_in_second;
    if (a.empty()) return difference;
    difference.latency = agreement(b, a);
    std::sort(ratios.begin(), ratios.end());
    difference.median_ratio = ratios[ratios.size() / 2];
    difference.least_ratio = ratios.front();
    difference.most_ratio = ratios.back();
    const auto distance = [&difference](const TableDifference::Row& row) {
        return std::abs(std::log(row.second_ms / row.first_ms / difference.median_ratio));
    };
    std::sort(difference.farthest.begin(), difference.farthest.end(),
              [&](const auto& x, const auto& y) { return distance(x) > distance(y); });
    difference.farthest.resize(std::min(rows, difference.farthest.size()));
    return difference;
}

}  // namespace hwnas
