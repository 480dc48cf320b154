#include "job/benchmark.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/csv.h"
#include "job/job.h"
#include "job/searched_space.h"
#include "report/csv_text.h"
#include "search/controller.h"
#include "search/pareto_front.h"
#include "study/fidelity.h"
#include "study/store.h"

namespace hwnas {
namespace {

constexpr const char* header = "strategy,seed,evaluations,hypervolume,share,regret";

Point corner_of(const Job& job) {
    Point corner;
    std::vector<Problem> problems;
    for (const auto& objective : job.objectives) {
        if (objective.worst)
            corner.push_back(turned(objective, *objective.worst));
        else
            problems.push_back({"objective " + objective.key, "\"worst\", where the box of its hypervolume ends",
                                "none", "add it, or --set objectives.N.worst=FIGURE"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return corner;
}

std::string exact(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

/// The complete trials so far, as a benchmark looks at them.
class Rating {
public:
    Rating(const Job& job, Point corner) : job_(&job), corner_(std::move(corner)) {}

    void add(const Trial& trial) {
        // What an evaluator tells with an error on purpose is rated without it.
        auto values = trial.values;
        if (trial.details.contains("exact"))
            for (const auto& [key, value] : trial.details.at("exact").items()) values[key] = value.get<double>();
        if (!meets(job_->limits, values)) return;
        if (auto point = point_of(job_->objectives, values)) {
            const double first = (*point)[0];
            (void)front_.insert(std::move(*point), trial.number);
            const auto& regret = job_->benchmark.regret;
            if (!regret) return;
            const auto cost = values.find(regret->key);
            if (cost != values.end() && cost->second <= regret->at_most) best_ = std::min(best_, first);
        }
    }

    [[nodiscard]] BenchmarkPoint point(const std::string& strategy, std::uint64_t seed, std::size_t evaluations) const {
        std::vector<Point> points;
        for (const auto& entry : front_.entries()) points.push_back(entry.point);
        BenchmarkPoint rated{strategy, seed, evaluations, hypervolume(points, corner_), {}, {}};
        const auto& known = job_->benchmark;
        if (known.hypervolume) rated.share = rated.hypervolume / *known.hypervolume;
        if (known.regret && std::isfinite(best_))
            rated.regret = best_ - turned(job_->objectives.front(), known.regret->best);
        return rated;
    }

private:
    const Job* job_;
    Point corner_;
    ParetoFront front_;
    double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Benchmark Benchmark::read(const JsonValue& value) {
    Benchmark benchmark;
    JsonObject object(value);
    if (const auto volume = object.optional("hypervolume")) benchmark.hypervolume = volume->number({1e-12, 1e30});
    if (const auto given = object.optional("regret")) {
        JsonObject regret(*given);
        benchmark.regret = Regret{regret.required("metric").text(), regret.required("at_most").number(),
                                  regret.required("best").number()};
    }
    return benchmark;
}

std::vector<BenchmarkPoint> run_benchmark(const Job& job, const SearchedSpace& searched, const std::string& strategy,
                                          const StrategyFactory& make, std::uint64_t seed,
                                          std::span<const std::size_t> budgets) {
    const Point corner = corner_of(job);
    const SearchProblem problem{searched.space.get(), searched.feasible.get(), job.objectives,     job.limits,
                                searched.known,       searched.network,        searched.reference, job.prior};
    const auto study = open_store("memory:", Access::create)->create({"benchmark", Json::object(), 0, ""});
    const auto asked = make(problem, seed);
    const auto evaluator = job.evaluator.make(job);
    ControllerSettings settings;
    settings.trials = 0;
    settings.full_evaluations = static_cast<double>(budgets.back());
    settings.seed = seed;
    settings.most_duplicates = 100'000;  // a cheap strategy may ask for what is known as often as it likes
    Controller(problem, *asked, *evaluator, *study, settings).run({});

    std::vector<BenchmarkPoint> points;
    Rating rating(job, corner);
    constexpr double rounding = 1e-9;
    double spent = 0;
    for (const auto& trial : study->trials()) {
        if (trial.state != TrialState::complete && trial.state != TrialState::failed) continue;
        spent += fidelity_of(trial).cost;
        // What would go beyond a budget comes too late for it.
        while (points.size() < budgets.size() && spent > static_cast<double>(budgets[points.size()]) * (1 + rounding))
            points.push_back(rating.point(strategy, seed, budgets[points.size()]));
        if (trial.state == TrialState::complete && is_in_full(trial)) rating.add(trial);
    }
    while (points.size() < budgets.size()) points.push_back(rating.point(strategy, seed, budgets[points.size()]));
    return points;
}

std::string benchmark_csv(std::span<const BenchmarkPoint> points) {
    std::string text = std::string(header) + "\n";
    for (const auto& point : points)
        text += csv_cell(point.strategy) + "," + std::to_string(point.seed) + "," + std::to_string(point.evaluations) +
                "," + exact(point.hypervolume) + "," + (point.share ? exact(*point.share) : "") + "," +
                (point.regret ? exact(*point.regret) : "") + "\n";
    return text;
}

std::vector<BenchmarkPoint> read_benchmark_csv(const std::filesystem::path& path) {
    const CsvTable table = read_csv(path);
    std::vector<std::size_t> columns;
    std::vector<Problem> problems;
    for (const char* name : {"strategy", "seed", "evaluations", "hypervolume", "share", "regret"}) {
        const auto at = std::find(table.header.begin(), table.header.end(), name);
        if (at == table.header.end())
            problems.push_back({path.string(), "a column \"" + std::string(name) + "\"", "none", ""});
        columns.push_back(static_cast<std::size_t>(at - table.header.begin()));
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    std::vector<BenchmarkPoint> points;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto number = [&](std::size_t column, bool needed) -> std::optional<double> {
            const std::string& cell = table.rows[row][columns[column]];
            if (cell.empty() && !needed) return std::nullopt;
            double value = 0;
            const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            if (read.ec != std::errc() || read.ptr != cell.data() + cell.size())
                problems.push_back({table.place(row), "a number", "\"" + cell + "\"", ""});
            return value;
        };
        points.push_back({table.rows[row][columns[0]], static_cast<std::uint64_t>(*number(1, true)),
                          static_cast<std::size_t>(*number(2, true)), *number(3, true), number(4, false),
                          number(5, false)});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return points;
}

}  // namespace hwnas
