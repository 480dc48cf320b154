#include <array>
#include <iostream>
#include <unistd.h>

#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "job/delete_study.h"
#include "job/merge_studies.h"
#include "job/objectives.h"
#include "report/study_list.h"
#include "report/trial_csv.h"
#include "study/origin.h"
#include "study/study_file.h"

namespace hwnas::cli {
namespace {

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string trials_text(std::size_t count) { return counted(count, "trial", "trials"); }

/// What the job optimises, as far as it can be told: a listing shows odd studies too.
std::pair<std::vector<Objective>, std::vector<Limit>> objectives_if_known(const Json& job) {
    try {
        return objectives_of(job);
    } catch (const InputError&) {
        return {};
    }
}

int list(const std::vector<std::string>& arguments) {
    Options options("studies STORE [OPTIONS]",
                    "Lists the studies of a store: a file such as runs/quickstart/study.sqlite, or one that\n"
                    "`hwnas studies export` wrote. More can be done with them by\n"
                    "  hwnas studies list STORE          the same as without `list`\n"
                    "  hwnas studies export STORE        write them as JSON, or their trials as CSV\n"
                    "  hwnas studies merge STORE OTHER   take studies of another store in\n"
                    "  hwnas studies delete STORE NAME   remove one\n"
                    "each of which tells more with --help.");
    options.positional("STORE", true);
    options.flag(
        "json",
        "as JSON: {\"studies\": [{\"name\", \"created\", \"version\", \"job\", \"strategy\", \"evaluator\", "
        "\"space\", \"trials\": {\"complete\", \"failed\", \"running\", \"duplicate\"}, \"front\", \"best\"}]}");
    if (!options.parse(arguments)) return exit_done;

    std::vector<StudyLine> lines;
    for (const auto& [info, trials] : read_studies(options.text("STORE"))) {
        const auto [objectives, limits] = objectives_if_known(info.job);
        std::optional<Front> front;
        if (!objectives.empty()) front = make_front(trials, objectives, limits, reference_name_of(trials));
        lines.push_back(study_line(info, trials, std::move(front)));
    }
    if (options.has("json"))
        std::cout << study_list_json(lines).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    else
        std::cout << study_table(lines);
    return exit_done;
}

/// That weights are not in the file, to whoever takes it elsewhere.
void tell_of_weights(const std::string& store, const std::vector<StudyRecord>& studies) {
    for (const auto& [info, trials] : studies) {
        std::size_t weights = 0;
        for (const auto& trial : trials) weights += trial.weights.empty() ? 0 : 1;
        if (weights == 0 || !keeps_weight_files(info.job)) continue;
        std::cerr << info.name << ": the weights of " << trials_text(weights) << " are files in "
                  << weights_folder(store, info.job).string()
                  << "; `hwnas studies merge` takes them from a folder artifacts beside the exported file\n";
    }
}

int export_studies(const std::vector<std::string>& arguments) {
    Options options("studies export STORE [OPTIONS]",
                    "Writes studies with everything that is known of them as one JSON file, which\n"
                    "`hwnas studies merge` reads back to the last bit; or their trials as one flat table.");
    options.positional("STORE", true);
    options.value("study", "NAME", "only this one");
    options.value("output,o", "FILE", "where to; - or none: standard output");
    options.flag("csv", "one line a trial: number, state, id, objectives, figures, choices ...");
    if (!options.parse(arguments)) return exit_done;

    const std::string store = options.text("STORE");
    auto studies = selected(read_studies(store), store, options.text("study"));
    if (!options.has("csv")) tell_of_weights(store, studies);
    std::string text;
    if (options.has("csv")) {
        std::vector<StudyTable> tables;
        for (auto& study : studies) {
            auto objectives = objectives_if_known(study.info.job).first;
            tables.push_back({std::move(study), std::move(objectives)});
        }
        text = trials_csv(tables);
    } else {
        text = study_file_text(studies);
    }
    const std::string file = options.text("output", "-");
    if (file != "-") {
        write_file_durably(file, text);
        return exit_done;
    }
    std::cout << text << std::flush;
    if (!std::cout) throw RunError("standard output: cannot be written to");
    return exit_done;
}

std::string merged_text(const MergedStudy& study) {
    const auto& trials = study.trials;
    if (study.copied) return "copied, " + trials_text(trials.added);
    std::string text;
    const auto add = [&text](std::size_t count, const std::string& what) {
        if (count > 0) text += (text.empty() ? "" : ", ") + what;
    };
    add(trials.added, trials_text(trials.added) + " added");
    add(trials.answered,
        std::to_string(trials.answered) + " that " + (trials.answered == 1 ? "was" : "were") + " under way answered");
    if (text.empty()) text = "nothing new";
    add(trials.known, std::to_string(trials.known) + " known");
    add(trials.left_out, std::to_string(trials.left_out) + " left out, which are duplicates or have no end");
    return text;
}

void warn_of_missing(const MergedStudy& study) {
    if (study.missing.empty()) return;
    constexpr std::size_t most_named = 10;
    std::cerr << "warning: " << study.name << ": the weights of " << trials_text(study.missing.size())
              << " are missing in the other store, or damaged, and in " << study.weights.string() << ":";
    for (std::size_t i = 0; i < std::min(most_named, study.missing.size()); ++i)
        std::cerr << "\n  trial " << study.missing[i].trial << ", " << study.missing[i].weights;
    if (study.missing.size() > most_named) std::cerr << "\n  ...";
    std::cerr << '\n';
}

int merge(const std::vector<std::string>& arguments) {
    Options options(
        "studies merge STORE OTHER [OPTIONS]",
        "Takes the studies of OTHER, a store or an exported file, into STORE, which is made where there is\n"
        "none. A study whose name is free there is copied. One whose name is taken must be of the same job\n"
        "(as `search --resume` compares them), and each question (architecture, repeat, seed, budget,\n"
        "parent) is taken once:\n"
        "  - where OTHER's study goes on from where STORE's stands, STORE's becomes equal to it;\n"
        "  - else ended trials with new questions get the next numbers, trials under way in STORE their\n"
        "    answers, and everything else stays. Trials that come in count for the job's budget.\n"
        "Weights are copied into STORE's folder artifacts; what is missing is told. All or nothing, and\n"
        "nothing the second time.");
    options.positional("STORE", true);
    options.positional("OTHER", true);
    options.value("study", "NAME", "only this one of OTHER");
    options.value("as", "NAME", "its name in STORE, and in its job; a search goes on with --set name=NAME");
    if (!options.parse(arguments)) return exit_done;

    for (const auto& study :
         merge_studies({options.text("STORE"), options.text("OTHER"), options.text("study"), options.text("as")})) {
        std::cout << study.name << ": " << merged_text(study) << '\n';
        if (study.weight_files > 0)
            std::cout << study.name << ": " << counted(study.weight_files, "file", "files") << " of weights copied to "
                      << study.weights.string() << '\n';
        warn_of_missing(study);
    }
    return exit_done;
}

bool confirmed(const std::string& question) {
    if (isatty(STDIN_FILENO) != 1)
        throw InputError({"hwnas studies delete", "--yes, or a terminal to ask at", "neither", ""});
    std::cout << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

int delete_one(const std::vector<std::string>& arguments) {
    Options options("studies delete STORE NAME [OPTIONS]",
                    "Removes a study with all its trials, for good. A study in which a search is going on is not\n"
                    "removed. The files of its weights stay, unless --weights is given. The store's file keeps its\n"
                    "size; what comes next takes the room.");
    options.positional("STORE", true);
    options.positional("NAME", true);
    options.flag("yes", "without asking; needed where there is no terminal to ask at");
    options.flag("weights", "remove the files of its weights too, those that no other study of STORE refers to");
    if (!options.parse(arguments)) return exit_done;

    const std::string store = options.text("STORE");
    const std::string name = options.text("NAME");
    const auto trials = open_store(store, Access::existing)->open(name)->trials().size();
    if (!options.has("yes") && !confirmed("Delete the study \"" + name + "\" with " + trials_text(trials) + "?")) {
        std::cerr << "nothing was deleted\n";
        return exit_failed;
    }
    const auto weights = own_weights(store, name);
    delete_study(store, name);
    std::cout << name << ": deleted, " << trials_text(trials) << '\n';
    if (weights.files.empty()) return exit_done;
    const std::string files = counted(weights.files.size(), "file", "files") + " of weights";
    if (!options.has("weights")) {
        std::cout << files << " that no other study of the store refers to stay in " << weights.folder.string() << '\n';
        return exit_done;
    }
    for (const auto& file : weights.files) std::filesystem::remove(file);
    std::cout << files << " deleted from " << weights.folder.string() << '\n';
    return exit_done;
}

struct Verb {
    const char* name;
    int (*run)(const std::vector<std::string>& arguments);
};
constexpr std::array verbs{Verb{"list", list}, Verb{"export", export_studies}, Verb{"merge", merge},
                           Verb{"delete", delete_one}};

}  // namespace

int studies(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return list(arguments);
    const std::string& first = arguments.front();
    std::vector<std::string> names;
    for (const auto& [name, run] : verbs) {
        if (first == name) return run({arguments.begin() + 1, arguments.end()});
        names.emplace_back(name);
    }
    std::error_code ignored;
    if (const auto near = nearest_word(first, names); near && !std::filesystem::exists(first, ignored))
        throw InputError({"hwnas studies", "a store, or one of list, export, merge, delete", "\"" + first + "\"",
                          "did you mean \"" + *near + "\"?"});
    return list(arguments);
}

}  // namespace hwnas::cli
