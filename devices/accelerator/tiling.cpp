#include "devices/accelerator/tiling.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <optional>
#include <utility>
#include <vector>

#include "devices/accelerator/array.h"
#include "devices/accelerator/traffic.h"
#include "core/error.h"

namespace hwnas {
namespace {

// The loops over tiles, and the operands that each of them changes.
enum Loop : std::size_t { over_filters, over_channels, over_rows };
using Order = std::array<Loop, 3>;  // outermost first
constexpr std::array<Order, 6> orders{{{over_filters, over_channels, over_rows},
                                       {over_filters, over_rows, over_channels},
                                       {over_channels, over_filters, over_rows},
                                       {over_channels, over_rows, over_filters},
                                       {over_rows, over_filters, over_channels},
                                       {over_rows, over_channels, over_filters}}};

struct Trips {
    std::array<double, 3> of{1, 1, 1};

    /// How often an operand that all loops but `unrelated` change is fetched: once more for each
    /// turn of that loop, unless it is inside of all that change the operand, whose tile then waits.
    [[nodiscard]] double fetches(const Order& order, Loop unrelated) const {
        bool changed_inside = false;
        for (std::size_t i = order.size(); i-- > 0;) {
            if (order[i] == unrelated) return changed_inside ? of[unrelated] : 1;
            changed_inside = changed_inside || of[order[i]] > 1;
        }
        return 1;
    }
};

/// The whole, its halves, quarters ... rounded up to the unit, then less than a unit down to 1.
std::vector<std::int64_t> tile_sizes(std::int64_t whole, std::int64_t unit) {
    std::vector<std::int64_t> sizes{whole};
    for (std::int64_t parts = 2; sizes.back() > 1; parts *= 2) {
        const std::int64_t size = divided_up(whole, parts);
        const std::int64_t rounded = size > unit ? divided_up(size, unit) * unit : size;
        if (rounded < sizes.back()) sizes.push_back(rounded);
    }
    return sizes;
}

/// Whole images first, then parts of one.
std::vector<std::int64_t> row_sizes(const MacLayer& layer) {
    std::vector<std::int64_t> sizes;
    for (const std::int64_t images : tile_sizes(layer.images, 1)) sizes.push_back(images * layer.output_rows);
    for (const std::int64_t rows : tile_sizes(layer.output_rows, 1))
        if (rows < sizes.back()) sizes.push_back(rows);
    return sizes;
}

class Search {
public:
    Search(const Accelerator& accelerator, const Accelerator::NumberFormat& format, const AcceleratorLayer& layer,
           const LayerSurroundings& around)
        : accelerator_(&accelerator), format_(&format), layer_(&layer), mac_(&*layer.mac), around_(&around) {}

    std::optional<LayerEstimate> best() {
        for (const ArrayPlan& plan : layer_->plans)
            for_every_tile(plan, [&](const Tile& tile) { consider(plan, tile); });
        return best_;
    }

    std::optional<LeastWork> least() {
        std::optional<LeastWork> least;
        for (const ArrayPlan& plan : layer_->plans)
            for_every_tile(plan, [&](const Tile& tile) {
                double bytes = std::numeric_limits<double>::infinity();
                const Trips trip = trips(tile);
                for (std::size_t i = 0; i < distinct_orders(trip); ++i) {
                    Traffic traffic;
                    add_dram(tile, trip, orders[i], traffic);
                    bytes = std::min(bytes, traffic.dram_reads + traffic.dram_writes);
                }
                LeastWork work{bytes, array_work(*accelerator_, *format_, *mac_, plan, tile).cycles, bytes};
                if (least) {
                    work.dram_bytes = std::min(bytes, least->dram_bytes);
                    std::tie(work.cycles, work.dram_bytes_at_cycles) =
                        std::min(std::pair(work.cycles, bytes), std::pair(least->cycles, least->dram_bytes_at_cycles));
                }
                least = work;
            });
        return least;
    }

    /// Bytes of the global buffer that a tile takes.
    [[nodiscard]] double global_bytes(const Tile& tile) const {
        double bytes = around_->input_on_chip ? 0 : buffered(input_bytes(tile), input_tiles(tile));
        if (!around_->output_on_chip)
            bytes += buffered(output_bytes(tile), trips(tile).of[over_filters] * row_tiles(tile));
        if (!accelerator_->weight_buffer) bytes += buffered(weight_bytes(tile), weight_tiles(tile));
        return bytes;
    }

private:
    /// For all channels and rows the most filters that fit: more of them in a tile never cost more.
    /// Ends with the whole layer, if that fits: then nothing is fetched twice and no fold is cut.
    template <typename Visit>
    void for_every_tile(const ArrayPlan& plan, Visit&& visit) const {
        const auto filter_sizes = tile_sizes(mac_->filters, filter_unit(*accelerator_, plan));
        const auto channel_sizes = tile_sizes(mac_->channels, channel_unit(*accelerator_, *mac_, plan));
        const auto all_rows = row_sizes(*mac_);
        for (const std::int64_t channels : channel_sizes)
            for (const std::int64_t rows : all_rows) {
                const auto fitting = std::find_if(filter_sizes.begin(), filter_sizes.end(), [&](std::int64_t filters) {
                    return fits({filters, channels, rows});
                });
                if (fitting == filter_sizes.end()) continue;
                visit(Tile{*fitting, channels, rows});
                if (*fitting == mac_->filters && channels == mac_->channels && rows == all_rows.front()) return;
            }
    }

    [[nodiscard]] double row_tiles(const Tile& tile) const {
        return static_cast<double>(divided_up(mac_->images * mac_->output_rows, tile.rows));
    }
    [[nodiscard]] Trips trips(const Tile& tile) const {
        return {{static_cast<double>(divided_up(mac_->filters, tile.filters)),
                 static_cast<double>(divided_up(mac_->channels, tile.channels)), row_tiles(tile)}};
    }
    [[nodiscard]] double input_tiles(const Tile& tile) const {
        return trips(tile).of[over_channels] * row_tiles(tile) * static_cast<double>(mac_->groups);
    }
    [[nodiscard]] double weight_tiles(const Tile& tile) const {
        const Trips trip = trips(tile);
        return trip.of[over_filters] * trip.of[over_channels] * static_cast<double>(mac_->groups);
    }
    /// What is fetched piece by piece needs room for the next piece.
    [[nodiscard]] double buffered(double bytes, double tiles) const {
        return accelerator_->double_buffered && tiles > 1 ? 2 * bytes : bytes;
    }

    [[nodiscard]] double element_bytes() const { return static_cast<double>(around_->element_bytes); }
    [[nodiscard]] double sum_bytes() const { return static_cast<double>(format_->accumulator_bytes); }

    [[nodiscard]] double input_rows(std::int64_t tile_rows) const {
        const std::int64_t images = tile_rows / mac_->output_rows;
        return static_cast<double>(images > 0 ? images * mac_->input_rows_under(mac_->output_rows)
                                              : mac_->input_rows_under(tile_rows));
    }
    [[nodiscard]] double input_bytes(const Tile& tile) const {
        return static_cast<double>(tile.channels * mac_->input_columns) * input_rows(tile.rows) * element_bytes();
    }
    [[nodiscard]] double weight_bytes(const Tile& tile) const {
        return static_cast<double>(tile.filters * tile.channels * mac_->taps()) * element_bytes();
    }
    /// Partial sums wait in the accumulators, if there are some, else beside the outputs.
    [[nodiscard]] double output_bytes(const Tile& tile) const {
        const bool partial = tile.channels < mac_->channels || !accelerator_->accumulators;
        return static_cast<double>(tile.filters * tile.rows * mac_->output_columns) *
               (partial ? std::max(sum_bytes(), element_bytes()) : element_bytes());
    }

    [[nodiscard]] bool fits(const Tile& tile) const {
        if (accelerator_->weight_buffer && !accelerator_->weights_stay &&
            buffered(weight_bytes(tile), weight_tiles(tile)) > static_cast<double>(accelerator_->weight_buffer->bytes))
            return false;
        return global_bytes(tile) <= around_->free_bytes;
    }

    /// Bytes of the whole input as the tiles of rows read it: halos twice, skipped rows not.
    [[nodiscard]] double whole_input_bytes(const Tile& tile) const {
        double rows = 0;
        if (tile.rows >= mac_->output_rows) {
            rows = static_cast<double>(mac_->images * mac_->input_rows_under(mac_->output_rows));
        } else {
            const std::int64_t whole_tiles = mac_->output_rows / tile.rows;
            const std::int64_t rest = mac_->output_rows % tile.rows;
            const std::int64_t of_image =
                whole_tiles * mac_->input_rows_under(tile.rows) + (rest > 0 ? mac_->input_rows_under(rest) : 0);
            rows = static_cast<double>(mac_->images * of_image);
        }
        return static_cast<double>(mac_->groups * mac_->channels * mac_->input_columns) * rows * element_bytes();
    }

    [[nodiscard]] double outputs() const {
        return static_cast<double>(mac_->images) * static_cast<double>(mac_->groups * mac_->filters) *
               static_cast<double>(mac_->output_rows * mac_->output_columns);
    }

    void consider(const ArrayPlan& plan, const Tile& tile) {
        const ArrayWork work = array_work(*accelerator_, *format_, *mac_, plan, tile);
        Traffic common;
        common.macs = mac_->macs();
        common.vector_operations = layer_->vector_operations;
        common.compute_cycles = work.cycles;
        common.registers = work.register_words * element_bytes() + work.register_sums * sum_bytes();
        common.network = work.network_words * element_bytes() + work.network_sums * sum_bytes();
        common.global_reads = work.input_words * element_bytes() + around_->other_bytes;
        common.global_writes = outputs() * element_bytes();
        common.dram_reads = around_->other_dram_bytes;
        common.global_writes += around_->other_dram_bytes;
        read_weights(*accelerator_, common, work.weight_words * element_bytes());
        move_sums(*accelerator_, common, work.sums_written * sum_bytes(), work.sums_read * sum_bytes());

        const Trips trip = trips(tile);
        for (std::size_t i = 0; i < distinct_orders(trip); ++i) {
            Traffic traffic = common;
            add_dram(tile, trip, orders[i], traffic);
            keep_better(price(*accelerator_, *format_, traffic));
        }
    }

    /// With one turn in two of the loops their order says nothing.
    [[nodiscard]] static std::size_t distinct_orders(const Trips& trip) {
        const auto moving = std::count_if(trip.of.begin(), trip.of.end(), [](double turns) { return turns > 1; });
        return moving < 2 ? 1 : orders.size();
    }

    void add_dram(const Tile& tile, const Trips& trip, const Order& order, Traffic& traffic) const {
        if (!around_->input_on_chip) {
            const double bytes = whole_input_bytes(tile) * trip.fetches(order, over_filters);
            traffic.dram_reads += bytes;
            traffic.global_writes += bytes;
        }
        if (!accelerator_->weights_stay) {
            const double bytes = layer_->weight_elements * element_bytes() * trip.fetches(order, over_rows);
            traffic.dram_reads += bytes;
            store_weights(*accelerator_, traffic, bytes);
        }
        if (around_->output_on_chip) return;
        const double spills = trip.fetches(order, over_channels) - 1;  // sums go out and come back
        const double sums = outputs() * sum_bytes() * spills;
        const double whole = outputs() * element_bytes();
        traffic.dram_writes += whole + sums;
        traffic.global_reads += whole + sums;
        traffic.dram_reads += sums;
        traffic.global_writes += sums;
    }

    void keep_better(const LayerEstimate& candidate) {
        const auto rank_of = [this](const LayerEstimate& layer) {
            return rank(accelerator_->optimise, layer.cycles, layer.energy.total());
        };
        if (!best_ || rank_of(candidate) < rank_of(*best_)) best_ = candidate;
    }

    const Accelerator* accelerator_;
    const Accelerator::NumberFormat* format_;
    const AcceleratorLayer* layer_;
    const MacLayer* mac_;
    const LayerSurroundings* around_;
    std::optional<LayerEstimate> best_;
};

}  // namespace

LayerEstimate best_tiling(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                          const AcceleratorLayer& layer, const LayerSurroundings& around) {
    Search search(accelerator, format, layer, around);
    auto best = search.best();
    if (!best)
        throw UnsupportedError(
            "the accelerator can't run \"" + layer.name + "\": its smallest tiles need " +
            std::to_string(static_cast<std::int64_t>(search.global_bytes({1, 1, 1}))) +
            " bytes of the global buffer (" + std::to_string(accelerator.global_buffer.bytes) + " bytes, " +
            std::to_string(static_cast<std::int64_t>(around.free_bytes)) +
            " of them free), and one filter's taps of one channel must fit the weight buffer, if there is one");
    best->name = layer.name;
    best->operator_type = layer.operator_type;
    return *best;
}

std::optional<LeastWork> least_work(const Accelerator& accelerator, const Accelerator::NumberFormat& format,
                                    const AcceleratorLayer& layer, const LayerSurroundings& around) {
    return Search(accelerator, format, layer, around).least();
}

}  // namespace hwnas
