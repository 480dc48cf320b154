#pragma once

#include <string>

#include "report/figures.h"
#include "report/front.h"

namespace hwnas {

/// What scripts rely on; keys may be added, none removed:
/// `{"objectives": [{"name", "unit", "direction", "modelled"}],
///   "front": [{"id", "architecture", "objectives": {name: value}, "trial",
///              "trials", "reference", "figures": {key: value}, "parameters",
///              "macs", "weights", "weights_from", "onnx"}],
///   "reference": {the same keys, and "on_front"} or null}`
/// The front holds no dominated network; the reference network stands in
/// `reference` wherever it is, and in `front` too where it is on it.
/// `modelled` is there, and true, where a device's figures are computed and not measured.
/// `figures` are all that was known of the network, objectives or not.
/// `parameters`, `macs`, `weights`, `weights_from` and `onnx` are there where known.
[[nodiscard]] Json front_json(const Front& front);

/// A line a network, best first, with the unit in the header (`top1 [%]`);
/// quoted as RFC 4180 has it. The reference network has a line wherever it
/// stands; `on_front` tells.
[[nodiscard]] std::string front_csv(const Front& front);

/// The same for people: the front, best first, and the reference network,
/// marked. Where no trial is complete, a line that says so.
[[nodiscard]] std::string front_table(const Front& front, TableStyle style);

}  // namespace hwnas
