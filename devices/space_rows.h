#pragma once

#include <stop_token>
#include <vector>

#include "devices/space_profile.h"

namespace hwnas {

/// Measures whole networks of a space, then its segments: as many as are wanted or the time allows, each batch where
/// the ones before it tell least; the others are interpolated. Throws SegmentFailures when all else is measured, and as
/// `profile`.
ProfileOutcome profile_rows(const CompiledSpace& space, const std::vector<const Segment*>& networks, Runner& runner,
                            EnergyMeter* meter, const DeviceConfig& device, CostTable& table,
                            const SpaceProfileOptions& options, const std::stop_token& stop);

}  // namespace hwnas
