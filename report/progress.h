#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "report/front.h"

namespace hwnas {

/// How far a search had come after each complete trial.
struct Progress {
    /// The corner that bounds the volume, in the objectives' own units: an objective's
    /// `worst`, or else the worst figure of any network within the limits, moved away from
    /// the best one by a tenth of the distance between them, so that the ends of
    /// the front count.
    std::vector<double> reference_point;
    /// The best figure of any network within the limits on each axis, likewise.
    std::vector<double> ideal_point;
    /// Entry i: the volume after i + 1 complete trials in the order in which
    /// their answers came in; objectives' units multiplied.
    std::vector<double> hypervolume;
    /// Volume of the box between the two points.
    double box = 0;

    /// The last volume over that of the box, 0 to 1.
    [[nodiscard]] double share() const { return box > 0 && !hypervolume.empty() ? hypervolume.back() / box : 0; }
};

/// Repeats of a network count as they were known then: by the mean so far.
/// Everything is empty where no network is within the limits.
[[nodiscard]] Progress search_progress(std::span<const Trial> trials, const Front& front);

}  // namespace hwnas
