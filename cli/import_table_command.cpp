#include <iomanip>
#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "job/programs.h"
#include "job/table_import.h"

namespace hwnas::cli {
namespace {

/// `licence=MIT` as an entry of the table's source.
void add_source(const std::string& text, Json& source) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw InputError({"hwnas import-table", "--source NAME=TEXT, such as licence=MIT", "\"" + text + "\"", ""});
    source[text.substr(0, equals)] = text.substr(equals + 1);
}

void print_models(const ImportedTable& table) {
    std::cout << "model                    mean error  within 5 %  within 10 %      R2  Kendall's tau\n" << std::fixed;
    for (std::size_t i = 0; i < table.models.size(); ++i) {
        const auto& model = table.models[i];
        const auto& figures = model.held_out;
        std::cout << std::left << std::setw(25) << model.name << std::right << std::setprecision(3) << std::setw(8)
                  << figures.mean_error_percent << " %" << std::setprecision(1) << std::setw(10)
                  << 100 * figures.within_5_percent << " %" << std::setw(11) << 100 * figures.within_10_percent << " %"
                  << std::setprecision(5) << std::setw(8) << figures.r2 << std::setprecision(4) << std::setw(15)
                  << figures.kendall_tau << (i == table.chosen && table.models.size() > 1 ? "  taken" : "") << '\n';
    }
}

}  // namespace

int import_table(const std::vector<std::string>& arguments) {
    Options options(
        "import-table DESCRIPTION.json -o TABLE.json [OPTIONS]",
        "Turns published measurements into a table of choices, which a job over a categorical space names\n"
        "under \"costs\". The description (configs/imports/) says the file, its columns, units and source.\n"
        "Prints how well the table tells rows that it was not fitted to.");
    options.positional("DESCRIPTION.json", true);
    options.value("output,o", "FILE", "the table");
    options.value("device", "NAME", "the device's name, instead of the description's");
    options.values("source", "NAME=TEXT", "an entry of the table's source (commit, licence ...), added or replaced");
    options.flag("json", "print quantity, rows and held-out figures as JSON");
    if (!options.parse(arguments)) return exit_done;
    if (!options.has("output")) throw InputError({"hwnas import-table", "--output FILE", "nothing", "see --help"});
    ImportOptions wanted;
    wanted.device = options.text("device");
    for (const auto& text : options.texts("source")) add_source(text, wanted.source);

    const auto table = hwnas::import_table(find_config(options.text("DESCRIPTION.json")), wanted);
    const std::filesystem::path path = options.text("output");
    write_file_durably(path, table.file.dump(1) + "\n");
    if (options.has("json")) {
        std::cout << Json{{"written", path.string()},
                          {"quantity", table.quantity},
                          {"rows", table.rows},
                          {"held_out", table.file["held_out"]}}
                         .dump(2)
                  << '\n';
        return exit_done;
    }
    std::cout << path.string() << ": " << table.file["device"].get<std::string>() << ", " << table.quantity << " in "
              << table.file["unit"].get<std::string>() << ", " << table.file["terms"].size() << " terms over \""
              << table.space->name() << "\"\n";
    if (table.models.empty()) {
        std::cout << "Taken over as it is published: nothing was fitted.\n";
        return exit_done;
    }
    std::cout << "Fitted to " << table.rows << " networks; of those held out in turn:\n";
    print_models(table);
    return exit_done;
}

}  // namespace hwnas::cli
