#include "devices/accelerator/residency.h"

#include <algorithm>
#include <limits>

namespace hwnas {
namespace {

struct Life {
    NodeId tensor = 0;
    std::size_t first = 0;  // layers
    std::size_t last = 0;
};

std::vector<Life> lives_of(const std::vector<AcceleratorLayer>& layers, Border border) {
    const auto last_reader = [&layers](NodeId tensor, std::size_t otherwise) {
        for (std::size_t i = layers.size(); i-- > 0;)
            if (std::find(layers[i].inputs.begin(), layers[i].inputs.end(), tensor) != layers[i].inputs.end()) return i;
        return otherwise;
    };
    std::vector<Life> lives;
    if (border == Border::buffer) lives.push_back({0, 0, last_reader(0, 0)});
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const bool leaves = i + 1 == layers.size();
        if (!leaves || border == Border::buffer)
            lives.push_back({layers[i].output, i, last_reader(layers[i].output, i)});
    }
    return lives;
}

/// Decides tensor by tensor, and remembers what each layer moves as decided so far.
class Keeping {
public:
    Keeping(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const Graph& graph,
            const std::vector<AcceleratorLayer>& layers, std::int64_t batch, std::int64_t element_bytes, Keep keep)
        : accelerator_(&accelerator),
          format_(&format),
          graph_(&graph),
          layers_(&layers),
          batch_(batch),
          element_bytes_(element_bytes),
          keep_(keep) {
        residency_.on_chip.resize(graph.nodes().size(), false);
        residency_.free_bytes.resize(layers.size(), static_cast<double>(accelerator.global_buffer.bytes));
        for (std::size_t i = 0; i < layers.size(); ++i) work_.push_back(work_of(i, residency_));
    }

    void consider(const Life& life) {
        Residency kept = residency_;
        kept.on_chip[static_cast<std::size_t>(life.tensor)] = true;
        const double bytes = static_cast<double>(element_count(graph_->shape(life.tensor))) *
                             static_cast<double>(batch_ * element_bytes_);
        for (std::size_t i = life.first; i <= life.last && i < layers_->size(); ++i) {
            kept.free_bytes[i] -= bytes;
            if (kept.free_bytes[i] < 0) return;
        }
        double saved = 0;
        bool pays = true;
        std::vector<LeastWork> work;
        for (std::size_t i = life.first; i <= life.last && i < layers_->size(); ++i) {
            work.push_back(work_of(i, kept));
            if (keep_ == Keep::saving_bytes) {
                saved += work_[i].dram_bytes - work.back().dram_bytes;
            } else {
                saved += work_[i].dram_bytes_at_cycles - work.back().dram_bytes_at_cycles;
                pays = pays && work.back().cycles <= work_[i].cycles;
            }
        }
        if (!pays || !(saved > 0)) return;
        residency_ = std::move(kept);
        std::copy(work.begin(), work.end(), work_.begin() + static_cast<std::ptrdiff_t>(life.first));
    }

    [[nodiscard]] const Residency& residency() const { return residency_; }

private:
    /// The least of a layer, as decided so far.
    [[nodiscard]] LeastWork work_of(std::size_t position, const Residency& residency) const {
        const AcceleratorLayer& layer = (*layers_)[position];
        const LayerSurroundings around = surroundings(*layers_, position, residency, batch_, element_bytes_);
        LeastWork work;
        if (layer.mac) {
            constexpr double never = std::numeric_limits<double>::infinity();
            work = least_work(*accelerator_, *format_, layer, around).value_or(LeastWork{never, never, never});
        } else {
            const auto image_bytes = static_cast<double>(batch_ * element_bytes_);
            if (!around.input_on_chip) work.dram_bytes += layer.read_elements[0] * image_bytes;
            if (!around.output_on_chip) work.dram_bytes += layer.output_elements * image_bytes;
            work.dram_bytes_at_cycles = work.dram_bytes;
        }
        work.dram_bytes += around.other_dram_bytes;
        work.dram_bytes_at_cycles += around.other_dram_bytes;
        return work;
    }

    const Accelerator* accelerator_;
    const Accelerator::NumberFormat* format_;
    const Graph* graph_;
    const std::vector<AcceleratorLayer>* layers_;
    std::int64_t batch_;
    std::int64_t element_bytes_;
    Keep keep_;
    Residency residency_;
    std::vector<LeastWork> work_;  // by layer
};

}  // namespace

Residency keep_on_chip(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const Graph& graph,
                       const std::vector<AcceleratorLayer>& layers, std::int64_t batch, std::int64_t element_bytes,
                       Keep keep) {
    Keeping keeping(accelerator, format, graph, layers, batch, element_bytes, keep);
    for (const Life& life : lives_of(layers, accelerator.border)) keeping.consider(life);
    return keeping.residency();
}

LayerSurroundings surroundings(const std::vector<AcceleratorLayer>& layers, std::size_t position,
                               const Residency& residency, std::int64_t batch, std::int64_t element_bytes) {
    const AcceleratorLayer& layer = layers[position];
    LayerSurroundings around;
    around.input_on_chip = residency.keeps(layer.inputs[0]);
    around.output_on_chip = residency.keeps(layer.output);
    around.free_bytes = residency.free_bytes[position];
    around.element_bytes = element_bytes;
    for (std::size_t i = 1; i < layer.inputs.size(); ++i) {
        const double bytes = layer.read_elements[i] * static_cast<double>(batch * element_bytes);
        around.other_bytes += bytes;
        if (!residency.keeps(layer.inputs[i])) around.other_dram_bytes += bytes;
    }
    return around;
}

}  // namespace hwnas
