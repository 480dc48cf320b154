// What an earlier study's figures (zero-cost proxies, say) are worth to the model of a search: over networks whose long
// trainings are known, how it ranks those that it has not seen, and what front a search among them finds.
//
//     bench_prior STUDY METRIC[,METRIC ...] [FOLDER] [REPEATS]
//
// STUDY: over configs/spaces/mnasnet-28.json. FOLDER (docs/proxy-study): networks.csv and trainings.csv.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "core/csv.h"
#include "core/error.h"
#include "core/rng.h"
#include "job/prior.h"
#include "regression/agreement.h"
#include "search/prospects.h"
#include "search/surrogate.h"
#include "space/compiled_metric.h"
#include "space/feasible_networks.h"

using namespace hwnas;

namespace {

struct Network {
    Encoding encoding;
    double top1 = 0;  // after a long training
};

std::size_t column(const CsvTable& table, const std::string& name) {
    const auto at = std::find(table.header.begin(), table.header.end(), name);
    if (at == table.header.end()) throw InputError({table.origin, "a column \"" + name + "\"", "none", ""});
    return static_cast<std::size_t>(at - table.header.begin());
}

std::vector<Network> trained_networks(const std::filesystem::path& folder, const SearchSpace& space) {
    std::map<std::string, double> top1;
    const auto trainings = read_csv(folder / "trainings.csv");
    for (const auto& row : trainings.rows)
        if (row[column(trainings, "recipe")] == "long" && row[column(trainings, "repeat")] == "0" &&
            !row[column(trainings, "cpu_seconds")].empty())
            top1[row[column(trainings, "network")]] = std::stod(row[column(trainings, "validation_top1")]);
    std::vector<Network> networks;
    const auto table = read_csv(folder / "networks.csv");
    for (const auto& row : table.rows) {
        const auto found = top1.find(row[column(table, "network")]);
        if (found == top1.end()) continue;
        auto document = JsonDocument::parse(row[column(table, "architecture")], "networks.csv");
        networks.push_back({space.from_json(JsonValue(document)), found->second});
        document.throw_problems();
    }
    return networks;
}

/// Mean and its standard error.
class Mean {
public:
    void add(double value) {
        sum_ += value;
        squares_ += value * value;
        ++count_;
    }
    [[nodiscard]] std::string text() const {
        const double mean = sum_ / count_;
        char line[64];
        std::snprintf(line, sizeof line, "%.3f (%.3f)", mean,
                      std::sqrt(std::max(0.0, squares_ / count_ - mean * mean) / std::max(1.0, count_ - 1)));
        return line;
    }

private:
    double sum_ = 0, squares_ = 0, count_ = 0;
};

/// A search among the networks: what they cost, what was found of them.
class Pool {
public:
    Pool(const SearchProblem& problem, std::vector<Network> networks)
        : problem_(problem), networks_(std::move(networks)) {}

    [[nodiscard]] std::size_t size() const { return networks_.size(); }
    [[nodiscard]] Trial trial(std::size_t network, std::int64_t number) const {
        Trial trial;
        trial.number = number;
        trial.state = TrialState::complete;
        trial.architecture.encoding = problem_.space->canonical(networks_[network].encoding);
        trial.values["top1"] = networks_[network].top1;
        for (const auto& [key, figure] : problem_.known) trial.values[key] = figure(trial.architecture.encoding);
        return trial;
    }
    /// Kendall's tau of what a model of the first `known` networks of an order expects of the others.
    [[nodiscard]] double forecast(const std::vector<std::size_t>& order, std::size_t known) const {
        Surrogate surrogate(problem_);
        for (std::size_t i = 0; i < known; ++i) surrogate.tell(trial(order[i], static_cast<std::int64_t>(i)));
        std::vector<Encoding> others;
        std::vector<double> truth, expected;
        for (std::size_t i = known; i < order.size(); ++i) {
            others.push_back(trial(order[i], 0).architecture.encoding);
            truth.push_back(networks_[order[i]].top1);
        }
        auto candidates = surrogate.candidates(others);
        for (const auto& values : surrogate.imagined(candidates, 0)) expected.push_back(values.at("top1"));
        return kendall_tau(expected, truth);
    }
    /// Shares of the whole front's hypervolume after each of `budgets`, of a search that begins with the first of an
    /// order.
    [[nodiscard]] std::vector<double> search(std::vector<std::size_t> order, std::size_t start,
                                             const std::vector<std::size_t>& budgets) const {
        Surrogate surrogate(problem_);
        std::vector<Point> found, all;
        for (const auto network : order) all.push_back(*point_of(problem_.objectives, trial(network, 0).values));
        const Point corner = {-80, 4e6};
        std::vector<double> shares;
        for (std::size_t n = 0; n < budgets.back(); ++n) {
            std::size_t next = n;
            if (n >= start) {
                std::vector<Encoding> left;
                for (std::size_t i = n; i < order.size(); ++i) left.push_back(trial(order[i], 0).architecture.encoding);
                auto candidates = surrogate.candidates(left);
                const auto promise =
                    Prospects(surrogate, {}, optimism_of(static_cast<std::int64_t>(n))).promise(candidates);
                next = n + static_cast<std::size_t>(std::max_element(promise.begin(), promise.end()) - promise.begin());
            }
            std::swap(order[n], order[next]);
            const auto asked = trial(order[n], static_cast<std::int64_t>(n));
            surrogate.tell(asked);
            found.push_back(*point_of(problem_.objectives, asked.values));
            if (std::find(budgets.begin(), budgets.end(), n + 1) != budgets.end())
                shares.push_back(hypervolume(found, corner) / hypervolume(all, corner));
        }
        return shares;
    }

private:
    SearchProblem problem_;
    std::vector<Network> networks_;
};

int run(int count, char** arguments) {
    if (count < 3) {
        std::fprintf(stderr, "usage: bench_prior STUDY METRIC[,METRIC ...] [FOLDER] [REPEATS]\n");
        return 2;
    }
    const std::filesystem::path folder = count > 3 ? arguments[3] : "docs/proxy-study";
    const int repeats = count > 4 ? std::atoi(arguments[4]) : 100;
    const CompiledSpace space(SearchSpace::load(HWNAS_SPACE_FILE));
    const auto parameters = parameter_metric(space);
    const auto macs = mac_metric(space);
    const FeasibleNetworks feasible(space, {});
    SearchProblem problem;
    problem.space = &space;
    problem.feasible = &feasible;
    problem.objectives = {{"top1", "%", Direction::maximize, 80, false, {}},
                          {"macs", "MACs", Direction::minimize, 4e6, false, {}}};
    problem.known["macs"] = [&](const Encoding& encoding) { return macs(encoding); };
    problem.known["parameters"] = [&](const Encoding& encoding) { return parameters(encoding); };

    Json metrics = Json::array();
    for (std::string names = arguments[2]; !names.empty();) {
        const auto comma = names.find(',');
        metrics.push_back(names.substr(0, comma));
        names = comma == std::string::npos ? "" : names.substr(comma + 1);
    }
    auto document = JsonDocument::from_value({{"study", arguments[1]}, {"metrics", metrics}}, "prior");
    SearchProblem with = problem;
    with.earlier = read_prior(JsonValue(document), "", [&](const JsonValue& choices) {
                       return space.space().from_json(choices);
                   }).figures;
    document.throw_problems();

    const auto networks = trained_networks(folder, space.space());
    const Pool plain(problem, networks), helped(with, networks);
    const std::vector<std::size_t> budgets = {8, 12, 20, 35, 50};
    std::map<std::size_t, std::array<Mean, 5>> means;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        std::vector<std::size_t> order(networks.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        Rng rng(static_cast<std::uint64_t>(repeat) + 1);
        rng.shuffle(order);
        const auto by_plain = plain.search(order, 6, budgets), by_helped = helped.search(order, 6, budgets);
        const auto by_chance = plain.search(order, order.size(), budgets);
        for (std::size_t b = 0; b < budgets.size(); ++b) {
            auto& row = means[budgets[b]];
            row[0].add(plain.forecast(order, budgets[b]));
            row[1].add(helped.forecast(order, budgets[b]));
            row[2].add(by_chance[b]);
            row[3].add(by_plain[b]);
            row[4].add(by_helped[b]);
        }
    }
    std::printf("%zu networks, %d orders, means (standard errors)\n", networks.size(), repeats);
    std::printf("%9s | %-15s %-15s | %-15s %-15s %-15s\n", "trainings", "tau", "with the prior", "hypervolume: any",
                "the model's", "with the prior");
    for (const auto& [budget, row] : means)
        std::printf("%9zu | %-15s %-15s | %-15s %-15s %-15s\n", budget, row[0].text().c_str(), row[1].text().c_str(),
                    row[2].text().c_str(), row[3].text().c_str(), row[4].text().c_str());
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
