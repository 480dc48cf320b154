#include "devices/accelerator/accelerator_model.h"

#include <algorithm>
#include <map>

#include "devices/accelerator/layers.h"
#include "devices/accelerator/residency.h"
#include "devices/accelerator/tiling.h"
#include "devices/accelerator/traffic.h"

namespace hwnas {
namespace {

const Accelerator::NumberFormat& format_of(const Accelerator& accelerator, const std::string& data_type) {
    (void)bytes_of_data_type(data_type);  // an unknown type is wrong input, not a chip's limit
    const auto found = accelerator.data_types.find(data_type);
    if (found != accelerator.data_types.end()) return found->second;
    std::string known;
    for (const auto& [name, format] : accelerator.data_types) known += (known.empty() ? "" : ", ") + name;
    throw UnsupportedError("the accelerator can't run " + data_type + ": its \"data_types\" have no row for it, only " +
                           (known.empty() ? "none" : known));
}

/// A layer that only moves data and works on it in the vector unit.
LayerEstimate stream(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                     const AcceleratorLayer& layer, const Residency& residency, double batch, double element_bytes) {
    Traffic traffic;
    traffic.vector_operations = layer.vector_operations;
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
        const double bytes = layer.read_elements[i] * batch * element_bytes;
        traffic.global_reads += bytes;
        if (residency.keeps(layer.inputs[i])) continue;
        traffic.dram_reads += bytes;
        traffic.global_writes += bytes;
    }
    if (!accelerator.weights_stay) {
        traffic.dram_reads += layer.weight_elements * element_bytes;
        store_weights(accelerator, traffic, layer.weight_elements * element_bytes);
    }
    read_weights(accelerator, traffic, layer.weight_elements * element_bytes);
    const double bytes = layer.output_elements * batch * element_bytes;
    traffic.global_writes += bytes;
    if (!residency.keeps(layer.output)) {
        traffic.global_reads += bytes;
        traffic.dram_writes += bytes;
    }
    LayerEstimate estimate = price(accelerator, format, traffic);
    estimate.name = layer.name;
    estimate.operator_type = layer.operator_type;
    return estimate;
}

std::vector<LayerEstimate> price_layers(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                        const std::vector<AcceleratorLayer>& layers, const Residency& residency,
                                        std::int64_t batch, std::int64_t element_bytes) {
    std::vector<LayerEstimate> estimates;
    estimates.reserve(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i)
        estimates.push_back(layers[i].mac ? best_tiling(accelerator, format, layers[i],
                                                        surroundings(layers, i, residency, batch, element_bytes))
                                          : stream(accelerator, format, layers[i], residency,
                                                   static_cast<double>(batch), static_cast<double>(element_bytes)));
    return estimates;
}

std::pair<double, double> rank_of(const Accelerator& accelerator, const std::vector<LayerEstimate>& layers) {
    double cycles = 0;
    double millijoules = 0;
    for (const auto& layer : layers) {
        cycles += layer.cycles;
        millijoules += layer.energy.total();
    }
    return rank(accelerator.optimise, cycles, millijoules);
}

void check_staying_weights(const Accelerator& accelerator, const std::vector<AcceleratorLayer>& layers,
                           std::int64_t element_bytes) {
    if (!accelerator.weights_stay || !accelerator.weight_buffer) return;
    double bytes = 0;
    for (const auto& layer : layers) bytes += layer.weight_elements * static_cast<double>(element_bytes);
    if (bytes > static_cast<double>(accelerator.weight_buffer->bytes))
        throw UnsupportedError("the accelerator keeps all weights in its weight buffer of " +
                               std::to_string(accelerator.weight_buffer->bytes) + " bytes, and these are " +
                               std::to_string(static_cast<std::int64_t>(bytes)));
}

}  // namespace

double AcceleratorEnergy::total() const {
    return compute + registers + network + accumulators + weight_buffer + global_buffer + dram + leakage;
}

AcceleratorEnergy& AcceleratorEnergy::operator+=(const AcceleratorEnergy& other) {
    compute += other.compute;
    registers += other.registers;
    network += other.network;
    accumulators += other.accumulators;
    weight_buffer += other.weight_buffer;
    global_buffer += other.global_buffer;
    dram += other.dram;
    leakage += other.leakage;
    return *this;
}

double peak_macs_per_cycle(const Accelerator& accelerator, const std::string& data_type) {
    return static_cast<double>(accelerator.rows * accelerator.columns) * format_of(accelerator, data_type).macs_per_pe;
}

std::vector<LayerEstimate> estimate_layers(const Accelerator& accelerator, const Graph& graph, std::int64_t batch,
                                           const std::string& data_type) {
    if (batch < 1) throw InputError({"batch", "a whole number of at least 1", std::to_string(batch), ""});
    const std::int64_t element_bytes = bytes_of_data_type(data_type);
    const Accelerator::NumberFormat& format = format_of(accelerator, data_type);
    const auto layers = lower_layers(accelerator, graph, batch);
    check_staying_weights(accelerator, layers, element_bytes);
    // Two ways to use the buffer, each judged as a whole.
    const auto kept = [&](Keep keep) {
        return keep_on_chip(accelerator, format, graph, layers, batch, element_bytes, keep);
    };
    const Residency thrifty = kept(Keep::saving_bytes);
    const Residency careful = kept(Keep::saving_bytes_for_free);
    auto estimates = price_layers(accelerator, format, layers, careful, batch, element_bytes);
    if (thrifty == careful) return estimates;
    auto others = price_layers(accelerator, format, layers, thrifty, batch, element_bytes);
    return rank_of(accelerator, others) < rank_of(accelerator, estimates) ? others : estimates;
}

AcceleratorEstimate estimate(const Accelerator& accelerator, const Graph& graph, std::int64_t batch,
                             const std::string& data_type) {
    AcceleratorEstimate sum;
    std::map<std::string, double> cycles_by_bound;
    for (const auto& layer : estimate_layers(accelerator, graph, batch, data_type)) {
        sum.cycles += layer.cycles;
        sum.macs += layer.macs;
        sum.dram_bytes += layer.dram_bytes;
        sum.global_buffer_bytes += layer.global_buffer_bytes;
        sum.energy += layer.energy;
        cycles_by_bound[layer.bound] += layer.cycles;
    }
    sum.milliseconds = sum.cycles / (accelerator.clock_mhz * 1e3);
    sum.millijoules = sum.energy.total();
    if (sum.cycles > 0) sum.utilisation = sum.macs / (peak_macs_per_cycle(accelerator, data_type) * sum.cycles);
    double most = -1;
    for (const auto& [bound, cycles] : cycles_by_bound)
        if (cycles > most) {
            most = cycles;
            sum.bound = bound;
        }
    return sum;
}

}  // namespace hwnas
