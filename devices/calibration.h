#pragma once

#include <string>
#include <vector>

#include "core/json_reader.h"
#include "space/compiled_space.h"

namespace hwnas {

/// What else than its row's latency a segment may cost once it stands in a network: the
/// isolated run has its weights in the cache, and pays for an input and an output of its own.
struct SegmentTraits {
    double row = 0;               ///< latency or energy of its row
    double dense_row = 0;         ///< the same of a segment that is mostly convolutions over space and all channels
    double depthwise_row = 0;     ///< the same of a segment with a convolution in groups
    double weight_megabytes = 0;  ///< that the network streams through the cache, 32-bit
    double border_megabytes = 0;  ///< of the tensors that enter and leave
    /// Of these, beyond what stays in a core's own cache: an isolated run fetches them from further away than one that
    /// comes after the segment that made them.
    double large_border_megabytes = 0;
    double segments = 1;
    double kernels = 0;  ///< convolutions and fully connected layers
};
[[nodiscard]] SegmentTraits segment_traits(const Segment& segment, double row);

/// How a network's latency (ms) or energy (mJ) is had from its segments: a sum of terms, each linear in
/// one trait, and a constant. So it stays a sum over segments.
struct Calibration {
    struct Term {
        std::string trait;  ///< a member of SegmentTraits
        double factor = 0;
    };
    std::vector<Term> terms{{"row", 1.0}};
    double constant = 0;

    [[nodiscard]] double of(const SegmentTraits& traits) const;
    /// Of a whole network, given its segments.
    [[nodiscard]] double of(const std::vector<SegmentTraits>& network) const;
};

/// Fits the correction on whole networks, least squares of the relative error, and takes
/// as many terms as the error of networks left out of the fit asks for. Throws
/// std::invalid_argument where the counts differ.
[[nodiscard]] Calibration fit_calibration(const std::vector<std::vector<SegmentTraits>>& networks,
                                          const std::vector<double>& measured);

[[nodiscard]] Json to_json(const Calibration& calibration);
/// Problems go to the value's document.
[[nodiscard]] Calibration read_calibration(const JsonValue& value);

}  // namespace hwnas
