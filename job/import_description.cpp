#include "job/import_description.h"

#include <algorithm>

#include "job/job_paths.h"

namespace hwnas {
namespace {

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

ExactSource read_exact_source(const JsonValue& value, const char* entry, bool formula,
                              const std::filesystem::path& folder) {
    JsonObject object(value);
    ExactSource source{existing_path(object.required("file"), folder), "", formula};
    source.entry = object.required(entry).text();
    return source;
}

}  // namespace

ImportDescription read_import_description(JsonDocument& document, const std::filesystem::path& folder) {
    ImportDescription read;
    {
        JsonObject object{JsonValue(document)};
        (void)object.text("$schema", "");
        Json& file = read.head;
        if (const auto comment = object.optional("comment")) file["comment"] = comment->text();
        const auto space = object.required("space");
        const auto path = existing_path(space, folder);
        file["device"] = object.required("device").text();
        const auto quantity = object.required("quantity");
        file["quantity"] = quantity.text();
        file["unit"] = object.required("unit").text();
        const auto source = object.required("source");
        if (source.present() && !source.is_object()) source.problem("an object, such as {\"repository\": \"...\"}");
        file["source"] = source.is_object() ? source.json() : Json::object();
        if (!document.has_problems()) try {
                read.space = std::make_shared<CategoricalSpace>(CategoricalSpace::load(path));
            } catch (const InputError& error) {
                document.add_problems(error.problems());
            }
        // What follows names choices: without a space nothing is to be said of it.
        if (!read.space) {
            for (const char* key : {"csv", "ops", "formula", "terms", "candidates"}) (void)object.optional(key);
        } else if (const auto table = object.optional("csv")) {
            read.csv = read_csv_source(*table, *read.space, folder);
            read.models = read_models(object, *read.space);
            if (read.csv->throughput && quantity.text().rfind("amortised_", 0) != 0)
                quantity.problem("\"amortised_latency\"",
                                 "1000 / throughput is what an image takes on average, not how long one takes");
        } else if (const auto table_of_ops = object.optional("ops")) {
            read.exact = read_exact_source(*table_of_ops, "device", false, folder);
        } else if (const auto formula = object.optional("formula")) {
            read.exact = read_exact_source(*formula, "of", true, folder);
        } else {
            document.add_problem("", "\"csv\", \"ops\" or \"formula\"", "none of them", "see docs/tables.md");
        }
    }
    document.throw_problems();
    return read;
}

bool is_import_description(const Json& file) {
    return file.is_object() && (file.contains("csv") || file.contains("ops") || file.contains("formula"));
}

}  // namespace hwnas
