#include "report/network_blocks.h"

#include <algorithm>
#include <map>
#include <set>

namespace hwnas {
namespace {

/// The runs of nodes that have a segment in common, in their order.
std::vector<NodeRun> runs_of(const Graph& graph) {
    std::vector<NodeRun> runs;
    for (NodeId id = 1; id <= graph.output(); ++id) {
        if (runs.empty() || graph.node(id).segment != graph.node(runs.back().last).segment) runs.push_back({id, id});
        runs.back().last = id;
    }
    return runs;
}

double macs_of(const Graph& graph, const NodeRun& run) {
    std::int64_t macs = 0;
    for (NodeId id = run.first; id <= run.last; ++id) {
        const Node& node = graph.node(id);
        macs += op::count_macs(node.op, graph.input_shapes(node), node.shape);
    }
    return static_cast<double>(macs);
}

std::vector<NetworkBlock> blocks_of(const Graph& graph) {
    std::vector<NetworkBlock> blocks;
    std::vector<std::size_t> block_of(graph.nodes().size());
    for (const auto& run : runs_of(graph)) {
        NetworkBlock block;
        const auto segment = static_cast<std::size_t>(graph.node(run.first).segment);
        block.name = graph.segments()[segment];
        block.key = segment_key(graph, segment);
        const auto sketch = sketch_block(graph, run);
        block.words = sketch.words;
        block.join = sketch.join;
        block.output = graph.shape(run.last);
        block.first_channels = block.output[0];
        std::set<std::size_t> from;
        for (NodeId id = run.first; id <= run.last; ++id) {
            block_of[static_cast<std::size_t>(id)] = blocks.size();
            for (const NodeId input : graph.node(id).inputs) {
                if (run.holds(input)) continue;
                if (block.input.empty()) block.input = graph.shape(input);
                if (input == graph.input())
                    block.from_input = true;
                else
                    from.insert(block_of[static_cast<std::size_t>(input)]);
            }
        }
        block.from.assign(from.begin(), from.end());
        blocks.push_back(std::move(block));
    }
    return blocks;
}

/// How many other blocks read each.
std::vector<int> readers_of(const std::vector<NetworkBlock>& blocks) {
    std::vector<int> readers(blocks.size(), 0);
    for (const auto& block : blocks)
        for (const auto from : block.from) ++readers[from];
    return readers;
}

bool is_map(const Shape& shape) { return shape.size() == 3; }

bool equal(const NetworkBlock& a, const NetworkBlock& b) {
    return !a.key.empty() && a.key == b.key && a.words == b.words;
}

bool differ_in_channels(const NetworkBlock& a, const NetworkBlock& b) {
    return a.words == b.words && a.join == b.join && is_map(a.input) && is_map(b.input) && is_map(a.output) &&
           is_map(b.output) && std::equal(a.input.begin() + 1, a.input.end(), b.input.begin() + 1) &&
           std::equal(a.output.begin() + 1, a.output.end(), b.output.begin() + 1) &&
           a.cost.has_value() == b.cost.has_value();
}

/// The later one joins the group, whose figures become those of all.
void join(NetworkBlock& group, const NetworkBlock& block) {
    group.alike = group.alike || block.alike || !equal(group, block);
    group.last_name = block.times > 1 ? block.last_name : block.name;
    group.output = block.output;
    group.times += block.times;
    if (group.cost && block.cost)
        *group.cost += *block.cost;
    else
        group.cost.reset();
}

std::vector<NetworkBlock> merged(const std::vector<NetworkBlock>& blocks,
                                 bool (*same)(const NetworkBlock&, const NetworkBlock&)) {
    const auto readers = readers_of(blocks);
    std::vector<NetworkBlock> groups;
    std::vector<std::size_t> group_of(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const bool chained =
            i > 0 && !blocks[i].from_input && blocks[i].from == std::vector<std::size_t>{i - 1} && readers[i - 1] == 1;
        if (chained && same(groups.back(), blocks[i])) {
            join(groups.back(), blocks[i]);
        } else {
            groups.push_back(blocks[i]);
            for (auto& from : groups.back().from) from = group_of[from];
        }
        group_of[i] = groups.size() - 1;
    }
    return groups;
}

}  // namespace

std::vector<NetworkBlock> network_blocks(const Graph& graph) {
    auto blocks = blocks_of(graph);
    const auto runs = runs_of(graph);
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].cost = macs_of(graph, runs[i]);
    return blocks;
}

std::vector<NetworkBlock> network_blocks(const Graph& graph, const SegmentCosts& costs) {
    auto blocks = blocks_of(graph);
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].cost = costs.segments.at(i).latency;
    return blocks;
}

std::vector<NetworkBlock> grouped(std::vector<NetworkBlock> blocks, std::size_t most) {
    if (blocks.size() > most) blocks = merged(blocks, equal);
    if (blocks.size() > most) blocks = merged(blocks, differ_in_channels);
    return blocks;
}

}  // namespace hwnas
