#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "job/device_notes.h"
#include "job/objectives.h"
#include "report/device_matrix.h"
#include "report/front_files.h"
#include "report/summary.h"
#include "study/origin.h"
#include "study/store.h"

namespace hwnas::cli {

int front(const std::vector<std::string>& arguments) {
    Options options("front STUDY [OPTIONS]",
                    "Prints the Pareto front of a study. STUDY is a store's address: a file such as\n"
                    "runs/quickstart/study.sqlite.");
    options.positional("STUDY", true);
    options.value("study", "NAME", "which one, where the store holds several");
    options.flag("json", "as JSON: {\"objectives\": [...], \"front\": [...]}");
    options.flag("csv", "as CSV");
    if (!options.parse(arguments)) return exit_done;
    if (options.has("json") && options.has("csv"))
        throw InputError({"hwnas front", "one of --json and --csv", "both", ""});

    auto store = open_store(options.text("STUDY"), Access::existing);
    const auto study = open_study(*store, options.text("study"));
    const auto info = study->info();
    const auto trials = study->trials();
    const auto [objectives, limits] = objectives_of(info.job);
    const Front front = make_front(trials, objectives, limits, reference_name_of(trials));
    if (options.has("json"))
        std::cout << front_json(front).dump(2) << '\n';
    else if (options.has("csv"))
        std::cout << front_csv(front);
    else
        std::cout << front_table(front, TableStyle::plain) << '\n'
                  << summary_text(info, front, summarise(trials, front), device_notes(info.job));
    if (options.has("json") || options.has("csv")) return exit_done;
    if (const auto matrix = device_matrix(front, modelled_devices(info.job)))
        std::cout << '\n' << device_matrix_text(*matrix, front);
    return exit_done;
}

}  // namespace hwnas::cli
