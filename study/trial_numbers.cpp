#include "study/trial_numbers.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hwnas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Json figure_to_json(double value) {
    if (std::isfinite(value)) return value;
    if (std::isnan(value)) return "NaN";
    return value > 0 ? "Infinity" : "-Infinity";
}

double figure_from_json(const Json& value) {
    if (value.is_number()) return value.get<double>();
    const auto text = value.get<std::string>();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return kInfinity;
    if (text == "-Infinity") return -kInfinity;
    throw std::invalid_argument("\"" + text + "\" is no number");
}

std::uint64_t seed_from_text(const std::string& text) {
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size())
        throw std::invalid_argument("\"" + text + "\" is no seed");
    return seed;
}

}  // namespace hwnas
