#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "predictors/evaluator.h"
#include "space/choice_table.h"

namespace hwnas {

struct Job;

/// A job's `evaluator`, checked and with its files read.
struct JobEvaluator {
    std::string name;
    std::map<std::string, std::string> metrics;   ///< units by key of what it gives; empty where unknown
    std::map<std::string, ChoiceTable> known;     ///< figures that it tells beforehand
    std::map<std::string, std::string> contents;  ///< `content_hash` of its tables, by the JSON path that names them
    std::int64_t repeats = 1;                     ///< evaluations of each architecture
    bool inherit = false;                         ///< from the network that is the most like it
    /// What it answers without being asked, where it has that at hand, and without noise: by metric, the figure of a
    /// canonical encoding, nothing where there is none.
    std::map<std::string, std::function<std::optional<double>(const Encoding&)>> exact;
    std::map<std::string, ChoiceTable> sums;  ///< the same as sums over the choices, where they are
    /// Makes it, for the job that it was read with.
    std::function<std::unique_ptr<Evaluator>(const Job&)> make;
};

/// What of a job its evaluator depends on.
struct EvaluatorContext {
    std::filesystem::path folder;                        ///< the job's
    std::optional<SpaceKind> kind;                       ///< none where the space could not be read
    std::shared_ptr<const CategoricalSpace> categories;  ///< null for a space of networks
};

/// Problems go to the value's document.
[[nodiscard]] JobEvaluator read_evaluator(const JsonValue& value, const EvaluatorContext& context);

/// Whether an evaluator of this name rates networks, and perhaps choices without them too.
[[nodiscard]] bool rates_networks(const std::string& evaluator);

/// Tables of choices by the figure's name.
struct NamedTables {
    std::map<std::string, ChoiceTable> tables;
    std::map<std::string, std::string> units;     ///< of all that were named; empty where the file can't be read
    std::map<std::string, std::string> contents;  ///< as JobEvaluator's
};
/// Reads `{"latency": "FILE", ...}`.
[[nodiscard]] NamedTables read_choice_tables(const JsonValue& value, const EvaluatorContext& context);

}  // namespace hwnas
