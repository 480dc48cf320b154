#include "report/channel_scale.h"

#include <algorithm>
#include <cmath>

namespace hwnas {
namespace {

constexpr double kLeastWidth = 5;  // pixels; a narrower box would be a line

}  // namespace

ChannelScale::ChannelScale(std::int64_t least, std::int64_t most, double width)
    : most_(std::max<std::int64_t>(1, most)), width_(width) {
    const double range = static_cast<double>(most_) / static_cast<double>(std::max<std::int64_t>(1, least));
    if (range > 12) kind_ = Kind::root;
    if (range > 150) kind_ = Kind::logarithm;
}

double ChannelScale::scaled(std::int64_t channels) const {
    const auto value = static_cast<double>(channels);
    if (kind_ == Kind::root) return std::sqrt(value);
    return kind_ == Kind::logarithm ? std::log1p(value) : value;
}

double ChannelScale::operator()(std::int64_t channels) const {
    return std::max(kLeastWidth, width_ * scaled(channels) / scaled(most_));
}

std::string ChannelScale::words() const {
    if (kind_ == Kind::root) return "square-root scale";
    return kind_ == Kind::logarithm ? "logarithmic scale" : "in proportion";
}

}  // namespace hwnas
