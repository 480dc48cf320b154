#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "core/files.h"
#include "core/statistics.h"
#include "job/benchmark.h"
#include "job/job.h"
#include "job/rung_checks.h"
#include "job/searched_space.h"
#include "report/band_plot.h"
#include "report/figures.h"

namespace hwnas::cli {
namespace {

namespace fs = std::filesystem;

struct Contender {
    std::string name;
    StrategyFactory make;
};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

StrategyFactory strategy_of(Json value, const std::string& origin, const Job& job) {
    auto document = JsonDocument::from_value(std::move(value), origin);
    auto evaluator = JsonDocument::from_value(job.source.at("evaluator"), job.name);
    auto make = read_strategy(JsonValue(document));
    check_rungs(JsonValue(document), JsonValue(evaluator));
    document.throw_problems();
    return make;
}

std::vector<Contender> contenders_of(const Options& options, const Job& job) {
    std::vector<Contender> contenders;
    for (const auto& name : split(options.text("strategies", options.has("variant") ? "" : "job")))
        contenders.push_back(
            {name == "job" ? job.strategy_name : name,
             name == "job" ? job.strategy : strategy_of({{"name", name}}, "--strategies " + name, job)});
    for (const auto& variant : options.texts("variant")) {
        const auto equals = variant.find('=');
        const Json value = Json::parse(equals < variant.size() ? variant.substr(equals + 1) : "", nullptr, false);
        if (value.is_discarded()) throw InputError({"--variant", "NAME={\"name\": \"STRATEGY\", ...}", variant, ""});
        contenders.push_back(
            {variant.substr(0, equals), strategy_of(value, "--variant " + variant.substr(0, equals), job)});
    }
    return contenders;
}

std::vector<std::size_t> budgets_of(const Options& options, const Job& job) {
    std::vector<std::size_t> budgets;
    const auto whole = std::ceil(job.full_evaluations);
    const auto own = whole > 0 ? static_cast<std::int64_t>(whole) : job.trials;
    for (const auto& text : split(options.text("budget", std::to_string(own)))) {
        std::size_t read = 0;
        unsigned long value = 0;
        try {
            value = std::stoul(text, &read);
        } catch (const std::exception&) {
        }
        if (read != text.size() || value == 0 || value > 10'000'000)
            throw InputError({"--budget", "numbers of evaluations with commas between, 100,300", text, ""});
        budgets.push_back(value);
    }
    std::sort(budgets.begin(), budgets.end());
    budgets.erase(std::unique(budgets.begin(), budgets.end()), budgets.end());
    return budgets;
}

using Figure = std::function<std::optional<double>(const BenchmarkPoint&)>;

std::optional<double> share_of(const BenchmarkPoint& point) { return point.share; }
std::optional<double> volume_of(const BenchmarkPoint& point) { return point.hypervolume; }
std::optional<double> regret_of(const BenchmarkPoint& point) { return point.regret; }

std::vector<double> figures_of(const std::vector<BenchmarkPoint>& points, const std::string& strategy,
                               std::size_t evaluations, const Figure& figure) {
    std::vector<double> values;
    for (const auto& point : points)
        if (point.strategy == strategy && point.evaluations == evaluations)
            if (const auto value = figure(point)) values.push_back(*value);
    std::sort(values.begin(), values.end());
    return values;
}

double mean_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

std::vector<std::string> names_of(const std::vector<BenchmarkPoint>& points) {
    std::vector<std::string> names;
    for (const auto& point : points)
        if (std::find(names.begin(), names.end(), point.strategy) == names.end()) names.push_back(point.strategy);
    return names;
}

std::vector<std::size_t> evaluations_of(const std::vector<BenchmarkPoint>& points) {
    std::vector<std::size_t> all;
    for (const auto& point : points) all.push_back(point.evaluations);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

void print(const std::vector<BenchmarkPoint>& points, const std::string& what, const Figure& figure) {
    std::vector<Column> columns{{what}};
    const auto evaluations = evaluations_of(points);
    for (const auto count : evaluations) columns.push_back({std::to_string(count), true});
    std::vector<std::vector<std::string>> rows;
    bool any = false;
    for (const auto& name : names_of(points)) {
        rows.push_back({name});
        for (const auto count : evaluations) {
            const auto values = figures_of(points, name, count, figure);
            any = any || !values.empty();
            double squares = 0;
            const double mean = values.empty() ? 0 : mean_of(values);
            for (const double value : values) squares += (value - mean) * (value - mean);
            const double deviation = std::sqrt(squares / std::max(1.0, static_cast<double>(values.size()) - 1));
            rows.back().push_back(
                values.empty() ? "-" : format_figure(mean, "ms", 5) + " (" + format_figure(deviation, "ms", 5) + ")");
        }
    }
    if (any) std::cout << format_table(columns, rows, TableStyle::plain) << '\n';
}

std::string picture_of(const std::vector<BenchmarkPoint>& points, const std::string& title) {
    const bool shares = std::all_of(points.begin(), points.end(), [](const auto& point) { return point.share; });
    const Figure figure = shares ? share_of : volume_of;
    std::vector<Band> bands;
    for (const auto& name : names_of(points)) {
        Band band{name, {}};
        for (const auto count : evaluations_of(points)) {
            const auto values = figures_of(points, name, count, figure);
            if (values.empty()) continue;
            band.positions.push_back(
                {static_cast<double>(count), quantile(values, 0.1), mean_of(values), quantile(values, 0.9)});
        }
        bands.push_back(std::move(band));
    }
    return bands_svg(bands, "evaluations", shares ? "share of the true front's hypervolume" : "hypervolume",
                     {"Means over the seeds; bands reach from the 10 % to the 90 % quantile."}, {.title = title});
}

}  // namespace

int bench_search(const std::vector<std::string>& arguments) {
    Options options("bench-search JOB.json [--strategies a,b] [--seeds N] [--budget 100,300,1000] [-o OUT.csv]",
                    "How much of a front strategies find in how many evaluations: each searches the job anew, in\n"
                    "memory, once for every seed. Its objectives need a \"worst\", the corner of the box whose\n"
                    "hypervolume counts; \"benchmark\" of the job may say what the true front has (docs/search.md).\n"
                    "Beside OUT.csv (strategy,seed,evaluations,hypervolume,share,regret) stands OUT.svg.");
    options.positional("JOB.json", true);
    options.value("strategies", "NAMES", "with commas between; `job` is the job's own, and the default");
    options.values("variant", "NAME=JSON", "a strategy with options, under a name of its own; repeatable");
    options.value("seeds", "N", "searches of each strategy (default 10)");
    options.value("seed", "S", "the first of their seeds (default 1)");
    options.value("budget", "LIST", "whole evaluations' worth after which a search is rated (default: the job's)");
    options.value("output,o", "FILE", "the results as CSV, written as they come");
    options.values("with", "FILE", "results of another run, for table and picture; repeatable");
    options.value("workers", "N", "searches at a time (default: one a processor)");
    options.values("set", "PATH=VALUE", "override a value of the job; repeatable");
    if (!options.parse(arguments)) return exit_done;
    auto document = JsonDocument::load(options.text("JOB.json"));
    for (const auto& text : options.texts("set")) document.override_value(text);
    const Job job = load_job(std::move(document));
    const auto contenders = contenders_of(options, job);
    const auto budgets = budgets_of(options, job);
    const auto seeds = static_cast<std::size_t>(options.integer("seeds", 10, 1, 100'000));
    const auto first_seed = static_cast<std::uint64_t>(options.integer("seed", 1, 0, 9007199254740991));
    std::vector<BenchmarkPoint> others;
    for (const auto& file : options.texts("with")) {
        const auto read = read_benchmark_csv(file);
        others.insert(others.end(), read.begin(), read.end());
    }

    Interrupt interrupt;
    auto progress = std::make_unique<Progress>();
    const auto searched = ready_space(job, {}, interrupt.token());
    if (!searched) return exit_interrupted;
    const std::size_t searches = contenders.size() * seeds;
    std::vector<std::vector<BenchmarkPoint>> results(searches);
    const auto finished = [&] {
        std::vector<BenchmarkPoint> points;
        for (const auto& result : results) points.insert(points.end(), result.begin(), result.end());
        return points;
    };
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr failure;
    std::size_t done = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < searches && !interrupt.token().stop_requested(); i = next++) {
            const auto& contender = contenders[i / seeds];
            try {
                auto points =
                    run_benchmark(job, *searched, contender.name, contender.make, first_seed + i % seeds, budgets);
                const std::scoped_lock lock(mutex);
                results[i] = std::move(points);
                progress->show("  " + std::to_string(++done) + " of " + std::to_string(searches) + " searches");
                if (options.has("output")) write_file_durably(options.text("output"), benchmark_csv(finished()));
            } catch (...) {
                const std::scoped_lock lock(mutex);
                failure = std::current_exception();
                next = searches;
            }
        }
    };
    {
        const auto workers = options.integer("workers", std::max(1U, std::thread::hardware_concurrency()), 1, 1024);
        std::vector<std::jthread> threads;
        for (std::int64_t i = 0; i < workers; ++i) threads.emplace_back(work);
    }
    progress.reset();
    if (failure) std::rethrow_exception(failure);
    auto points = finished();
    points.insert(points.end(), others.begin(), others.end());
    if (points.empty()) {
        std::cerr << "stopped; nothing was finished\n";
        return exit_interrupted;
    }
    std::cout << job.name << ": mean (deviation) of " << seeds << " seeds from " << first_seed << "\n\n";
    print(points, "hypervolume", volume_of);
    print(points, "share of the true front's", share_of);
    print(points, "regret", regret_of);
    if (options.has("output")) {
        const fs::path picture = fs::path(options.text("output")).replace_extension(".svg");
        write_file_durably(picture, picture_of(points, job.name));
        std::cout << options.text("output") << " and " << picture.string() << " have them\n";
    }
    return interrupt.token().stop_requested() ? exit_interrupted : exit_done;
}

}  // namespace hwnas::cli
