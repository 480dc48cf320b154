#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "search/objective.h"
#include "search/strategy.h"
#include "study/trial.h"

namespace hwnas {

struct Job;
struct SearchedSpace;

/// What is known of a job's true answer, its `benchmark`.
struct Benchmark {
    /// The best value of the first objective among networks whose `key` is at most so much.
    struct Regret {
        std::string key;
        double at_most = 0;
        double best = 0;
    };
    std::optional<double> hypervolume;  ///< of the true front, in the box of the objectives' `worst`
    std::optional<Regret> regret;

    /// Problems go to the value's document.
    static Benchmark read(const JsonValue& value);
};

/// How far a search had come after so many evaluations, parts of one counting as such parts (`Fidelity`).
struct BenchmarkPoint {
    std::string strategy;
    std::uint64_t seed = 0;
    std::size_t evaluations = 0;
    double hypervolume = 0;
    std::optional<double> share;   ///< of the true front's
    std::optional<double> regret;  ///< in the first objective's unit, from 0
};

/// Runs the job's question with a strategy and a seed, in memory, and rates its complete trials
/// after each of `budgets` evaluations (ascending; those with a part of the evaluator's
/// budget count as that part of one, and are not rated). A search that ends before is rated as it ended. Throws
/// InputError where an objective has no `worst`.
[[nodiscard]] std::vector<BenchmarkPoint> run_benchmark(const Job& job, const SearchedSpace& searched,
                                                        const std::string& strategy, const StrategyFactory& make,
                                                        std::uint64_t seed, std::span<const std::size_t> budgets);

/// Columns `strategy,seed,evaluations,hypervolume,share,regret`; what is not known is empty.
[[nodiscard]] std::string benchmark_csv(std::span<const BenchmarkPoint> points);
/// Reads such a file. Throws InputError with its problems.
[[nodiscard]] std::vector<BenchmarkPoint> read_benchmark_csv(const std::filesystem::path& path);

}  // namespace hwnas
