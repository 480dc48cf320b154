#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/weights.h"

namespace hwnas {

/// A network that came from an ONNX file.
struct ImportedNetwork {
    Graph graph;
    Weights weights;            ///< every tensor of the graph
    std::string input, output;  ///< what the file calls them
    std::string producer;       ///< name and version of the program that wrote the file
    std::int64_t opset = 0;
    std::vector<std::string> notes;  ///< what was left out or changed, a sentence each
};

/// Reads the bytes of an ONNX ModelProto, opset 7 to 21: a network of one image (or
/// vector) input of a fixed size and one output, of the operators that `Graph` has. What
/// exporters write in several nodes (swish, hard-swish, channel shuffles, arithmetic on
/// shapes, constants that scale or shift channels) is taken for what it means; Dropout,
/// Identity and a final Softmax are left out. Weights are 32-bit floats, whatever they were.
///
/// The network is cut into segments wherever one tensor alone is alive, so that a residual
/// layer is one, and a convolution stays with its normalisation and activation. Names of
/// nodes are the file's without what paths repeat; of a file that hwnas wrote, nodes,
/// weights and segments come back as they were, but for segments' names, which are what
/// their nodes' have in common.
///
/// Throws InputError: for what the file has beyond this one that lists every such node
/// (`origin` is its place); for damaged files too, whose claims are checked before
/// anything is allocated for them.
[[nodiscard]] ImportedNetwork read_onnx(std::string_view bytes, const std::string& origin);

}  // namespace hwnas
