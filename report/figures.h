#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hwnas {

/// What a figure is called in words: `top1` is "top-1 accuracy", `latency@cpu`
/// "latency on cpu"; other keys stay as they are.
[[nodiscard]] std::string figure_label(const std::string& key);

/// Whether a unit counts things: parameters, MACs, bytes.
[[nodiscard]] bool is_count(const std::string& unit);

/// Decimals that show three significant digits of the smallest figure; 2 for
/// percent, 0 for counts.
[[nodiscard]] int decimals_for(std::span<const double> values, const std::string& unit);

/// Fixed point, `decimals` digits; counts get thousands separators: 2,236,682.
[[nodiscard]] std::string format_figure(double value, const std::string& unit, int decimals);
/// With thousands separators.
[[nodiscard]] std::string format_count(std::int64_t count);
/// With decimals of its own and the unit behind it: `1.92 ms`.
[[nodiscard]] std::string figure_with_unit(double value, const std::string& unit);

/// The number of characters, which in UTF-8 is not that of bytes.
[[nodiscard]] std::size_t character_count(const std::string& text);

/// Lines of cells as text with aligned columns; the first line is the header.
/// Markdown has bars, plain text has a rule under the header.
enum class TableStyle { plain, markdown };
struct Column {
    std::string header;
    bool right = false;  ///< numbers stand at the right
};
[[nodiscard]] std::string format_table(const std::vector<Column>& columns,
                                       const std::vector<std::vector<std::string>>& rows, TableStyle style);

}  // namespace hwnas
