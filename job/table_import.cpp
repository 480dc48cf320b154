#include "job/table_import.h"

#include <array>
#include <cmath>

#include "core/csv.h"
#include "job/content_hash.h"
#include "job/formula_table.h"
#include "job/import_description.h"
#include "job/op_table.h"

namespace hwnas {
namespace {

constexpr std::size_t folds = 5;

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

void take_exact(const ExactSource& source, ImportedTable& imported) {
    const auto& path = source.path;
    const auto ops = source.formula ? load_formula_table(path, source.entry, *imported.space)
                                    : load_op_table(path, source.entry, *imported.space);
    Json& file = imported.file;
    if (!source.formula && ops.unit != file["unit"])
        throw InputError({path.string(), "the unit " + file["unit"].dump() + ", as the description has", ops.unit, ""});
    file["source"]["content"] = content_hash(path);
    file["held_out"] = {{"exact", true}};
    file["constant"] = ops.constant;
    file["terms"] = terms_json(ops.terms, *imported.space);
}

}  // namespace

ImportedTable import_table(const std::filesystem::path& description, const ImportOptions& options) {
    auto document = JsonDocument::load(description);
    const auto read = read_import_description(document, description.parent_path());
    ImportedTable imported;
    imported.file = read.head;
    imported.space = read.space;
    imported.quantity = read.head.at("quantity").get<std::string>();
    if (!options.device.empty()) imported.file["device"] = options.device;
    if (options.source.is_object()) imported.file["source"].update(options.source);
    if (read.csv)
        fit_csv(*read.csv, read.models, imported);
    else
        take_exact(*read.exact, imported);
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
