#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hwnas {

/// A table of texts with a header: RFC 4180, so a quoted cell may hold commas,
/// line breaks and doubled quotes.
struct CsvTable {
    std::string origin;  ///< the file, for messages
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;  ///< each as long as the header
    std::vector<std::size_t> lines;              ///< where each row starts, from 1

    /// `file:line`
    [[nodiscard]] std::string place(std::size_t row) const;
};

/// Plain or gzip, by content. Throws InputError with file and line where the file
/// can't be read, is empty, a row is longer or shorter than the header, a column's
/// name stands twice, or a quote is out of place.
[[nodiscard]] CsvTable read_csv(const std::filesystem::path& path);
/// `origin` stands where a file's name would.
[[nodiscard]] CsvTable parse_csv(std::string_view text, std::string origin);

}  // namespace hwnas
