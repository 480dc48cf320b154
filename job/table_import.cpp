#include "job/table_import.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/csv.h"
#include "job/content_hash.h"
#include "job/job_paths.h"
#include "job/op_table.h"
#include "predictors/published_results.h"

namespace hwnas {
namespace {

constexpr std::size_t folds = 5;

/// A column of a CSV.
struct CsvSource {
    std::filesystem::path path;
    ResultKey key;
    std::string column;
    Repeated repeated = Repeated::error;
    bool throughput = false;
    std::int64_t batch = 0;  ///< 0: not told
};

ResultKey read_key(JsonObject& object, const CategoricalSpace& space) {
    ResultKey key;
    key.indices = object.one_of("key_holds", {"values", "indices"}, "values") == "indices";
    const auto given = object.optional("key");
    if (!given) return key;
    if (!given->is_object()) {
        key.column = given->text();
        return key;
    }
    JsonObject columns(*given);
    for (const auto& name : columns.keys()) {
        const auto column = columns.required(name);
        key.columns[name] = column.text();
        (void)find_choice(space.choices(), name, column);
    }
    return key;
}

CsvSource read_csv_source(const JsonValue& value, const CategoricalSpace& space, const std::filesystem::path& folder) {
    JsonObject object(value);
    CsvSource source;
    source.path = existing_path(object.required("file"), folder);
    source.key = read_key(object, space);
    source.column = object.required("column").text();
    if (object.one_of("repeated", {"error", "mean"}, "error") == "mean") source.repeated = Repeated::mean;
    source.throughput = object.boolean("throughput", false);
    source.batch = object.integer("batch", 0, {1, 1 << 20});
    return source;
}

std::vector<std::size_t> read_choices(const JsonValue& value, const CategoricalSpace& space) {
    std::vector<std::size_t> choices;
    for (const auto& item : value.items()) {
        const auto choice = find_choice(space.choices(), item.text(), item);
        if (!choice) continue;
        if (std::find(choices.begin(), choices.end(), *choice) != choices.end())
            item.problem("each choice once");
        else
            choices.push_back(*choice);
    }
    return choices;
}

TermGroup read_group(const JsonValue& value, const CategoricalSpace& space) {
    JsonObject object(value);
    TermGroup group{read_choices(object.required("over"), space), std::nullopt};
    const auto layers = object.optional("layers");
    if (!layers) return group;
    group.layers = find_choice(space.choices(), layers->text(), *layers);
    if (!group.layers) return group;
    const auto& values = space.choices()[*group.layers].values;
    if (!std::all_of(values.begin(), values.end(), [](const Json& number) { return number.is_number(); }))
        layers->problem("a choice whose values are numbers of layers");
    if (std::find(group.choices.begin(), group.choices.end(), *group.layers) != group.choices.end())
        layers->problem("a choice that \"over\" does not have");
    return group;
}

std::vector<TermGroup> read_groups(JsonObject& object, const CategoricalSpace& space) {
    std::vector<TermGroup> groups;
    if (const auto terms = object.optional("terms")) {
        for (const auto& item : terms->items(1)) groups.push_back(read_group(item, space));
    } else {
        for (std::size_t choice = 0; choice < space.choices().size(); ++choice)
            groups.push_back({{choice}, std::nullopt});
    }
    return groups;
}

TableModel read_model(const JsonValue& value, const std::vector<TermGroup>& groups, const CategoricalSpace& space) {
    JsonObject object(value);
    TableModel model{object.required("name").text(), groups, std::nullopt};
    const auto pairs = object.one_of("pairs", {"none", "neighbours", "all"}, "none");
    const std::size_t count = space.choices().size();
    for (std::size_t i = 0; pairs != "none" && i < count; ++i)
        for (std::size_t j = i + 1; j < (pairs == "all" ? count : std::min(count, i + 2)); ++j)
            model.sum.push_back({{i, j}, std::nullopt});
    if (const auto floor = object.optional("floor")) {
        model.floor = read_group(*floor, space);
        if (model.floor->layers) floor->problem("a floor over choices, without \"layers\"");
    }
    return model;
}

std::vector<TableModel> read_models(JsonObject& object, const CategoricalSpace& space) {
    const auto groups = read_groups(object, space);
    std::vector<TableModel> models;
    if (const auto candidates = object.optional("candidates"))
        for (const auto& item : candidates->items(1)) models.push_back(read_model(item, groups, space));
    if (models.empty()) models.push_back({"additive", groups, std::nullopt});
    return models;
}

Json terms_json(const std::vector<ChoiceTable::Term>& terms, const CategoricalSpace& space) {
    Json list = Json::array();
    for (const auto& term : terms) {
        if (term.value == 0) continue;
        Json conditions = Json::object();
        for (const auto& [choice, value] : term.conditions)
            conditions[space.choices()[choice].name] = space.choices()[choice].values[value];
        list.push_back({{"if", conditions}, {"value", term.value}});
    }
    return list;
}

Json agreement_json(const FittedModel& model) {
    const auto& held_out = model.held_out;
    Json json{{"model", model.name},
              {"rows", held_out.count},
              {"mean_error_percent", held_out.mean_error_percent},
              {"within_5_percent", held_out.within_5_percent},
              {"within_10_percent", held_out.within_10_percent},
              {"r2", held_out.r2},
              {"kendall_tau", held_out.kendall_tau},
              {"spearman", held_out.spearman},
              {"ridge", model.ridge}};
    if (model.exponent > 0) json["exponent"] = model.exponent;
    return json;
}

/// The encodings as they are canonical, each once, with their figures in the table's unit.
MeasuredChoices measured_of(const CsvSource& source, const CategoricalSpace& space) {
    const PublishedResults results(read_csv(source.path), space, source.key, {source.column}, source.repeated);
    MeasuredChoices measured;
    for (const auto& [encoding, figures] : results.rows()) {
        const double figure = figures.front();
        if (std::isnan(figure) || space.canonical(encoding) != encoding) continue;
        if (figure <= 0)
            throw InputError({source.path.string(), "figures above 0 in column \"" + source.column + "\"",
                              Json(figure).dump() + " for " + space.choices_json(encoding).dump(), ""});
        measured.encodings.push_back(encoding);
        measured.figures.push_back(source.throughput ? 1000 / figure : figure);
    }
    if (measured.figures.size() < 2 * folds)
        throw InputError({source.path.string(),
                          "at least " + std::to_string(2 * folds) + " rows with a figure in \"" + source.column + "\"",
                          std::to_string(measured.figures.size()), ""});
    return measured;
}

void fit_csv(const CsvSource& source, const std::vector<TableModel>& models, ImportedTable& imported) {
    const auto measured = measured_of(source, *imported.space);
    auto fitted = fit_choice_table(*imported.space, measured, models, folds);
    Json& file = imported.file;
    if (source.batch > 0) file["batch"] = source.batch;
    if (source.throughput)
        file["amortised"] = source.batch > 0 ? "1000 / throughput, in batches of " + std::to_string(source.batch)
                                             : "1000 / throughput, in batches of a size that is not published";
    file["source"]["column"] = source.column;
    file["source"]["content"] = content_hash(source.path);
    file["held_out"] = agreement_json(fitted.models[fitted.chosen]);
    file["held_out"]["folds"] = fitted.folds;
    for (const auto& model : fitted.models)
        if (fitted.models.size() > 1) file["held_out"]["candidates"].push_back(agreement_json(model));
    file["constant"] = fitted.sum.constant;
    file["terms"] = terms_json(fitted.sum.terms, *imported.space);
    if (fitted.floor)
        file["floor"] = {{"constant", fitted.floor->constant},
                         {"terms", terms_json(fitted.floor->terms, *imported.space)},
                         {"exponent", fitted.models[fitted.chosen].exponent}};
    imported.rows = measured.figures.size();
    imported.models = std::move(fitted.models);
    imported.chosen = fitted.chosen;
}

void take_ops(const std::filesystem::path& path, const std::string& device, ImportedTable& imported) {
    const auto ops = load_op_table(path, device, *imported.space);
    Json& file = imported.file;
    if (ops.unit != file["unit"])
        throw InputError({path.string(), "the unit " + file["unit"].dump() + ", as the description has", ops.unit, ""});
    file["source"]["content"] = content_hash(path);
    file["held_out"] = {{"exact", true}};
    file["constant"] = ops.constant;
    file["terms"] = terms_json(ops.terms, *imported.space);
}

}  // namespace

ImportedTable import_table(const std::filesystem::path& description, const ImportOptions& options) {
    auto document = JsonDocument::load(description);
    const auto folder = description.parent_path();
    ImportedTable imported;
    std::optional<CsvSource> csv;
    std::vector<TableModel> models;
    std::filesystem::path ops;
    std::string ops_device;
    {
        JsonObject object{JsonValue(document)};
        (void)object.text("$schema", "");
        Json& file = imported.file;
        if (const auto comment = object.optional("comment")) file["comment"] = comment->text();
        const auto space = object.required("space");
        const auto path = existing_path(space, folder);
        file["device"] = object.required("device").text();
        const auto quantity = object.required("quantity");
        file["quantity"] = imported.quantity = quantity.text();
        file["unit"] = object.required("unit").text();
        const auto source = object.required("source");
        if (source.present() && !source.is_object()) source.problem("an object, such as {\"repository\": \"...\"}");
        file["source"] = source.is_object() ? source.json() : Json::object();
        if (!document.has_problems()) try {
                imported.space = std::make_shared<CategoricalSpace>(CategoricalSpace::load(path));
            } catch (const InputError& error) {
                document.add_problems(error.problems());
            }
        // What follows names choices: without a space nothing is to be said of it.
        if (!imported.space) {
            for (const char* key : {"csv", "ops", "terms", "candidates"}) (void)object.optional(key);
        } else if (const auto table = object.optional("csv")) {
            csv = read_csv_source(*table, *imported.space, folder);
            models = read_models(object, *imported.space);
            if (csv->throughput && imported.quantity.rfind("amortised_", 0) != 0)
                quantity.problem("\"amortised_latency\"",
                                 "1000 / throughput is what an image takes on average, not how long one takes");
        } else if (const auto table_of_ops = object.optional("ops")) {
            JsonObject entry(*table_of_ops);
            ops = existing_path(entry.required("file"), folder);
            ops_device = entry.required("device").text();
        } else {
            document.add_problem("", "\"csv\" or \"ops\"", "neither", "see docs/tables.md");
        }
    }
    document.throw_problems();
    if (!options.device.empty()) imported.file["device"] = options.device;
    if (options.source.is_object()) imported.file["source"].update(options.source);
    if (csv)
        fit_csv(*csv, models, imported);
    else
        take_ops(ops, ops_device, imported);
    return imported;
}

bool may_be_called(const std::string& name, const std::string& quantity) {
    if (quantity.empty()) return true;
    constexpr std::array<const char*, 3> reserved{"latency", "energy", "amortised_latency"};
    for (const std::string word : reserved) {
        const bool means_it =
            name == word || (name.rfind(word, 0) == 0 && (name[word.size()] == '_' || name[word.size()] == '@'));
        if (means_it) return quantity == word;
    }
    return true;
}

}  // namespace hwnas
