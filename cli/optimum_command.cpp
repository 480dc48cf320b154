#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "core/text.h"
#include "job/job.h"
#include "job/optimum.h"
#include "job/optimum_files.h"
#include "report/figures.h"
#include "study/store.h"

namespace hwnas::cli {
namespace {

constexpr double seconds_between_shows = 0.2;

std::map<std::string, double> limits_of(const Options& options) {
    std::map<std::string, double> limits;
    for (const auto& text : options.texts("at-most")) {
        const auto equals = text.rfind('=');
        double value = 0;
        std::size_t read = 0;
        try {
            value = std::stod(equals < text.size() ? text.substr(equals + 1) : "", &read);
        } catch (const std::exception&) {
        }
        if (equals == 0 || equals == std::string::npos || read == 0 || equals + 1 + read != text.size())
            throw InputError({"--at-most", "FIGURE=VALUE, such as latency=5.7", "\"" + text + "\"", ""});
        const auto [place, fresh] = limits.emplace(text.substr(0, equals), value);
        if (!fresh) place->second = std::min(place->second, value);
    }
    return limits;
}

/// How far a study came.
void print_study(const std::string& address, const Optimum& optimum, const StudyRating& rating) {
    const auto& objective = optimum.objectives[0];
    std::cout << '\n' << address << ": ";
    if (!rating.best) {
        std::cout << "no complete trial keeps the limits\n";
        return;
    }
    if (optimum.front) {
        std::cout << rating.networks << " trials";
        if (rating.hypervolume && *optimum.hypervolume > 0)
            std::cout << " with a hypervolume of " << number_text(*rating.hypervolume) << ", "
                      << number_text(*rating.hypervolume / *optimum.hypervolume) << " of that above";
        std::cout << '\n';
        return;
    }
    std::cout << "its best has " << number_text(*rating.best) << " " << objective.unit;
    if (!optimum.networks.empty())
        std::cout << ", "
                  << number_text(turned(objective, *rating.best) -
                                 turned(objective, optimum.networks[0].figures.at(objective.key)))
                  << " " << objective.unit << " from the one above";
    if (!optimum.complete && optimum.bound)
        std::cout << " and at most " << number_text(turned(objective, *rating.best) - turned(objective, *optimum.bound))
                  << " from the best there is";
    std::cout << '\n';
}

}  // namespace

int optimum(const std::vector<std::string>& arguments) {
    Options options(
        "optimum JOB.json [--at-most FIGURE=VALUE] [--front] [-o FILE]",
        "The best network there is by the job's first objective, or the whole front of its objectives in the\n"
        "box of their \"worst\", with proof. The figures must be tables: costs and an evaluator that are sums\n"
        "over the choices, or any table of a space of at most 2^20 encodings (docs/search.md). The job's\n"
        "constraints hold. What is proved when time is up is told, and no more.");
    options.positional("JOB.json", true);
    options.values("at-most", "FIGURE=VALUE", "a limit besides the job's constraints; repeatable");
    options.flag("front", "the whole front of the job's objectives");
    options.value("within", "GAP", "what is better by no more of the first objective is not looked for (default 0)");
    options.value("time", "SECONDS", "end then, with what is proved (default: when all is)");
    options.value("study", "STUDY", "say how far this study's networks are from the answer");
    options.value("output,o", "FILE", "the answer as FILE.csv or FILE.json");
    options.values("set", "PATH=VALUE", "override a value of the job; repeatable");
    if (!options.parse(arguments)) return exit_done;
    const std::filesystem::path file = options.text("output");
    if (!file.empty() && file.extension() != ".csv" && file.extension() != ".json")
        throw InputError({"--output", "a name that ends with .csv or .json", file.string(), ""});
    auto document = JsonDocument::load(options.text("JOB.json"));
    for (const auto& text : options.texts("set")) document.override_value(text);
    const Job job = load_job(std::move(document));
    OptimumRequest request{options.has("front"), limits_of(options), {}};
    request.settings.within = options.number("within", 0, 0);
    if (options.has("time")) request.settings.seconds = options.number("time", 0, 0);
    std::vector<Trial> trials;
    if (options.has("study")) {
        const auto store = open_store(options.text("study"), Access::existing);
        trials = open_study(*store, "")->trials();
    }

    Interrupt interrupt;
    auto progress = std::make_unique<Progress>();
    request.settings.progress = [&, shown = 0.0](std::uint64_t looked_at, double seconds, std::size_t found) mutable {
        if (seconds < shown + seconds_between_shows) return;
        shown = seconds;
        progress->show("  " + duration_text(seconds) + ": " + format_count(static_cast<std::int64_t>(looked_at)) +
                       " looked at, " + std::to_string(found) + " found");
    };
    std::optional<StudyRating> rating;
    if (options.has("study")) rating = rate_study(job, request, trials);
    const Optimum answer = find_optimum(job, request, interrupt.token());
    progress.reset();
    std::cout << optimum_text(answer);
    if (rating) print_study(options.text("study"), answer, *rating);
    if (!file.empty())
        write_file_durably(file,
                           file.extension() == ".csv" ? optimum_csv(answer) : optimum_json(answer).dump(2) + "\n");
    return interrupt.token().stop_requested() ? exit_interrupted : exit_done;
}

}  // namespace hwnas::cli
