#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/array_plan.h"
#include "graph/graph.h"

namespace hwnas {

/// A convolution or a fully connected layer as loops: `groups` independent problems of
/// images x filters x channels x output rows x output columns x kernel rows x kernel columns.
/// A fully connected layer has one row and one column everywhere.
struct MacLayer {
    std::int64_t images = 1;
    std::int64_t groups = 1;
    std::int64_t filters = 1;   ///< of one group
    std::int64_t channels = 1;  ///< of one group
    std::int64_t input_rows = 1;
    std::int64_t input_columns = 1;
    std::int64_t output_rows = 1;
    std::int64_t output_columns = 1;
    op::Extent kernel{1, 1};
    op::Extent stride{1, 1};
    op::Extent dilation{1, 1};

    [[nodiscard]] double macs() const;
    [[nodiscard]] std::int64_t pixels() const { return images * output_rows * output_columns; }
    [[nodiscard]] std::int64_t taps() const { return kernel[0] * kernel[1]; }
    /// Rows of one image's input under `rows` rows of its output; padding takes none.
    [[nodiscard]] std::int64_t input_rows_under(std::int64_t rows) const;
};

/// What a chip runs at once: a convolution with what was folded into it, or an operator that moves data.
struct AcceleratorLayer {
    std::string name;           ///< of the first node
    std::string operator_type;  ///< of the first node, as `op::onnx_type`
    std::optional<MacLayer> mac;
    std::vector<ArrayPlan> plans;       ///< of `mac`, worth a search over tiles
    double vector_operations = 0;       ///< of the whole batch
    std::vector<NodeId> inputs;         ///< tensors from outside, each once; the first one is the convolution's
    std::vector<double> read_elements;  ///< of each input, of one image
    NodeId output = 0;
    double output_elements = 0;  ///< of one image
    double weight_elements = 0;
};

/// The layers of a graph in an order that they can run in. A batch norm and an activation behind a
/// convolution or a fully connected layer that nobody else reads are folded into it, as deployment
/// compilers do; with `fuse_elementwise` sums, products and further activations join whatever makes
/// their input, too. `Flatten` is a view and costs nothing. Throws UnsupportedError, with the node,
/// for an operator that the chip can't run.
[[nodiscard]] std::vector<AcceleratorLayer> lower_layers(const Accelerator& accelerator, const Graph& graph,
                                                         std::int64_t batch);

}  // namespace hwnas
