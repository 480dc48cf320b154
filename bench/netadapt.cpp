// NetAdapt's walk against uniform width scaling of the same trained network, each
// network trained equally long afterwards, at measured latency:
//
//     bench_netadapt JOB.json OUT [SEEDS [PATH=VALUE...]]
//
// JOB is a job of `netadapt` whose cost is one device's latency, such as
// configs/netadapt-28.json; OUT keeps the studies, so a second call goes on where the
// first one ended. Each network is measured whole on the job's device, all of them
// interleaved, and stands beside what the table foretold. What the rounds of a
// measurement do not agree on is measured again, up to three times; where they never
// agree, the network is marked as noisy, and what is told of predictions is told without it too.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <numeric>

#include "devices/profiler.h"
#include "devices/runners.h"
#include "job/device_tables.h"
#include "job/job.h"
#include "job/programs.h"
#include "job/search_run.h"
#include "report/figures.h"
#include "study/store.h"

namespace {

using namespace hwnas;

constexpr std::array<const char*, 2> ways{"one-choice", "all-choices"};
constexpr std::array<double, 6> latency_shares{1.0, 0.9, 0.8, 0.7, 0.6, 0.5};
constexpr std::array<double, 4> accuracy_losses{0, 0.5, 1, 2};
constexpr int most_repeats = 3;  // of noisy measurements

struct Network {
    Graph graph;
    double top1 = 0;
    double predicted_ms = 0;
    double measured_ms = 0;
    bool noisy = false;  ///< the rounds of its measurement never agreed
};

/// One seed's walk in one way: the networks trained in full, the start first.
struct Walk {
    std::vector<Network> networks;
    std::size_t trials = 0;

    /// Percent; none within so much latency.
    [[nodiscard]] std::optional<double> best_within(double milliseconds) const {
        std::optional<double> best;
        for (const auto& network : networks)
            if (network.measured_ms <= milliseconds && (!best || network.top1 > *best)) best = network.top1;
        return best;
    }
    [[nodiscard]] std::optional<double> least_for(double top1) const {
        std::optional<double> least;
        for (const auto& network : networks)
            if (network.top1 >= top1 && (!least || network.measured_ms < *least)) least = network.measured_ms;
        return least;
    }
};

std::string quoted(const std::string& text) { return Json(text).dump(); }

Walk walk(const std::string& path, const std::string& out, std::uint64_t seed, const std::string& way,
          const std::vector<std::string>& overrides) {
    auto document = JsonDocument::load(path);
    for (const auto& change : overrides) document.override_value(change);
    document.override_value("seed=" + std::to_string(seed));
    document.override_value("strategy.narrow=" + quoted(way));
    document.override_value("out=" + quoted(out + "/" + std::to_string(seed) + "-" + way));
    const Job job = load_job(std::move(document));
    SearchWatcher watcher;
    watcher.message = [](const std::string& text) { std::cerr << text << '\n'; };
    if (const auto outcome = run_search(job, {StudyMode::resume}, watcher, {}); outcome.end != SearchEnd::finished)
        std::cerr << "the walk did not come to its end: more budget.trials are needed\n";

    std::string latency;
    for (const auto& objective : job.objectives)
        if (objective.key.starts_with("latency")) latency = objective.key;
    Walk result;
    for (const auto& trial : open_study(*open_store(store_address(job), Access::existing), "")->trials()) {
        ++result.trials;
        if (trial.state != TrialState::complete || trial.notes.value("phase", "") != "long-term") continue;
        result.networks.push_back(
            {job.space.lower(trial.architecture.encoding), trial.values.at("top1"), trial.values.at(latency), 0});
    }
    return result;
}

/// What repeating left of noise.
struct Noise {
    std::size_t networks = 0;
    std::size_t at_first = 0;
    std::size_t in_the_end = 0;
};

Noise measure(std::vector<Walk*> walks, const JobDevice& device) {
    std::map<std::string, Segment> distinct;
    for (const auto* walk : walks)
        for (const auto& network : walk->networks) {
            const auto id = graph_id(network.graph);
            distinct.try_emplace(id, Segment{network.graph, id, {}});
        }
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : distinct) segments.push_back(&segment);
    CostTable table = load_or_start_table({}, device.config);
    const auto runner = make_runner(device.config, find_program);
    ProfileOptions options;
    Noise noise{segments.size(), 0, 0};
    noise.at_first = profile(segments, *runner, nullptr, device.config, table, options, {}).noisy;
    noise.in_the_end = noise.at_first;
    options.repeat_noisy = true;
    for (int repeat = 0; repeat < most_repeats && noise.in_the_end > 0; ++repeat) {
        std::cerr << "measuring " << noise.in_the_end << " of " << segments.size() << " networks again\n";
        ++options.seed;  // another order, so that they have other neighbours
        noise.in_the_end = profile(segments, *runner, nullptr, device.config, table, options, {}).noisy;
    }
    for (auto* walk : walks)
        for (auto& network : walk->networks) {
            const auto& row = table.rows.at(graph_id(network.graph));
            network.measured_ms = row.latency_ms;
            network.noisy = row.noisy;
        }
    return noise;
}

std::string fixed(double value, int digits) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

/// "mean (deviation)" over the seeds that have the figure, with how many those are where some lack it.
std::string over_seeds(const std::vector<std::optional<double>>& figures, int digits) {
    std::vector<double> values;
    for (const auto& figure : figures)
        if (figure) values.push_back(*figure);
    if (values.empty()) return "-";
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    std::string text = fixed(mean, digits);
    if (values.size() > 1) text += " (" + fixed(std::sqrt(squares / (count - 1)), digits) + ")";
    if (values.size() < figures.size()) text += ", " + std::to_string(values.size()) + " seeds";
    return text;
}

std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
    if (!a || !b) return std::nullopt;
    return *a - *b;
}

std::optional<double> quotient(std::optional<double> a, std::optional<double> b) {
    if (!a || !b) return std::nullopt;
    return *a / *b;
}

void print_prediction(const std::vector<const Network*>& networks, const std::string& which) {
    if (networks.empty()) return;
    std::vector<double> ratios;
    double agree = 0, disagree = 0;
    for (const auto* a : networks) {
        ratios.push_back(a->measured_ms / a->predicted_ms);
        for (const auto* b : networks) {
            const double product = (a->predicted_ms - b->predicted_ms) * (a->measured_ms - b->measured_ms);
            agree += product > 0 ? 1 : 0;
            disagree += product < 0 ? 1 : 0;
        }
    }
    std::sort(ratios.begin(), ratios.end());
    std::cout << "\nMeasured latency over the table's prediction, " << ratios.size() << " networks" << which
              << ": median " << fixed(ratios[ratios.size() / 2], 3) << ", from " << fixed(ratios.front(), 3) << " to "
              << fixed(ratios.back(), 3) << "; Kendall's tau "
              << fixed((agree - disagree) / std::max(1.0, agree + disagree), 3) << "\n";
}

void print_predictions(const std::vector<std::array<Walk, 2>>& seeds) {
    std::vector<const Network*> all;
    std::vector<const Network*> quiet;
    for (const auto& pair : seeds)
        for (const auto& walk : pair)
            for (const auto& network : walk.networks) {
                all.push_back(&network);
                if (!network.noisy) quiet.push_back(&network);
            }
    print_prediction(all, "");
    if (quiet.size() < all.size()) print_prediction(quiet, " without the noisy ones");
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() < 2) {
        std::cerr << "usage: bench_netadapt JOB.json OUT [SEEDS [PATH=VALUE...]]\n";
        return 2;
    }
    const auto count = arguments.size() > 2 ? std::stoul(arguments[2]) : 3;
    const std::vector<std::string> overrides(arguments.begin() + std::min<std::ptrdiff_t>(3, std::ssize(arguments)),
                                             arguments.end());
    std::vector<std::array<Walk, 2>> seeds(count);
    std::vector<Walk*> walks;
    for (std::size_t seed = 0; seed < count; ++seed)
        for (std::size_t way = 0; way < ways.size(); ++way) {
            seeds[seed][way] = walk(arguments[0], arguments[1], seed + 1, ways[way], overrides);
            if (seeds[seed][way].networks.empty()) throw std::runtime_error("a walk without networks");
            walks.push_back(&seeds[seed][way]);
        }
    auto document = JsonDocument::load(arguments[0]);
    for (const auto& change : overrides) document.override_value(change);
    const Job job = load_job(std::move(document));
    if (job.devices.empty()) throw std::runtime_error("the job has no device");
    const Noise noise = measure(walks, job.devices.front());

    std::cout << job.name << ", " << count << " seeds; mean (deviation) over them\n"
              << noise.networks << " networks measured; " << noise.at_first << " were noisy at first, "
              << noise.in_the_end << " after being measured again";
    std::cout << (noise.in_the_end > 0 ? ": these are marked *\n" : "\n");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        std::cout << "\n"
                  << (way == 0 ? "NetAdapt" : "Uniform scaling") << ", seed 1, " << seeds[0][way].trials << " trials\n";
        std::vector<std::vector<std::string>> rows;
        for (const auto& network : seeds[0][way].networks)
            rows.push_back({fixed(network.top1, 2), fixed(network.predicted_ms, 4),
                            fixed(network.measured_ms, 4) + (network.noisy ? "*" : " ")});
        std::cout << format_table({{"top-1 %", true}, {"predicted ms", true}, {"measured ms", true}}, rows,
                                  TableStyle::plain);
    }

    std::vector<std::vector<std::string>> rows;
    for (const double share : latency_shares) {
        std::array<std::vector<std::optional<double>>, 2> best;
        std::vector<std::optional<double>> gain;
        for (const auto& pair : seeds) {
            // A hair more than the start's own latency, which two measurements never give alike.
            const double milliseconds = 1.005 * share * pair[0].networks.front().measured_ms;
            for (std::size_t way = 0; way < 2; ++way) best[way].push_back(pair[way].best_within(milliseconds));
            gain.push_back(difference(best[0].back(), best[1].back()));
        }
        rows.push_back(
            {fixed(100 * share, 0) + " %", over_seeds(best[0], 2), over_seeds(best[1], 2), over_seeds(gain, 2)});
    }
    std::cout << "\nBest top-1 within a share of the start's measured latency\n"
              << format_table({{"latency", true}, {"NetAdapt", true}, {"uniform", true}, {"difference", true}}, rows,
                              TableStyle::plain);
    rows.clear();
    for (const double loss : accuracy_losses) {
        std::array<std::vector<std::optional<double>>, 2> least;
        std::vector<std::optional<double>> faster;
        for (const auto& pair : seeds) {
            const double top1 = pair[0].networks.front().top1 - loss;
            for (std::size_t way = 0; way < 2; ++way) least[way].push_back(pair[way].least_for(top1));
            faster.push_back(quotient(least[1].back(), least[0].back()));
        }
        rows.push_back({fixed(loss, 1), over_seeds(least[0], 4), over_seeds(least[1], 4), over_seeds(faster, 2)});
    }
    std::cout << "\nLeast measured latency that loses so many points against the start, ms\n"
              << format_table({{"loss", true}, {"NetAdapt", true}, {"uniform", true}, {"times as fast", true}}, rows,
                              TableStyle::plain);
    print_predictions(seeds);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "error: " << error.what() << '\n';
        return 1;
    }
}
