#include "space/compiled_space.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "core/sha256.h"

namespace hwnas {
namespace {

constexpr std::uint32_t most_locals = 1U << 20U;
constexpr std::size_t most_states = 65'535;

using State = CompiledSpace::State;
using StageTable = CompiledSpace::StageTable;

StageTable empty_table(const Stage& stage, std::vector<State> states) {
    StageTable table;
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
    table.valid.resize(entries);
    table.next_state.resize(entries);
    table.canonical.resize(entries);
    table.uses.resize(entries);
    return table;
}

/// The positions before `first_choice` that a stage from `stage` on reads.
std::vector<std::size_t> remembered_at(const SearchSpace& space, std::size_t stage) {
    const std::size_t first = stage < space.stages().size() ? space.first_choice(stage) : space.choices().size();
    std::set<std::size_t> positions;
    for (std::size_t s = stage; s < space.stages().size(); ++s)
        for (const auto position : space.stages()[s].reads)
            if (position < first) positions.insert(position);
    return {positions.begin(), positions.end()};
}

/// Finds a state among those that the next stage is entered in, or adds it.
std::uint16_t state_index(std::vector<State>& states, State state, const std::string& stage) {
    const auto found = std::find(states.begin(), states.end(), state);
    if (found != states.end()) return static_cast<std::uint16_t>(found - states.begin());
    if (states.size() == most_states)
        throw InputError({"stage \"" + stage + "\"", "at most 65535 shapes and earlier choices that it can leave",
                          "more", "give it fewer widths or resolutions"});
    states.push_back(std::move(state));
    return static_cast<std::uint16_t>(states.size() - 1);
}

/// What the choices of a stage without nodes come to for all that read them: equal texts
/// make equal networks, whatever else is chosen.
class Effects {
public:
    Effects(const SearchSpace& space, std::size_t stage) : space_(&space), stage_(stage) {}

    /// `encoding`: with the stage's own values in place.
    [[nodiscard]] std::string text(Encoding encoding) const {
        const auto first = space_->first_choice(stage_);
        const auto end = first + space_->stages()[stage_].choices.size();
        std::string text;
        for (std::size_t s = stage_ + 1; s < space_->stages().size(); ++s) {
            const auto& later = space_->stages()[s];
            const auto own = [&](std::size_t position) { return first <= position && position < end; };
            if (std::none_of(later.reads.begin(), later.reads.end(), own)) continue;
            if (later.builder && later.rules.empty())
                append_all(text, encoding, later, 0, own);
            else
                for (const auto position : later.reads)
                    if (own(position)) text += std::to_string(encoding[position]) + ",";
            text += ';';
        }
        return text;
    }

private:
    /// Over all values of what else the stage reads.
    template <typename Own>
    void append_all(std::string& text, Encoding& encoding, const Stage& later, std::size_t i, const Own& own) const {
        if (i == later.reads.size()) {
            std::vector<Json> values;
            for (const auto position : later.reads)
                values.push_back(space_->choices()[position].values[encoding[position]]);
            text += later.builder->effect(values).dump();
            return;
        }
        const auto position = later.reads[i];
        if (own(position)) return append_all(text, encoding, later, i + 1, own);
        for (std::size_t value = 0; value < space_->choices()[position].values.size(); ++value) {
            encoding[position] = static_cast<std::uint8_t>(value);
            append_all(text, encoding, later, i + 1, own);
        }
    }

    const SearchSpace* space_;
    std::size_t stage_;
};

}  // namespace

CompiledSpace::CompiledSpace(SearchSpace space) : space_(std::move(space)) {
    std::vector<State> states{{space_.input(), {}}};
    for (std::size_t stage = 0; stage < space_.stages().size(); ++stage) compile_stage(stage, states);
    exclude_dead_ends();
}

void CompiledSpace::compile_stage(std::size_t s, std::vector<State>& states) {
    const Stage& stage = space_.stages()[s];
    const std::size_t first = space_.first_choice(s);
    StageTable table = empty_table(stage, std::move(states));
    states.clear();
    table.remembered = remembered_at(space_, s);
    const auto kept = remembered_at(space_, s + 1);
    Encoding encoding(space_.choices().size(), 0);
    std::vector<Json> values(stage.choices.size() + stage.reads.size());
    Exclusion excluded{stage.name, 0, {}};
    for (std::size_t state = 0; state < table.states.size(); ++state) {
        for (std::size_t i = 0; i < table.remembered.size(); ++i)
            encoding[table.remembered[i]] = table.states[state].remembered[i];
        std::unordered_map<std::string, std::uint32_t> local_of_text;
        for (std::uint32_t local = 0; local < table.locals; ++local) {
            const std::size_t entry = state * table.locals + local;
            for (std::size_t i = 0; i < stage.choices.size(); ++i) {
                const auto& options = stage.choices[i].values;
                encoding[first + i] = static_cast<std::uint8_t>(local / table.radix[i] % options.size());
                values[i] = options[encoding[first + i]];
            }
            for (std::size_t i = 0; i < stage.reads.size(); ++i)
                values[stage.choices.size() + i] = space_.choices()[stage.reads[i]].values[encoding[stage.reads[i]]];
            // A first stage without nodes may choose the shape of the input.
            Graph graph(stage.builder ? table.states[state].shape
                        : s == 0      ? space_.input_of(encoding)
                                      : table.states[state].shape);
            table.canonical[entry] = local;
            try {
                append_stage(graph, stage, values);
            } catch (const InputError& error) {
                if (excluded.entries++ == 0) excluded.first = error.problems().front();
                continue;
            }
            table.valid[entry] = true;
            State next{graph.shape(graph.output()), {}};
            for (const auto position : kept) next.remembered.push_back(encoding[position]);
            const std::string stage_text = canonical_text(graph);
            std::string text = stage_text;
            if (!stage.builder)
                text += Effects(space_, s).text(encoding);
            else
                for (const auto position : kept)
                    if (position >= first) text += ";" + std::to_string(encoding[position]);
            table.next_state[entry] = state_index(states, std::move(next), stage.name);
            const auto [found, fresh] = local_of_text.try_emplace(std::move(text), local);
            table.canonical[entry] = found->second;
            if (fresh) add_uses(table.uses[entry], graph, stage_text);
        }
    }
    if (excluded.entries > 0) exclusions_.push_back(std::move(excluded));
    if (states.empty()) {
        auto problem = exclusions_.back().first;
        problem.advice = "no combination of this stage's choices is left; loosen a constraint or change the values";
        throw InputError(std::move(problem));
    }
    tables_.push_back(std::move(table));
}

void CompiledSpace::add_uses(std::vector<SegmentUse>& uses, const Graph& stage, const std::string& stage_text) {
    for (std::size_t segment = 1; segment < stage.segments().size(); ++segment) {
        Graph extracted = extract_segment(stage, segment);
        std::string key = canonical_text(extracted);
        const auto [known, is_new] = segment_of_key_.try_emplace(key, static_cast<std::uint32_t>(segments_.size()));
        if (is_new) {
            const auto counts = count(extracted);
            nodes_of_segment_.emplace_back(extracted);
            segments_.push_back({std::move(extracted), std::move(key), counts});
        }
        uses.push_back({known->second, stage.segments()[segment]});
    }
    std::string composed = to_string(stage.shape(stage.input()));
    write_nodes(uses, stage.input(), [&composed](std::string_view piece) { composed += piece; });
    chained_ = chained_ && composed == stage_text;
}

/// What leads to a state from which no stage's choices are left is not valid either.
void CompiledSpace::exclude_dead_ends() {
    for (std::size_t s = tables_.size() - 1; s-- > 0;) {
        const auto& behind = tables_[s + 1];
        std::vector<bool> alive(behind.states.size(), false);
        for (std::size_t entry = 0; entry < behind.valid.size(); ++entry)
            if (behind.valid[entry]) alive[entry / behind.locals] = true;
        auto& table = tables_[s];
        for (std::size_t entry = 0; entry < table.valid.size(); ++entry)
            if (table.valid[entry] && !alive[table.next_state[entry]]) table.valid[entry] = false;
    }
    const auto& first = tables_.front().valid;
    if (std::find(first.begin(), first.end(), true) != first.end()) return;
    auto problem = exclusions_.front().first;
    problem.advice = "no network of \"" + space_.name() + "\" keeps to all constraints; loosen one of them";
    throw InputError(std::move(problem));
}

bool CompiledSpace::contains(const Encoding& encoding) const {
    check_encoding(space_.choices(), encoding);
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables_.size(); ++s) {
        const std::size_t entry = state * tables_[s].locals + local_index(s, encoding);
        if (!tables_[s].valid[entry]) return false;
        state = tables_[s].next_state[entry];
    }
    return true;
}

Encoding CompiledSpace::any() const {
    Encoding encoding;
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables_.size(); ++s) {
        const auto& table = tables_[s];
        std::uint32_t local = 0;
        while (!table.valid[state * table.locals + local]) ++local;
        for (std::size_t i = 0; i < table.radix.size(); ++i)
            encoding.push_back(
                static_cast<std::uint8_t>(local / table.radix[i] % space_.stages()[s].choices[i].values.size()));
        state = table.next_state[state * table.locals + local];
    }
    return encoding;
}

double CompiledSpace::network_count() const {
    std::vector<double> rest;  // networks from here on, by entering state
    for (std::size_t s = tables_.size(); s-- > 0;) {
        const auto& table = tables_[s];
        std::vector<double> from(table.states.size(), 0.0);
        for (std::size_t entry = 0; entry < table.canonical.size(); ++entry) {
            if (!table.valid[entry] || table.canonical[entry] != entry % table.locals) continue;
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
        if (!table.valid[entry]) return encoding;
        const std::uint32_t local = table.canonical[entry];
        for (std::size_t i = 0; i < table.radix.size(); ++i) {
            const std::size_t at = space_.first_choice(s) + i;
            result[at] = static_cast<std::uint8_t>(local / table.radix[i] % choices[at].values.size());
        }
        state = table.next_state[state * table.locals + local];
    }
    return result;
}

std::vector<std::uint32_t> CompiledSpace::network_segments(const Encoding& canonical) const {
    check_encoding(space_.choices(), canonical);
    std::vector<std::uint32_t> segments;
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables_.size(); ++s) {
        const std::size_t entry = state * tables_[s].locals + local_index(s, canonical);
        for (const auto& use : tables_[s].uses[entry]) segments.push_back(use.segment);
        state = tables_[s].next_state[entry];
    }
    return segments;
}

Architecture CompiledSpace::architecture(const Encoding& encoding) const {
    Architecture architecture{canonical(encoding), {}};
    if (!chained_ || !contains(architecture.encoding)) {
        architecture.id = graph_id(space_.lower(architecture.encoding));
        return architecture;
    }
    Sha256 sha;
    sha.update(to_string(space_.input_of(architecture.encoding)));
    NodeId last = 0;
    std::size_t state = 0;
    for (std::size_t s = 0; s < tables_.size(); ++s) {
        const std::size_t entry = state * tables_[s].locals + local_index(s, architecture.encoding);
        last = write_nodes(tables_[s].uses[entry], last, [&sha](std::string_view piece) { sha.update(piece); });
        state = tables_[s].next_state[entry];
    }
    architecture.id = sha.hex().substr(0, graph_id_digits);
    return architecture;
}

}  // namespace hwnas
