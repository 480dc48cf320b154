#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

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

/// A space taken apart into tables. A stage's effect depends on its own choices
/// and on the shape that enters it only, and few shapes can enter; so everything
/// about a network is a fold over one table entry per stage.
class CompiledSpace : public ChoiceSpace {
public:
    explicit CompiledSpace(SearchSpace space);

    /// One stage: entry [state * locals + local], `local` being the mixed-radix
    /// number of the stage's choices (the last choice varies fastest) and
    /// `state` the index of the shape that enters.
    struct StageTable {
        std::uint32_t locals = 1;
        std::vector<std::uint32_t> radix;           ///< weight of each choice in `local`
        std::vector<Shape> states;                  ///< shapes that can enter
        std::vector<std::uint8_t> next_state;       ///< state that the next stage is entered in
        std::vector<std::uint32_t> canonical;       ///< least local that lowers to the same nodes
        std::vector<std::vector<SegmentUse>> uses;  ///< per entry; empty where not canonical
    };

    [[nodiscard]] const SearchSpace& space() const { return space_; }
    [[nodiscard]] const std::vector<StageTable>& tables() const { return tables_; }
    [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
    /// Number of networks that differ (a double, see encoding_count).
    [[nodiscard]] double network_count() const;

    [[nodiscard]] const std::string& name() const override { return space_.name(); }
    [[nodiscard]] const std::vector<Choice>& choices() const override { return space_.choices(); }
    /// The id is the `graph_id` of the lowered network, so equal ids are equal networks.
    [[nodiscard]] Architecture architecture(const Encoding& encoding) const override;
    [[nodiscard]] Json choices_json(const Encoding& encoding) const override { return space_.to_json(encoding); }
    [[nodiscard]] Encoding canonical(const Encoding& encoding) const override;

    /// The mixed-radix number of a stage's part of an encoding.
    [[nodiscard]] std::uint32_t local_index(std::size_t stage, const Encoding& encoding) const;

private:
    SearchSpace space_;
    std::vector<StageTable> tables_;
    std::vector<Segment> segments_;
};

}  // namespace hwnas
