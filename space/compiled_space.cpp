#include "space/compiled_space.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/error.h"

namespace hwnas {
namespace {

constexpr std::uint32_t most_locals = 1U << 20U;

CompiledSpace::StageTable empty_table(const Stage& stage, std::vector<Shape> states) {
    CompiledSpace::StageTable table;
    table.states = std::move(states);
    table.radix.resize(stage.choices.size());
    for (std::size_t i = stage.choices.size(); i-- > 0;) {
        table.radix[i] = table.locals;
        table.locals *= static_cast<std::uint32_t>(stage.choices[i].values.size());
        if (table.locals > most_locals)
            throw InputError({"stage \"" + stage.name + "\"",
                              "at most " + std::to_string(most_locals) + " combinations of its choices", "more",
                              "split the stage, so that each part has fewer choices"});
    }
    const std::size_t entries = table.states.size() * table.locals;
    table.next_state.resize(entries);
    table.canonical.resize(entries);
    table.uses.resize(entries);
    return table;
}

std::vector<Json> values_of(const Stage& stage, const CompiledSpace::StageTable& table, std::uint32_t local) {
    std::vector<Json> values;
    for (std::size_t i = 0; i < stage.choices.size(); ++i) {
        const auto& options = stage.choices[i].values;
        values.push_back(options[local / table.radix[i] % options.size()]);
    }
    return values;
}

/// Finds a shape among the states that the next stage is entered in, or adds it.
std::uint8_t state_index(std::vector<Shape>& states, const Shape& shape, const std::string& stage) {
    const auto found = std::find(states.begin(), states.end(), shape);
    if (found != states.end()) return static_cast<std::uint8_t>(found - states.begin());
    if (states.size() == 255)
        throw InputError({"stage \"" + stage + "\"", "at most 255 shapes that can leave it", "more",
                          "give it fewer widths or resolutions"});
    states.push_back(shape);
    return static_cast<std::uint8_t>(states.size() - 1);
}

}  // namespace

CompiledSpace::CompiledSpace(SearchSpace space) : space_(std::move(space)) {
    std::unordered_map<std::string, std::uint32_t> segment_of_key;
    const auto segment_index = [&](Graph graph) {
        std::string key = canonical_text(graph);
        const auto [found, fresh] = segment_of_key.try_emplace(key, static_cast<std::uint32_t>(segments_.size()));
        if (fresh) {
            const auto counts = count(graph);
            segments_.push_back({std::move(graph), std::move(key), counts});
        }
        return found->second;
    };

    std::vector<Shape> states{space_.input()};
    for (const auto& stage : space_.stages()) {
        StageTable table = empty_table(stage, std::move(states));
        states.clear();
        for (std::size_t state = 0; state < table.states.size(); ++state) {
            std::unordered_map<std::string, std::uint32_t> local_of_text;
            for (std::uint32_t local = 0; local < table.locals; ++local) {
                const std::size_t entry = state * table.locals + local;
                Graph graph(table.states[state]);
                stage.family->append(graph, stage.name, values_of(stage, table, local));
                table.next_state[entry] = state_index(states, graph.shape(graph.output()), stage.name);
                const auto [found, fresh] = local_of_text.try_emplace(canonical_text(graph), local);
                table.canonical[entry] = found->second;
                if (!fresh) continue;
                for (std::size_t segment = 1; segment < graph.segments().size(); ++segment)
                    table.uses[entry].push_back(
                        {segment_index(extract_segment(graph, segment)), graph.segments()[segment]});
            }
        }
        tables_.push_back(std::move(table));
    }
}

double CompiledSpace::network_count() const {
    std::vector<double> rest;  // networks from here on, by entering state
    for (std::size_t s = tables_.size(); s-- > 0;) {
        const auto& table = tables_[s];
        std::vector<double> from(table.states.size(), 0.0);
        for (std::size_t entry = 0; entry < table.canonical.size(); ++entry) {
            if (table.canonical[entry] != entry % table.locals) continue;
            from[entry / table.locals] += rest.empty() ? 1.0 : rest[table.next_state[entry]];
        }
        rest = std::move(from);
    }
    return rest.front();
}

std::uint32_t CompiledSpace::local_index(std::size_t stage, const Encoding& encoding) const {
    const auto& radix = tables_[stage].radix;
    const std::size_t first = space_.first_choice(stage);
    std::uint32_t local = 0;
    for (std::size_t i = 0; i < radix.size(); ++i) local += radix[i] * encoding[first + i];
    return local;
}

Encoding CompiledSpace::canonical(const Encoding& encoding) const {
    const auto& choices = space_.choices();
    check_encoding(choices, encoding);
    Encoding result = encoding;
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables_.size(); ++s) {
        const auto& table = tables_[s];
        const std::size_t entry = state * table.locals + local_index(s, encoding);
        const std::uint32_t local = table.canonical[entry];
        for (std::size_t i = 0; i < table.radix.size(); ++i) {
            const std::size_t at = space_.first_choice(s) + i;
            result[at] = static_cast<std::uint8_t>(local / table.radix[i] % choices[at].values.size());
        }
        state = table.next_state[entry];
    }
    return result;
}

Architecture CompiledSpace::architecture(const Encoding& encoding) const {
    Architecture architecture{canonical(encoding), {}};
    architecture.id = graph_id(space_.lower(architecture.encoding));
    return architecture;
}

}  // namespace hwnas
