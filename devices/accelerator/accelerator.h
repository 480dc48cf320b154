#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// Which operand a processing element (PE) keeps while the others pass by
/// (Chen et al., "Eyeriss: a spatial architecture", ISCA 2016, section IV).
enum class Dataflow {
    weight_stationary,  ///< systolic, rows x columns hold (channels x taps) x filters: a TPU
    output_stationary,  ///< systolic, rows x columns hold output pixels x filters
    row_stationary,     ///< a PE convolves a row of the input with a row of a filter: Eyeriss
    vector              ///< rows x columns are lanes over pixels and filters: a GPU, a VPU
};

/// How much of a fold's filling and draining goes on behind its neighbours, R and C being
/// the array's rows and columns and T the steps of a fold (docs/accelerators.md).
enum class FoldOverlap {
    none,   ///< a fold takes 2R + C + T - 2 cycles (SCALE-Sim, arXiv 1811.02883, section III)
    drain,  ///< output stationary: R + C + T - 2, as SCALE-Sim 3 runs it
    full    ///< max(T, R) a fold, 2R + C - 2 once a layer: operands are double-buffered in the PEs
};

/// What a compiler for the chip makes least of when it chooses how a layer lies on it.
enum class MappingGoal {
    cycles,       ///< and, where they are equal, energy
    energy,       ///< and, where it is equal, cycles
    energy_delay  ///< their product
};

/// Where the tensors that enter and leave a graph are before and after it.
enum class Border {
    buffer,  ///< in the global buffer where they fit there, else in DRAM: one segment among others
    dram     ///< always in DRAM: a graph on its own
};

/// A neural-network accelerator as a designer knows it before there is one. A plain value.
/// Energies are those of one access of one byte, in picojoules.
struct Accelerator {
    /// What the chip does with one data type. A type without a row is one it can't run.
    struct NumberFormat {
        std::int64_t accumulator_bytes = 4;  ///< of a partial sum
        double macs_per_pe = 1;              ///< a cycle; 2 where a lane splits, 0.25 where it takes 4 cycles
        double picojoules_per_mac = 0;
        double picojoules_per_operation = 0;  ///< of the vector unit: an addition, a comparison
    };
    /// Of one PE. The row-stationary and the vector dataflow tile by their words; elements, not bytes.
    struct Registers {
        std::int64_t weight_words = 1;
        std::int64_t input_words = 1;
        std::int64_t sum_words = 1;
        double picojoules_per_byte = 0;
    };
    struct Buffer {
        std::int64_t bytes = 0;
        double bytes_per_cycle = 0;  ///< each way; 0: as many as are asked for
        double picojoules_per_byte = 0;
    };
    struct Dram {
        double gigabytes_per_second = 0;  ///< 10^9 bytes
        double picojoules_per_byte = 0;
    };

    std::int64_t rows = 1;
    std::int64_t columns = 1;
    Dataflow dataflow = Dataflow::weight_stationary;
    FoldOverlap fold_overlap = FoldOverlap::none;
    /// Output stationary: whether columns may work on different groups, each with inputs of its own.
    bool groups_across_columns = false;
    double clock_mhz = 0;
    std::map<std::string, NumberFormat> data_types;
    Registers registers;
    double network_picojoules_per_byte = 0;  ///< from one PE to the next
    Buffer global_buffer;
    std::optional<Buffer> weight_buffer;  ///< absent: weights share the global buffer
    std::optional<Buffer> accumulators;   ///< absent: partial sums that leave the array share it too
    Dram dram;
    double vector_lanes = 1;  ///< operations a cycle of the unit for activations, pooling and sums
    double static_watts = 0;  ///< leakage and clock, as long as a graph runs
    double cycles_per_layer = 0;
    bool double_buffered = true;   ///< a tile is fetched while the one before is worked on
    bool weights_stay = false;     ///< weights were loaded for good into `weight_buffer`
    bool fuse_elementwise = true;  ///< Add, Mul, BatchNormalization, activations join any producer
    MappingGoal optimise = MappingGoal::cycles;
    Border border = Border::buffer;
    std::vector<std::string> unsupported_operators;  ///< ONNX's names, as `op::onnx_type` gives them
};

/// `float32`, `float16`, `bfloat16`, `int8`.
[[nodiscard]] const std::vector<std::string>& accelerator_data_types();
/// Bytes of an element. Throws InputError for a type that is none of the above.
[[nodiscard]] std::int64_t bytes_of_data_type(const std::string& data_type);

/// Reads what stands under a device's `accelerator`; problems go to the value's document.
/// `comment` and `sources` are for people and are passed over.
[[nodiscard]] Accelerator read_accelerator(const JsonValue& value);
/// What `read_accelerator` reads, with every key written.
[[nodiscard]] Json to_json(const Accelerator& accelerator);

}  // namespace hwnas
