#include "graph/shape.h"

namespace hwnas {

std::int64_t element_count(const Shape& shape) {
    std::int64_t count = 1;
    for (const auto extent : shape) count *= extent;
    return count;
}

std::string to_string(const Shape& shape) {
    std::string text;
    for (const auto extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
    return text;
}

}  // namespace hwnas
