#include "devices/accelerator/traffic.h"

#include <algorithm>
#include <array>

namespace hwnas {
namespace {

constexpr double millijoules_per_picojoule = 1e-9;

/// Reading and writing have a port each.
double port_cycles(const Accelerator::Buffer& buffer, double reads, double writes) {
    return buffer.bytes_per_cycle == 0 ? 0 : std::max(reads, writes) / buffer.bytes_per_cycle;
}

double buffer_cycles(const Accelerator& accelerator, const Traffic& traffic) {
    double cycles = port_cycles(accelerator.global_buffer, traffic.global_reads, traffic.global_writes);
    if (accelerator.weight_buffer)
        cycles = std::max(cycles, port_cycles(*accelerator.weight_buffer, traffic.weight_reads, traffic.weight_writes));
    if (accelerator.accumulators)
        cycles = std::max(cycles, port_cycles(*accelerator.accumulators, traffic.sums / 2, traffic.sums / 2));
    return cycles;
}

AcceleratorEnergy traffic_energy(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                 const Traffic& traffic, double cycles) {
    const auto per_byte = [](const std::optional<Accelerator::Buffer>& buffer) {
        return buffer ? buffer->picojoules_per_byte * millijoules_per_picojoule : 0;
    };
    AcceleratorEnergy energy;
    energy.compute =
        (traffic.macs * format.picojoules_per_mac + traffic.vector_operations * format.picojoules_per_operation) *
        millijoules_per_picojoule;
    energy.registers = traffic.registers * accelerator.registers.picojoules_per_byte * millijoules_per_picojoule;
    energy.network = traffic.network * accelerator.network_picojoules_per_byte * millijoules_per_picojoule;
    energy.accumulators = traffic.sums * per_byte(accelerator.accumulators);
    energy.weight_buffer = (traffic.weight_reads + traffic.weight_writes) * per_byte(accelerator.weight_buffer);
    energy.global_buffer = (traffic.global_reads + traffic.global_writes) *
                           accelerator.global_buffer.picojoules_per_byte * millijoules_per_picojoule;
    energy.dram =
        (traffic.dram_reads + traffic.dram_writes) * accelerator.dram.picojoules_per_byte * millijoules_per_picojoule;
    energy.leakage = accelerator.static_watts * cycles / (accelerator.clock_mhz * 1e6) * 1e3;
    return energy;
}

}  // namespace

void read_weights(const Accelerator& accelerator, Traffic& traffic, double bytes) {
    (accelerator.weight_buffer ? traffic.weight_reads : traffic.global_reads) += bytes;
}

void store_weights(const Accelerator& accelerator, Traffic& traffic, double bytes) {
    (accelerator.weight_buffer ? traffic.weight_writes : traffic.global_writes) += bytes;
}

void move_sums(const Accelerator& accelerator, Traffic& traffic, double written, double read) {
    if (accelerator.accumulators) {
        traffic.sums += written + read;
        return;
    }
    traffic.global_writes += written;
    traffic.global_reads += read;
}

LayerEstimate price(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const Traffic& traffic) {
    LayerEstimate layer;
    layer.macs = traffic.macs;
    layer.compute_cycles = traffic.compute_cycles;
    layer.vector_cycles = traffic.vector_operations / accelerator.vector_lanes;
    layer.buffer_cycles = buffer_cycles(accelerator, traffic);
    layer.dram_bytes = traffic.dram_reads + traffic.dram_writes;
    const double dram_bytes_per_cycle = accelerator.dram.gigabytes_per_second * 1e3 / accelerator.clock_mhz;
    layer.memory_cycles = layer.dram_bytes / dram_bytes_per_cycle;
    layer.global_buffer_bytes = traffic.global_reads + traffic.global_writes;
    const std::array<std::pair<double, const char*>, 4> roofs{{{layer.compute_cycles, "compute"},
                                                               {layer.vector_cycles, "vector"},
                                                               {layer.buffer_cycles, "buffer"},
                                                               {layer.memory_cycles, "memory"}}};
    const auto highest =
        std::max_element(roofs.begin(), roofs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    layer.bound = highest->second;
    layer.cycles = highest->first + accelerator.cycles_per_layer;
    const double peak = static_cast<double>(accelerator.rows * accelerator.columns) * format.macs_per_pe;
    layer.utilisation = layer.cycles > 0 ? layer.macs / (peak * layer.cycles) : 0;
    layer.energy = traffic_energy(accelerator, format, traffic, layer.cycles);
    return layer;
}

std::pair<double, double> rank(MappingGoal objective, double cycles, double millijoules) {
    switch (objective) {
        case MappingGoal::energy:
            return {millijoules, cycles};
        case MappingGoal::energy_delay:
            return {millijoules * cycles, cycles};
        case MappingGoal::cycles:
            break;
    }
    return {cycles, millijoules};
}

}  // namespace hwnas
