#include <algorithm>
#include <iostream>
#include <sstream>

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

constexpr std::size_t line_width = 110;

/// A name, and text beside it that is broken between words.
void print_entry(const std::string& name, std::size_t indent, const std::string& text) {
    std::cout << name << std::string(indent - name.size(), ' ');
    std::istringstream words(text);
    std::size_t column = indent;
    for (std::string word; words >> word;) {
        if (column > indent && column + 1 + word.size() > line_width) {
            std::cout << '\n' << std::string(indent, ' ');
            column = indent;
        }
        if (column > indent) std::cout << ' ';
        std::cout << word;
        column += word.size() + 1;
    }
    std::cout << '\n';
}

void list() {
    std::size_t indent = 0;
    for (const auto& word : family_words()) indent = std::max(indent, word.size() + 2);
    for (const auto& known : block_families()) print_entry(known.name, indent, known.family->help());
    print_entry(one_of_family, indent, "One of several `blocks`, which the stage's choice `block` names.");
    std::cout << "\n`hwnas families FAMILY` tells what its blocks can be told.\n";
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

/// A schema of spaces, with the definitions that follow from the families made anew.
void print_schema(const std::string& file) {
    auto document = JsonDocument::load(find_config(file));
    Json schema = document.root();
    const Json definitions = network_space_definitions();
    for (const auto& [name, definition] : definitions.items()) schema["definitions"][name] = definition;
    std::cout << schema.dump(1) << '\n';
}

}  // namespace

int families(const std::vector<std::string>& arguments) {
    Options options("families [FAMILY] [OPTIONS]",
                    "Lists the families of blocks that a space's stages can be made of, or the fields of one, each of\n"
                    "which a stage may state or choose.");
    options.positional("FAMILY", false);
    options.value("schema", "FILE",
                  "print this JSON Schema of spaces (configs/schema/space.schema.json) with what follows from the\n"
                  "families made anew");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("schema"))
        print_schema(options.text("schema"));
    else if (options.has("FAMILY"))
        show(options.text("FAMILY"));
    else
        list();
    return exit_done;
}

}  // namespace hwnas::cli
