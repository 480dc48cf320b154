#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "job/programs.h"
#include "report/figures.h"
#include "space/families.h"
#include "space/space_schema.h"
#include "space/stage_reader.h"

namespace hwnas::cli {
namespace {

/// The values of a field in a few words, as its schema has them.
std::string values_text(const Json& schema) {
    if (schema.contains("enum")) {
        std::string text;
        for (const auto& word : schema["enum"]) text += (text.empty() ? "" : ", ") + word.get<std::string>();
        return text;
    }
    const auto type = schema.value("type", "");
    if (type == "boolean") return "true, false";
    if (!schema.contains("minimum")) return schema.contains("pattern") ? "a word" : type;
    const std::string kind = type == "integer" ? (schema.contains("not") ? "odd, " : "whole, ") : "";
    return kind + schema["minimum"].dump() + " to " + schema["maximum"].dump();
}

void list() {
    std::vector<std::vector<std::string>> rows;
    for (const auto& known : block_families()) rows.push_back({known.name, known.family->help()});
    rows.push_back({one_of_family, "One of several blocks, which a stage's choice `block` names."});
    std::cout << format_table({{"family"}, {"what it is"}}, rows, TableStyle::plain);
}

void show(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& known : block_families()) {
        names.push_back(known.name);
        if (known.name != name) continue;
        std::vector<std::vector<std::string>> rows;
        for (const auto& field : known.family->fields())
            rows.push_back({field.name, values_text(field.schema),
                            field.otherwise.is_null()     ? "needed"
                            : field.otherwise.is_string() ? field.otherwise.get<std::string>()
                                                          : field.otherwise.dump(),
                            field.help});
        const auto traits = known.family->traits();
        std::string common = traits.filters == StageTraits::Filters::none       ? ""
                             : traits.filters == StageTraits::Filters::required ? "filters (needed), "
                                                                                : "filters, ";
        if (traits.layers) common += "layers, depth, per_layer, ";
        if (traits.stride) common += "stride, ";
        if (traits.layers && traits.stride) common += "stride_at, ";
        std::cout << known.family->help() << "\n\n"
                  << format_table({{"field"}, {"values"}, {"otherwise"}, {"what it is"}}, rows, TableStyle::plain)
                  << "\nas all stages: " << common << "width\n";
        return;
    }
    const auto near = nearest_word(name, names);
    throw InputError({"families", "a family of blocks", "\"" + name + "\"",
                      near ? "did you mean \"" + *near + "\"?" : "`hwnas families` lists them"});
}

/// What ships, with the definitions that families change made anew.
void print_schema() {
    auto document = JsonDocument::load(find_config("schema/space.schema.json"));
    Json schema = document.root();
    for (auto& [name, definition] : network_space_definitions().items()) schema["definitions"][name] = definition;
    std::cout << schema.dump(1) << '\n';
}

}  // namespace

int families(const std::vector<std::string>& arguments) {
    Options options("families [FAMILY] [OPTIONS]",
                    "Lists the families of blocks that a space's stages can be made of, or the fields of one, each of\n"
                    "which a stage may state or choose.");
    options.positional("FAMILY", false);
    options.flag("schema", "print the JSON Schema of spaces, as it follows from the families");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("schema"))
        print_schema();
    else if (options.has("FAMILY"))
        show(options.text("FAMILY"));
    else
        list();
    return exit_done;
}

}  // namespace hwnas::cli
