#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/channel_scale.h"
#include "report/network_blocks.h"
#include "report/svg.h"

namespace hwnas {

/// Words at a place of a picture; `y` is the base line.
struct PlacedText {
    double x = 0;
    double y = 0;
    std::string words;
    TextStyle style;
};

/// Where everything of a network's picture stands, without legend and title: one row a block from top to
/// bottom, in columns beside each other where there are many. Boxes are centred on their column's axis,
/// as wide as `scale` says of the channels that leave, the higher the finer the resolution that leaves.
struct NetworkLayout {
    struct Box {
        double left = 0, top = 0, right = 0, bottom = 0;
    };
    /// A line with round corners, with an arrow's head at its end.
    struct Link {
        enum class Kind { next, join, skip };  ///< to the next block, around a block, past several
        Kind kind = Kind::next;
        BlockJoin join = BlockJoin::none;
        std::vector<Svg::Position> corners;
    };
    /// Neighbours of one resolution, whose text stands left of it.
    struct Bracket {
        double x = 0, top = 0, bottom = 0;
    };

    double width = 0;
    double height = 0;
    ChannelScale scale{1, 1, 1};
    std::vector<Box> boxes;  ///< by block
    std::vector<PlacedText> texts;
    std::vector<Link> links;
    std::vector<Bracket> brackets;
    std::size_t links_left_out = 0;  ///< past several blocks, for which there is no room
};

/// `costs`: what stands in each block's row under `cost_header`. `left`, `top`: where the layout begins, pixels;
/// its width and height count from 0.
struct LayoutOptions {
    double left = 24;
    double top = 0;
    double most_height = 1500;  ///< of a single column; a longer network has several
    std::string cost_header;
    std::vector<std::string> costs;
};
/// There must be at least one block.
[[nodiscard]] NetworkLayout lay_out(const std::vector<NetworkBlock>& blocks, const Shape& input,
                                    const LayoutOptions& options);

}  // namespace hwnas
