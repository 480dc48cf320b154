#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"

namespace hwnas {

/// What an ONNX file says about itself, beside the network.
struct OnnxMetadata {
    /// Which training the weights come from. The two words that stand in the
    /// file, `proxy` and `final`, are of one length, so a file's size is known
    /// before its training is.
    /// `given` are weights of elsewhere, whose input's meaning hwnas does not know.
    enum class Training { proxy, full, given };

    std::string version;       ///< of hwnas, the producer
    std::string architecture;  ///< `Architecture::id`
    Training training = Training::proxy;
    /// The input's normalisation, (x - mean) / deviation, one value a channel, of
    /// pixels scaled to 0 .. 1; nine decimals stand in the file. Both empty where the input is not normalised.
    std::vector<double> mean;
    std::vector<double> deviation;
};

/// The network as the bytes of an ONNX ModelProto: opset 17, IR version 8, weights
/// as 32-bit floats in the file itself, input `images` {N, ...} and output
/// `logits` {N, ...} with N left open.
///
/// Names: a node is called `segment.node` (what its name in a space's networks
/// is anyway), its tensor likewise, its weights as in `Weights`. The tensor that
/// leaves the segment with index 7 is called `s00007`: names of boundaries have one
/// length, so that a segment takes up the same bytes wherever it stands.
///
/// Throws InputError where weights do not fit the graph or names collide, RunError
/// where the file would pass protobuf's 2 GiB.
[[nodiscard]] std::string to_onnx(const Graph& graph, const Weights& weights, const OnnxMetadata& metadata);

/// The size of that file in bytes, exactly, without any weights.
[[nodiscard]] std::int64_t onnx_bytes(const Graph& graph, const OnnxMetadata& metadata);

/// What a segment adds to the file, given as `extract_segment` makes it and with
/// its name in the network. Of the name, only its length matters.
[[nodiscard]] std::int64_t onnx_segment_bytes(const Graph& segment, std::string_view segment_name);

/// What is around the segments: the file's size is a function of their sum.
class OnnxFrame {
public:
    /// Throws InputError where the normalisation does not fit the input's channels.
    OnnxFrame(const Shape& input, const Shape& output, const OnnxMetadata& metadata);

    /// The file's size from the sum of its segments' bytes. Ascends with it, though
    /// in steps of more than one where the length of a length grows.
    [[nodiscard]] std::int64_t bytes(std::int64_t segments_bytes) const;

private:
    std::int64_t graph_bytes_ = 0;
    std::int64_t around_graph_ = 0;
};

}  // namespace hwnas
