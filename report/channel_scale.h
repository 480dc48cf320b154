#pragma once

#include <cstdint>
#include <string>

namespace hwnas {

/// How wide a box with so many channels is drawn: in proportion, or where the widest has more than
/// 12 (150) times the channels of the narrowest, by their square root (logarithm), so that both can be seen.
class ChannelScale {
public:
    /// `most` channels are `width` pixels wide.
    ChannelScale(std::int64_t least, std::int64_t most, double width);

    [[nodiscard]] double operator()(std::int64_t channels) const;
    /// `in proportion`, `square-root scale`, `logarithmic scale`
    [[nodiscard]] std::string words() const;
    [[nodiscard]] std::int64_t most() const { return most_; }

private:
    enum class Kind { proportion, root, logarithm };
    [[nodiscard]] double scaled(std::int64_t channels) const;

    Kind kind_ = Kind::proportion;
    std::int64_t most_;
    double width_;
};

}  // namespace hwnas
