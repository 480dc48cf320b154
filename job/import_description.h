#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "predictors/choice_table_fit.h"
#include "predictors/published_results.h"

namespace hwnas {

/// A column of a CSV of whole networks.
struct CsvSource {
    std::filesystem::path path;
    ResultKey key;
    std::string column;
    Repeated repeated = Repeated::error;
    bool throughput = false;
    std::int64_t batch = 0;  ///< 0: not told
};

/// A file that holds the sum itself: `entry` is a device's op table, or a formula.
struct ExactSource {
    std::filesystem::path path;
    std::string entry;
    bool formula = false;
};

/// What is to be made of published measurements: one of `csv` and `exact` is there.
struct ImportDescription {
    Json head;                                ///< of the table: `device`, `quantity`, `unit`, `source`, `comment`
    std::shared_ptr<CategoricalSpace> space;  ///< whose choices it is about
    std::optional<CsvSource> csv;
    std::vector<TableModel> models;  ///< that are fitted to `csv`
    std::optional<ExactSource> exact;
};

/// Reads a description such as `configs/imports/zcu102.json` (docs/tables.md); paths in it are
/// relative to `folder`. The files that hold the measurements must be there, but are not read.
/// Throws InputError with all of the document's problems.
[[nodiscard]] ImportDescription read_import_description(JsonDocument& document, const std::filesystem::path& folder);

/// Whether a JSON file is such a description, and not a table of choices itself.
[[nodiscard]] bool is_import_description(const Json& file);

}  // namespace hwnas
