#pragma once

#include <utility>

#include "devices/accelerator/accelerator.h"
#include "devices/accelerator/accelerator_model.h"

namespace hwnas {

/// Bytes that a layer moves in each memory, and what it computes; priced by `price`.
struct Traffic {
    double dram_reads = 0;
    double dram_writes = 0;
    double global_reads = 0;
    double global_writes = 0;
    double weight_reads = 0;  ///< of the weight buffer, where there is one
    double weight_writes = 0;
    double sums = 0;  ///< of the accumulators, where there are some, both ways
    double registers = 0;
    double network = 0;
    double macs = 0;
    double vector_operations = 0;
    double compute_cycles = 0;
};

/// A memory that may be absent: then its bytes go to the global buffer.
void read_weights(const Accelerator& accelerator, Traffic& traffic, double bytes);
void store_weights(const Accelerator& accelerator, Traffic& traffic, double bytes);
void move_sums(const Accelerator& accelerator, Traffic& traffic, double written, double read);

/// Cycles, bound and energy of a layer with this traffic; its names are left empty.
[[nodiscard]] LayerEstimate price(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                  const Traffic& traffic);

/// What an objective compares: less is better.
[[nodiscard]] std::pair<double, double> rank(MappingGoal objective, double cycles, double millijoules);

}  // namespace hwnas
