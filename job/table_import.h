#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "predictors/choice_table_fit.h"
#include "space/choice_table.h"

namespace hwnas {

/// Published measurements, turned into a table of choices.
struct ImportedTable {
    Json file;  ///< as `ChoiceTable::read` takes it
    std::shared_ptr<CategoricalSpace> space;
    std::string quantity;             ///< what a job may call the figure
    std::size_t rows = 0;             ///< measurements that it was fitted to; 0: exact
    std::vector<FittedModel> models;  ///< empty where it is exact
    std::size_t chosen = 0;
};

/// What an import takes from the command line; a text that is empty leaves the description's.
struct ImportOptions {
    std::string device;
    Json source;  ///< entries that replace those of the description's `source`
};

/// Carries out a description such as `configs/imports/zcu102.json` (docs/tables.md): a CSV of
/// whole networks is fitted by terms over the choices, an op table or a formula is taken over exactly.
/// A throughput becomes 1000 / throughput, the amortised ms of an image, whose quantity is never
/// `latency`. Throws InputError with all problems of the description, or of a file it names.
[[nodiscard]] ImportedTable import_table(const std::filesystem::path& description, const ImportOptions& options = {});

/// Whether a job may call a figure of this quantity so: `latency`, `energy` and
/// `amortised_latency`, alone or with something behind a `_` or `@`, are for what they say;
/// other names, and quantities that a file does not give, are anybody's.
[[nodiscard]] bool may_be_called(const std::string& name, const std::string& quantity);

}  // namespace hwnas
