// How much of the true front a strategy finds for how many evaluations, on a job
// whose space is small enough to be evaluated whole:
//
//     bench_search_quality JOB.json WORST [SEEDS [STRATEGY | PATH=VALUE]...]
//
// WORST is the corner of the box whose volume counts, one figure for each objective,
// with commas between; STRATEGY is a strategy's JSON or its name; PATH=VALUE overrides
// a value of the job.
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <numeric>

#include "job/job.h"
#include "job/searched_space.h"
#include "report/figures.h"
#include "search/controller.h"
#include "study/store.h"

namespace {

using namespace hwnas;

constexpr std::array<std::size_t, 3> moments{100, 300, 1000};
constexpr double most_points = 200'000;

struct Question {
    Job job;
    const SearchedSpace* searched;
    Point worst;

    [[nodiscard]] double volume(const ParetoFront& front) const {
        std::vector<Point> points;
        for (const auto& entry : front.entries()) points.push_back(entry.point);
        return hypervolume(points, worst);
    }
};

std::vector<double> numbers(const std::string& text) {
    std::vector<double> values;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) values.push_back(std::stod(part));
    return values;
}

/// The front of everything, by evaluating everything.
ParetoFront true_front(const Question& question) {
    const auto& choices = question.searched->space->choices();
    double count = 1;
    for (const auto& choice : choices) count *= static_cast<double>(choice.values.size());
    if (count > most_points) throw std::runtime_error("the space is too large to be evaluated whole");
    const auto evaluator = question.job.evaluator.make(question.job);
    ParetoFront front;
    Encoding encoding(choices.size(), 0);
    for (bool more = true; more;) {
        if (question.searched->space->canonical(encoding) == encoding) {
            EvaluationRequest request;
            request.architecture = question.searched->space->choices_json(encoding);
            auto values = evaluator->evaluate(request, {}).values;
            for (const auto& [key, figure] : question.searched->known) values[key] = figure(encoding);
            front.insert(point_of(question.job.objectives, values).value(), 0);
        }
        more = false;
        for (std::size_t i = encoding.size(); i-- > 0 && !more;) {
            more = ++encoding[i] < choices[i].values.size();
            if (!more) encoding[i] = 0;
        }
    }
    return front;
}

/// The share of `whole` after each moment's number of evaluations.
std::vector<double> shares(const Question& question, const StrategyFactory& make, std::uint64_t seed, double whole) {
    const auto& searched = *question.searched;
    const SearchProblem problem{searched.space.get(), searched.feasible.get(), question.job.objectives,
                                question.job.limits,  searched.known,          searched.network,
                                searched.reference};
    const auto study = open_store("memory:", Access::create)->create({"quality", Json::object(), 0, ""});
    const auto strategy = make(problem, seed);
    const auto evaluator = question.job.evaluator.make(question.job);
    ControllerSettings settings;
    settings.trials = static_cast<std::int64_t>(moments.back());
    settings.seed = seed;
    settings.most_duplicates = 100'000;
    Controller(problem, *strategy, *evaluator, *study, settings).run({});

    std::vector<double> found;
    ParetoFront front;
    std::size_t evaluations = 0;
    for (const auto& trial : study->trials()) {
        if (trial.state != TrialState::complete) continue;
        front.insert(point_of(question.job.objectives, trial.values).value(), trial.number);
        if (++evaluations == moments[found.size()]) found.push_back(question.volume(front) / whole);
        if (found.size() == moments.size()) break;
    }
    found.resize(moments.size(), question.volume(front) / whole);
    return found;
}

StrategyFactory strategy_named(const std::string& text) {
    auto document = text.front() == '{' ? JsonDocument::parse(text, "strategy")
                                        : JsonDocument::from_value({{"name", text}}, "strategy");
    auto factory = read_strategy(JsonValue(document));
    document.throw_problems();
    return factory;
}

std::string mean_and_deviation(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.4f (%.4f)", mean, std::sqrt(squares / std::max(1.0, count - 1)));
    return text.data();
}

int run(const std::vector<std::string>& arguments) {
    auto document = JsonDocument::load(arguments.at(0));
    std::vector<std::string> strategies;
    for (std::size_t i = 3; i < arguments.size(); ++i)
        if (arguments[i].front() != '{' && arguments[i].find('=') != std::string::npos)
            document.override_value(arguments[i]);
        else
            strategies.push_back(arguments[i]);
    if (strategies.empty()) strategies = {"random", "evolution"};
    Question question{load_job(std::move(document)), nullptr, {}};
    const auto searched = ready_space(question.job, {}, {});
    question.searched = &*searched;
    question.worst = numbers(arguments.at(1));
    for (std::size_t i = 0; i < question.worst.size(); ++i)
        if (question.job.objectives.at(i).direction == Direction::maximize) question.worst[i] *= -1;
    const auto seeds = arguments.size() > 2 ? std::stoul(arguments[2]) : 20;
    const double whole = question.volume(true_front(question));
    std::cout << question.job.name << ": share of the true front's hypervolume (" << whole
              << "), mean and deviation of " << seeds << " seeds\n";
    std::vector<Column> columns{{"strategy"}};
    for (const auto moment : moments) columns.push_back({std::to_string(moment), true});
    std::vector<std::vector<std::string>> rows;
    for (const auto& name : strategies) {
        const auto make = strategy_named(name);
        std::vector<std::vector<double>> found(moments.size());
        for (std::size_t seed = 1; seed <= seeds; ++seed) {
            const auto of_seed = shares(question, make, seed, whole);
            for (std::size_t i = 0; i < moments.size(); ++i) found[i].push_back(of_seed[i]);
        }
        rows.push_back({name});
        for (const auto& values : found) rows.back().push_back(mean_and_deviation(values));
    }
    std::cout << format_table(columns, rows, TableStyle::plain);
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::cerr << "usage: bench_search_quality JOB.json WORST [SEEDS [STRATEGY...]]\n";
        return 2;
    }
    try {
        return run({arguments + 1, arguments + count});
    } catch (const std::exception& error) {
        std::cerr << "error: " << error.what() << '\n';
        return 1;
    }
}
