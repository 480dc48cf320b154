#include "job/evaluators.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/sha256.h"
#include "job/content_hash.h"
#include "job/import_description.h"
#include "job/job_paths.h"
#include "job/table_import.h"
#include "job/trainer.h"
#include "predictors/choice_table_evaluator.h"
#include "predictors/command_evaluator.h"
#include "predictors/recipe.h"
#include "predictors/table_evaluator.h"
#include "predictors/zero_cost_evaluator.h"

namespace hwnas {
namespace {

JobEvaluator read_train(JsonObject& object, const EvaluatorContext&) {
    JobEvaluator evaluator;
    const TrainingLimits limits{object.number("time_limit_s", 0, {0, 1e9}),
                                object.integer("memory_limit_mib", 0, {0, 1 << 24})};
    evaluator.repeats = object.integer("repeats", 1, {1, 1000});
    evaluator.inherit = object.boolean("inherit", false);
    Json budget = Json::object();
    if (const auto recipe = object.optional("recipe")) {
        (void)Recipe::read(*recipe);
        budget = recipe->json();
    }
    evaluator.metrics = {{"top1", "%"}, {"loss", "nats"}};
    evaluator.make = [budget, limits](const Job& job) { return make_train_evaluator(job, budget, limits); };
    return evaluator;
}

JobEvaluator read_zero_cost(JsonObject& object, const EvaluatorContext&) {
    JobEvaluator evaluator;
    ZeroCostEvaluator::Options options;
    options.proxies = ZeroCostOptions::read(object);
    options.limit_seconds = object.number("time_limit_s", 0, {0, 1e9});
    options.limit_mebibytes = object.integer("memory_limit_mib", 0, {0, 1 << 24});
    evaluator.repeats = object.integer("repeats", 1, {1, 1000});
    for (const auto& name : options.proxies.proxies)
        if (const auto unit = zero_cost_proxies().find(name); unit != zero_cost_proxies().end())
            evaluator.metrics.insert(*unit);
    evaluator.make = [options](const Job& job) {
        auto whole = options;
        whole.command = trainer_command();
        whole.dataset = job.dataset;
        return std::make_unique<ZeroCostEvaluator>(std::move(whole));
    };
    return evaluator;
}

JobEvaluator read_command(JsonObject& object, const EvaluatorContext& context) {
    JobEvaluator evaluator;
    const auto options = CommandEvaluator::Options::read(object, context.folder);
    evaluator.repeats = object.integer("repeats", 1, {1, 1000});
    evaluator.metrics = options.metrics;
    evaluator.make = [options](const Job&) { return std::make_unique<CommandEvaluator>(options); };
    return evaluator;
}

/// `"COLUMN"`, or `{"CHOICE": "COLUMN", ...}`.
ResultKey read_key(const JsonValue& value, const EvaluatorContext& context) {
    if (!value.is_object()) return {value.text(), {}};
    ResultKey key;
    JsonObject object(value);
    for (const auto& name : object.keys()) {
        const auto column = object.required(name);
        key.columns[name] = column.text();
        if (context.categories) (void)find_choice(context.categories->choices(), name, column);
    }
    return key;
}

/// A value of a table's evaluator.
struct ResultColumn {
    PublishedFigure figure;
    std::string column;
    bool known = false;
};

std::vector<ResultColumn> read_columns(const JsonValue& value) {
    std::vector<ResultColumn> columns;
    JsonObject object(value);
    bool asked = false;
    for (const auto& name : object.keys()) {
        JsonObject entry(object.required(name));
        ResultColumn column;
        column.figure = {name, entry.required("unit").text(), columns.size()};
        column.column = entry.required("column").text();
        column.known = entry.boolean("known", false);
        asked = asked || !column.known;
        columns.push_back(std::move(column));
    }
    if (value.is_object() && !asked) value.problem("at least one value that is not \"known\", to be asked for");
    return columns;
}

JobEvaluator read_table(JsonObject& object, const EvaluatorContext& context) {
    const auto file = object.required("file");
    const auto path = file.present() ? existing_path(file, context.folder) : std::filesystem::path();
    const auto key = object.optional("key");
    const ResultKey result_key = key ? read_key(*key, context) : ResultKey{};
    const auto repeated =
        object.one_of("repeated", {"error", "mean"}, "error") == "mean" ? Repeated::mean : Repeated::error;
    const auto columns = read_columns(object.required("values"));

    JobEvaluator evaluator;
    std::vector<std::string> names;
    std::vector<PublishedFigure> asked;
    for (const auto& column : columns) {
        names.push_back(column.column);
        evaluator.metrics[column.figure.name] = column.figure.unit;
        if (!column.known) asked.push_back(column.figure);
    }
    if (!context.categories) return evaluator;
    load_part(file, path, [&] {
        evaluator.contents[file.pointer()] = content_hash(path);
        const auto results =
            std::make_shared<const PublishedResults>(read_csv(path), *context.categories, result_key, names, repeated);
        for (const auto& [figure, column, known] : columns)
            if (known) evaluator.known.emplace(figure.name, listed_figure(*context.categories, *results, figure));
        for (const auto& figure : asked)
            evaluator.exact[figure.name] = [results, column = figure.column](const Encoding& encoding) {
                const auto* row = results->find(encoding);
                return row == nullptr || std::isnan((*row)[column]) ? std::nullopt : std::optional((*row)[column]);
            };
        evaluator.make = [space = context.categories, results, asked](const Job&) {
            return std::make_unique<TableEvaluator>(space, results, asked);
        };
    });
    return evaluator;
}

BudgetEffect read_budget_effect(const JsonValue& value, const std::map<std::string, std::string>& units) {
    BudgetEffect effect;
    JsonObject object(value);
    effect.key = object.required("key").text();
    effect.whole = object.required("whole").number({1e-9, 1e12});
    const auto given = object.required("errors");
    JsonObject errors(given);
    for (const auto& name : errors.keys()) {
        const auto entry = errors.required(name);
        if (!units.contains(name)) entry.problem("the error of one of the values");
        JsonObject error(entry);
        effect.errors[name] = {error.number("bias", 0, {-1e18, 1e18}), error.number("noise", 0, {0, 1e18})};
    }
    return effect;
}

JobEvaluator read_choice_table(JsonObject& object, const EvaluatorContext& context) {
    auto read = read_choice_tables(object.required("values"), context);
    JobEvaluator evaluator;
    evaluator.metrics = read.units;
    evaluator.contents = read.contents;
    std::map<std::string, double> noise;
    if (const auto given = object.optional("noise")) {
        JsonObject deviations(*given);
        for (const auto& name : deviations.keys()) {
            const auto deviation = deviations.required(name);
            if (read.units.contains(name))
                noise[name] = deviation.number({0, 1e18});
            else
                deviation.problem("the deviation of one of the values");
        }
    }
    evaluator.sums = read.tables;
    std::optional<BudgetEffect> fidelity;
    if (const auto given = object.optional("fidelity")) fidelity = read_budget_effect(*given, read.units);
    evaluator.make = [space = context.categories, tables = std::move(read.tables), noise = std::move(noise),
                      fidelity = std::move(fidelity)](const Job&) {
        return std::make_unique<ChoiceTableEvaluator>(space, tables, noise, fidelity);
    };
    return evaluator;
}

/// The table of a file, imported where the file describes an import, and a hash of what it says.
std::pair<ChoiceTable, std::string> load_choice_table(const std::filesystem::path& path,
                                                      const CategoricalSpace& space) {
    if (!is_import_description(JsonDocument::load(path).root()))
        return {ChoiceTable::load(path, space), content_hash(path)};
    const Json file = import_table(path).file;
    auto document = JsonDocument::from_value(file, path.string());
    auto table = ChoiceTable::read(JsonValue(document), space);
    document.throw_problems();
    return {std::move(table), sha256_hex(file.dump())};
}

/// Another evaluator is a function above and a line here.
struct Kind {
    const char* name;
    bool networks;    ///< whether it rates networks
    bool categories;  ///< whether it rates choices without them
    JobEvaluator (*read)(JsonObject&, const EvaluatorContext&);
};
constexpr std::array kinds{
    Kind{"train", true, false, read_train},
    Kind{"zero-cost", true, false, read_zero_cost},
    Kind{"command", true, true, read_command},
    Kind{"table", false, true, read_table},
    Kind{"choice-table", false, true, read_choice_table},
};

}  // namespace

bool rates_networks(const std::string& evaluator) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](const Kind& kind) { return kind.networks && kind.name == evaluator; });
}

JobEvaluator read_evaluator(const JsonValue& value, const EvaluatorContext& context) {
    JsonObject object(value);
    std::vector<std::string> names;
    for (const auto& kind : kinds)
        if (!context.kind || (*context.kind == SpaceKind::network ? kind.networks : kind.categories))
            names.emplace_back(kind.name);
    const auto written = object.required("name");
    const std::string name = written.one_of(names);
    // One that is right elsewhere has keys of its own, of which there is nothing to say.
    const auto elsewhere = [&](const Kind& kind) { return written.is_string() && written.json() == kind.name; };
    if (written.json() != name && std::any_of(kinds.begin(), kinds.end(), elsewhere)) {
        for (const auto& key : object.keys()) (void)object.optional(key);
        return {};
    }
    const auto* kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return name == k.name; });
    auto evaluator = kind->read(object, context);
    evaluator.name = name;
    return evaluator;
}

NamedTables read_choice_tables(const JsonValue& value, const EvaluatorContext& context) {
    NamedTables named;
    JsonObject object(value);
    const auto names = object.keys();
    if (value.is_object() && names.empty()) value.problem("at least one figure and its file");
    for (const auto& name : names) {
        const auto file = object.required(name);
        const auto path = existing_path(file, context.folder);
        named.units[name] = "";
        if (!context.categories) continue;
        load_part(file, path, [&] {
            auto [table, content] = load_choice_table(path, *context.categories);
            if (!may_be_called(name, table.about().quantity))
                file.problem("a table whose quantity is " + name.substr(0, name.find_first_of("@")),
                             path.string() + " is of " + table.about().quantity + ": name the figure \"" +
                                 table.about().quantity + "\"");
            named.units[name] = table.unit();
            named.contents[file.pointer()] = std::move(content);
            named.tables.emplace(name, std::move(table));
        });
    }
    return named;
}

}  // namespace hwnas
