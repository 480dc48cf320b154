#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "devices/device_config.h"
#include "job/benchmark.h"
#include "job/evaluators.h"
#include "predictors/train_evaluator.h"
#include "search/controller.h"
#include "search/strategy.h"
#include "space/categorical_space.h"
#include "space/choice_table.h"
#include "space/search_space.h"

namespace hwnas {

/// A device of a job: how it is measured and where its table is kept.
struct JobDevice {
    std::string name;
    DeviceConfig config;
    std::filesystem::path table;
    bool profile_missing = true;  ///< measure missing rows before the search
    std::string measured_by;      ///< the tag of the worker that measures them; empty: the search does
};

/// A search as `configs/*.json` states it, checked and with its files read.
struct Job {
    std::string name;
    std::filesystem::path folder;  ///< that of its file, which what it reads is relative to
    std::filesystem::path space_path;
    SearchSpace space;  ///< of networks; empty where `categories` is there
    /// The network with weights that a space of widths was made from; null without.
    std::shared_ptr<const TrainEvaluator::Options::Start> given;
    std::shared_ptr<const CategoricalSpace> categories;  ///< null for a space of networks
    /// Figures of a categorical space that are known before any evaluation.
    std::map<std::string, ChoiceTable> figures;
    Json dataset;  ///< as the trainer takes it, paths expanded; null without networks
    std::vector<JobDevice> devices;
    std::vector<Objective> objectives;
    std::vector<Limit> limits;
    StrategyFactory strategy;
    std::string strategy_name;
    JobEvaluator evaluator;
    Benchmark benchmark;
    std::int64_t trials = 0;      ///< 0: no limit
    double full_evaluations = 0;  ///< what trials may cost together, in whole evaluations; 0: no limit
    double hours = 0;
    std::int64_t workers = 1;        ///< evaluations at a time
    bool by_workers = false;         ///< evaluations are left to `hwnas worker`s
    std::set<std::string> needs;     ///< of such a worker: tags
    std::int64_t most_attempts = 5;  ///< claims of a trial by such workers that may come to nothing
    bool deterministic = true;
    std::optional<EarlyStoppingSettings> early_stopping;  ///< none: every training goes to its end
    std::optional<FrontRepeatsSettings> front_repeats;    ///< none: the budget is the strategy's alone
    bool with_reference = true;
    std::vector<StartingNetwork> start;  ///< evaluated before the strategy is asked
    std::vector<EarlierFigure> prior;    ///< of an earlier study, for the strategy's model
    std::uint64_t seed = 0;
    std::filesystem::path out;  ///< folder of everything that is written
    std::string store;          ///< address; empty: `OUT/study.sqlite`
    bool train_front = false;
    Json front_budget;  ///< the full training's recipe

    /// The whole job, overrides applied, as stored with the study: with its metrics' units, and under `contents`
    /// the `content_hash` of each table of choices or results, by the JSON path that names it.
    Json source;

    [[nodiscard]] const std::string& space_name() const { return categories ? categories->name() : space.name(); }
};

/// `24 trials`, `27 whole evaluations` or both.
[[nodiscard]] std::string budget_text(const Job& job);

/// Reads and checks a job with all files that it names: space, devices, tables. Paths of
/// what is read are relative to the job's folder, of what is written to the
/// working folder; `${NAME}` is the environment's. Throws InputError with all
/// problems of all files.
[[nodiscard]] Job load_job(JsonDocument document);

}  // namespace hwnas
