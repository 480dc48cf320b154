#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devices/accelerator/accelerator.h"
#include "core/error.h"
#include "graph/graph.h"

namespace hwnas {

/// Where energy goes, in millijoules.
struct AcceleratorEnergy {
    double compute = 0;    ///< multiply-accumulates, and operations of the vector unit
    double registers = 0;  ///< in the PEs
    double network = 0;    ///< from PE to PE
    double accumulators = 0;
    double weight_buffer = 0;
    double global_buffer = 0;
    double dram = 0;
    double leakage = 0;  ///< `static_watts` over the time

    [[nodiscard]] double total() const;
    AcceleratorEnergy& operator+=(const AcceleratorEnergy& other);
};

/// One layer as the chip runs it, a whole batch. It takes the most of the four kinds of cycles
/// (a roofline), and `cycles_per_layer`.
struct LayerEstimate {
    std::string name;           ///< of its first node
    std::string operator_type;  ///< ONNX's
    double cycles = 0;
    double compute_cycles = 0;  ///< of the PE array
    double vector_cycles = 0;
    double buffer_cycles = 0;  ///< of the busiest on-chip buffer's ports
    double memory_cycles = 0;  ///< of DRAM
    std::string bound;         ///< `compute`, `vector`, `buffer`, `memory`
    double macs = 0;
    double utilisation = 0;  ///< multiply-accumulates over what the array could do in these cycles; 0 to 1
    double dram_bytes = 0;   ///< read and written
    double global_buffer_bytes = 0;
    AcceleratorEnergy energy;
};

struct AcceleratorEstimate {
    double cycles = 0;
    double milliseconds = 0;
    double millijoules = 0;  ///< the total of `energy`
    AcceleratorEnergy energy;
    double macs = 0;
    double utilisation = 0;  ///< as a layer's
    double dram_bytes = 0;
    double global_buffer_bytes = 0;
    std::string bound;  ///< what bounds the layers that take the most cycles together
};

/// What a graph (a segment or a network) costs on a chip that need not exist, for a whole batch:
/// a roofline with a search over tilings, in the equations of docs/accelerators.md. The same input
/// gives the same bits. Throws UnsupportedError where the chip has no row for the data type, can't
/// run an operator, or a layer's smallest tile does not fit its buffers; InputError for a batch
/// below 1 or a data type that is none.
[[nodiscard]] AcceleratorEstimate estimate(const Accelerator& accelerator, const Graph& graph, std::int64_t batch,
                                           const std::string& data_type);

/// The same, layer by layer, in the order that they run in.
[[nodiscard]] std::vector<LayerEstimate> estimate_layers(const Accelerator& accelerator, const Graph& graph,
                                                         std::int64_t batch, const std::string& data_type);

/// Multiply-accumulates a cycle when every PE works. Throws like `estimate`.
[[nodiscard]] double peak_macs_per_cycle(const Accelerator& accelerator, const std::string& data_type);

}  // namespace hwnas
