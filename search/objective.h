#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hwnas {

enum class Direction { minimize, maximize };
[[nodiscard]] std::string to_string(Direction direction);

/// One axis of the front.
struct Objective {
    std::string key;   ///< `top1`, `latency@cpu`: the key in Trial::values
    std::string unit;  ///< `%`, `ms`, `mJ`, `parameters`, `MACs`, `bytes`
    Direction direction = Direction::minimize;
    std::optional<double> target;      ///< what a soft reward aims at
    bool modelled = false;             ///< computed from a description of the device, never measured
    std::optional<double> worst = {};  ///< where the box ends whose hypervolume counts; none: found by the trials
};

/// The key for people, `energy@npu (modelled)`: what is modelled never stands unmarked beside what is measured.
[[nodiscard]] std::string label_of(const Objective& objective);

/// The device of a key, `cpu` of `latency@cpu`; empty where it names none.
[[nodiscard]] std::string device_of(const std::string& key);

/// A hard limit on a known or measured figure.
struct Limit {
    std::string key;
    std::string unit;
    std::optional<double> least;
    std::optional<double> most;
};

/// The figure, its sign changed where more is better: less is better then.
[[nodiscard]] double turned(const Objective& objective, double value);

/// The objectives' figures, each turned so that less is better; nothing where one is
/// missing or is no finite number.
[[nodiscard]] std::optional<std::vector<double>> point_of(const std::vector<Objective>& objectives,
                                                          const std::map<std::string, double>& values);

/// Whether every limit is met. A figure that is missing, or not a number, meets none.
[[nodiscard]] bool meets(const std::vector<Limit>& limits, const std::map<std::string, double>& values);

}  // namespace hwnas
