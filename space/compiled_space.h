#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "graph/canonical_nodes.h"
#include "space/search_space.h"

namespace hwnas {

/// A distinct segment of a space: what is measured and counted once, however
/// many architectures share it.
struct Segment {
    Graph graph;
    std::string key;  ///< canonical text of `graph`
    GraphCounts counts;
};

/// One use of a segment by a stage variant.
struct SegmentUse {
    std::uint32_t segment = 0;  ///< index into CompiledSpace::segments
    std::string name;           ///< the segment's name in the network, `stage2.1`
};

/// A space taken apart into tables. A stage's effect depends on its own choices, on
/// the shape that enters it and on the few earlier choices that it or a later stage
/// reads; so everything about a network is a fold over one table entry per stage.
class CompiledSpace : public ChoiceSpace {
public:
    /// Throws InputError where no network keeps to all constraints.
    explicit CompiledSpace(SearchSpace space);

    /// What a stage can be entered in.
    struct State {
        Shape shape;
        std::vector<std::uint8_t> remembered;  ///< indices of values, of `StageTable::remembered`

        friend bool operator==(const State&, const State&) = default;
    };

    /// One stage: entry [state * locals + local], `local` being the mixed-radix
    /// number of the stage's choices (the last choice varies fastest) and
    /// `state` the index of what it is entered in.
    struct StageTable {
        std::uint32_t locals = 1;
        std::vector<std::uint32_t> radix;     ///< weight of each choice in `local`
        std::vector<std::size_t> remembered;  ///< positions of earlier choices that a state holds
        std::vector<State> states;
        std::vector<bool> valid;                    ///< keeps to the constraints, and can be completed
        std::vector<std::uint16_t> next_state;      ///< state that the next stage is entered in
        std::vector<std::uint32_t> canonical;       ///< least valid local that lowers to the same nodes
        std::vector<std::vector<SegmentUse>> uses;  ///< per entry; empty where not canonical
    };

    /// Combinations of a stage's values that are left out.
    struct Exclusion {
        std::string stage;
        std::size_t entries = 0;  ///< of its table
        Problem first;            ///< why, for one of them
    };

    [[nodiscard]] const SearchSpace& space() const { return space_; }
    [[nodiscard]] const std::vector<StageTable>& tables() const { return tables_; }
    [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
    [[nodiscard]] const std::vector<Exclusion>& exclusions() const { return exclusions_; }
    /// Whether the encoding keeps to all constraints of the space.
    [[nodiscard]] bool contains(const Encoding& encoding) const;
    /// The first encoding of the space that keeps to them.
    [[nodiscard]] Encoding any() const;
    /// Number of networks that differ (a double, see encoding_count).
    [[nodiscard]] double network_count() const;

    [[nodiscard]] const std::string& name() const override { return space_.name(); }
    [[nodiscard]] const std::vector<Choice>& choices() const override { return space_.choices(); }
    /// The id is the `graph_id` of the lowered network, so equal ids are equal networks.
    [[nodiscard]] Architecture architecture(const Encoding& encoding) const override;
    [[nodiscard]] Json choices_json(const Encoding& encoding) const override { return space_.to_json(encoding); }
    /// An encoding that breaks a constraint comes back as it is.
    [[nodiscard]] Encoding canonical(const Encoding& encoding) const override;

    /// The segments that the network of a canonical encoding is made of, in its order, as
    /// indices into `segments`.
    [[nodiscard]] std::vector<std::uint32_t> network_segments(const Encoding& canonical) const;

    /// The mixed-radix number of a stage's part of an encoding.
    [[nodiscard]] std::uint32_t local_index(std::size_t stage, const Encoding& encoding) const;

private:
    void compile_stage(std::size_t stage, std::vector<State>& states);
    void add_uses(std::vector<SegmentUse>& uses, const Graph& stage, const std::string& stage_text);
    /// The canonical text of segments, the first of which is entered by node `input`, piece by piece; gives the
    /// last node.
    template <typename Take>
    NodeId write_nodes(const std::vector<SegmentUse>& uses, NodeId input, const Take& take) const {
        for (const auto& use : uses) {
            nodes_of_segment_[use.segment].write(input, take);
            input += nodes_of_segment_[use.segment].count();
        }
        return input;
    }
    void exclude_dead_ends();

    SearchSpace space_;
    std::vector<StageTable> tables_;
    std::vector<Segment> segments_;
    std::vector<CanonicalNodes> nodes_of_segment_;
    bool chained_ = true;  ///< each segment is entered by the last node of the one before it
    std::unordered_map<std::string, std::uint32_t> segment_of_key_;
    std::vector<Exclusion> exclusions_;
};

}  // namespace hwnas
