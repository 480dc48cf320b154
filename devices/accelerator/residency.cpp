#include "devices/accelerator/residency.h"

#include <algorithm>

#include "devices/accelerator/tiling.h"

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

}  // namespace

Residency keep_on_chip(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const Graph& graph,
                       const std::vector<AcceleratorLayer>& layers, std::int64_t batch, std::int64_t element_bytes) {
    Residency residency;
    residency.on_chip.resize(graph.nodes().size(), false);
    residency.free_bytes.resize(layers.size(), static_cast<double>(accelerator.global_buffer.bytes));
    std::vector<double> tiles(layers.size(), 0);
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].mac) tiles[i] = smallest_tile_bytes(accelerator, format, *layers[i].mac, element_bytes);
    for (const Life& life : lives_of(layers, accelerator.border)) {
        const double bytes =
            static_cast<double>(element_count(graph.shape(life.tensor))) * static_cast<double>(batch * element_bytes);
        bool fits = true;
        for (std::size_t i = life.first; i <= life.last && i < layers.size(); ++i)
            fits = fits && bytes + tiles[i] <= residency.free_bytes[i];
        if (!fits) continue;
        for (std::size_t i = life.first; i <= life.last && i < layers.size(); ++i) residency.free_bytes[i] -= bytes;
        residency.on_chip[static_cast<std::size_t>(life.tensor)] = true;
    }
    return residency;
}

}  // namespace hwnas
