#include "report/device_matrix.h"

#include <algorithm>

#include "report/figures.h"
#include "report/ticks.h"

namespace hwnas {
namespace {

constexpr int wanted_levels = 3;

std::string key_of(const DeviceMatrix& matrix, std::size_t device) {
    return matrix.cost + "@" + matrix.devices[device];
}

std::vector<std::size_t> usable(const Front& front) {
    std::vector<std::size_t> networks;
    for (std::size_t i = 0; i < front.networks.size(); ++i)
        if (front.networks[i].within_limits) networks.push_back(i);
    return networks;
}

/// Devices whose cost every network has.
std::vector<std::string> common_devices(const Front& front, const std::vector<std::size_t>& networks,
                                        const std::string& cost) {
    std::vector<std::string> devices;
    if (networks.empty()) return devices;
    for (const auto& [key, value] : front.networks[networks.front()].values) {
        if (!key.starts_with(cost + "@")) continue;
        const bool common = std::all_of(networks.begin(), networks.end(), [&, &key = key](std::size_t i) {
            return front.networks[i].values.contains(key);
        });
        if (common) devices.push_back(device_of(key));
    }
    return devices;
}

DeviceMatrix::Level level_at(const DeviceMatrix& matrix, const Front& front, const std::vector<std::size_t>& networks,
                             double at_least) {
    DeviceMatrix::Level level;
    level.at_least = at_least;
    for (std::size_t device = 0; device < matrix.devices.size(); ++device) {
        const std::string key = key_of(matrix, device);
        std::optional<std::size_t> best;
        for (const std::size_t i : networks) {
            const auto& values = front.networks[i].values;
            if (values.at(matrix.accuracy) < at_least) continue;
            if (!best || values.at(key) < front.networks[*best].values.at(key)) best = i;
        }
        level.best.push_back(best.value());
    }
    for (const std::size_t network : level.best) {
        auto& row = level.cost.emplace_back();
        for (std::size_t device = 0; device < matrix.devices.size(); ++device)
            row.push_back(front.networks[network].values.at(key_of(matrix, device)));
    }
    return level;
}

std::string fixed(double value, const std::string& unit) {
    return format_figure(value, unit, decimals_for(std::vector<double>{value}, unit));
}

double over_best(const DeviceMatrix::Level& level, std::size_t network, std::size_t device) {
    return 100 * (level.cost[network][device] / level.cost[device][device] - 1);
}

}  // namespace

std::optional<DeviceMatrix> device_matrix(const Front& front, const std::vector<std::string>& modelled) {
    const auto maximised =
        std::find_if(front.objectives.begin(), front.objectives.end(),
                     [](const Objective& objective) { return objective.direction == Direction::maximize; });
    if (maximised == front.objectives.end()) return std::nullopt;
    const auto networks = usable(front);
    DeviceMatrix matrix;
    matrix.accuracy = maximised->key;
    matrix.accuracy_unit = maximised->unit;
    matrix.devices = common_devices(front, networks, matrix.cost);
    if (matrix.devices.size() < 2) return std::nullopt;
    for (const auto& device : matrix.devices) {
        const bool computed = std::find(modelled.begin(), modelled.end(), device) != modelled.end();
        matrix.labels.push_back(device + (computed ? " (modelled)" : ""));
    }
    double least = front.networks[networks.front()].values.at(matrix.accuracy);
    double most = least;
    for (const std::size_t i : front.entries) {
        least = std::min(least, front.networks[i].values.at(matrix.accuracy));
        most = std::max(most, front.networks[i].values.at(matrix.accuracy));
    }
    std::vector<double> thresholds;
    if (most > least) thresholds = nice_ticks(least, most, wanted_levels);
    thresholds.push_back(most);
    for (const double threshold : thresholds) {
        if (threshold > most) continue;
        auto level = level_at(matrix, front, networks, threshold);
        if (matrix.levels.empty() || matrix.levels.back().best != level.best) matrix.levels.push_back(std::move(level));
    }
    return matrix;
}

Json to_json(const DeviceMatrix& matrix, const Front& front) {
    Json levels = Json::array();
    for (const auto& level : matrix.levels) {
        Json rows = Json::array();
        for (std::size_t i = 0; i < level.best.size(); ++i) {
            const auto& network = front.networks[level.best[i]];
            Json costs = Json::object();
            Json over = Json::object();
            for (std::size_t j = 0; j < matrix.devices.size(); ++j) {
                costs[matrix.devices[j]] = level.cost[i][j];
                over[matrix.devices[j]] = over_best(level, i, j);
            }
            rows.push_back({{"best_on", matrix.devices[i]},
                            {"id", network.id},
                            {matrix.accuracy, network.values.at(matrix.accuracy)},
                            {matrix.cost, std::move(costs)},
                            {"over_best_percent", std::move(over)}});
        }
        levels.push_back({{"at_least", level.at_least}, {"networks", std::move(rows)}});
    }
    Json devices = Json::array();
    for (std::size_t i = 0; i < matrix.devices.size(); ++i)
        devices.push_back({{"name", matrix.devices[i]}, {"modelled", matrix.labels[i] != matrix.devices[i]}});
    return {{"accuracy", matrix.accuracy},
            {"cost", matrix.cost},
            {"unit", matrix.unit},
            {"devices", std::move(devices)},
            {"levels", std::move(levels)}};
}

std::string device_matrix_text(const DeviceMatrix& matrix, const Front& front) {
    std::string text;
    for (const auto& level : matrix.levels) {
        text += (text.empty() ? "" : "\n") + std::string("Least ") + matrix.cost + " at " + matrix.accuracy +
                " of at least " + figure_with_unit(level.at_least, matrix.accuracy_unit) +
                ", and what it is on the other devices:\n\n";
        std::vector<Column> columns{
            {"best on", false}, {"network", false}, {matrix.accuracy + " [" + matrix.accuracy_unit + "]", true}};
        for (const auto& label : matrix.labels) columns.push_back({label + " [" + matrix.unit + "]", true});
        std::vector<std::vector<std::string>> rows;
        for (std::size_t i = 0; i < level.best.size(); ++i) {
            const auto& network = front.networks[level.best[i]];
            std::vector<std::string> row{matrix.labels[i], network.id,
                                         fixed(network.values.at(matrix.accuracy), matrix.accuracy_unit)};
            for (std::size_t j = 0; j < matrix.devices.size(); ++j)
                row.push_back(fixed(level.cost[i][j], matrix.unit) +
                              (i == j ? "" : " (+" + format_figure(over_best(level, i, j), "%", 0) + " %)"));
            rows.push_back(std::move(row));
        }
        text += format_table(columns, rows, TableStyle::markdown);
    }
    return text;
}

}  // namespace hwnas
