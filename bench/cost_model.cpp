// How many latencies a second a strategy can ask for over mnasnet-imagenet: by the compiled metric, in batches for one
// device and for three at once, and by the look-up by strings that one would write first.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/rng.h"
#include "devices/cost_metrics.h"
#include "devices/cost_table.h"
#include "space/figure_batch.h"
#include "space/metric_parts.h"

namespace {

using namespace hwnas;

constexpr std::size_t encoding_count = 1U << 16U;

/// Random encodings, one behind the other.
class Encodings {
public:
    explicit Encodings(const SearchSpace& space) : length_(space.choices().size()) {
        Rng rng(1);
        bytes_.reserve(encoding_count * length_);
        for (std::size_t i = 0; i < encoding_count; ++i)
            for (const Choice& choice : space.choices())
                bytes_.push_back(static_cast<std::uint8_t>(rng.below(choice.values.size())));
    }
    [[nodiscard]] std::span<const std::uint8_t> all() const { return bytes_; }
    [[nodiscard]] std::span<const std::uint8_t> operator[](std::size_t i) const {
        return {bytes_.data() + i * length_, length_};
    }

private:
    std::size_t length_;
    std::vector<std::uint8_t> bytes_;
};

/// A cost by the name of the stage, the shape that enters and what was chosen.
class HashedCosts {
public:
    HashedCosts(const CompiledSpace& space, const CompiledMetric& metric) : space_(&space) {
        const auto& stages = space.space().stages();
        for (std::size_t s = 0; s < stages.size(); ++s) {
            const auto& table = space.tables()[s];
            for (std::uint32_t entry = 0; entry < table.next_state.size(); ++entry) {
                std::vector<std::uint8_t> chosen;
                for (std::size_t i = 0; i < table.radix.size(); ++i)
                    chosen.push_back(static_cast<std::uint8_t>(entry % table.locals / table.radix[i] %
                                                               stages[s].choices[i].values.size()));
                const std::string key = key_of(s, table.states[entry / table.locals], chosen);
                costs_[key] = metric.stage_values(s)[entry];
                shapes_[key] = table.next_state[entry];
            }
        }
    }

    [[nodiscard]] double operator()(std::span<const std::uint8_t> encoding) const {
        double total = 0;
        std::size_t state = 0;
        const auto& stages = space_->space().stages();
        for (std::size_t s = 0; s < stages.size(); ++s) {
            const auto chosen = encoding.subspan(space_->space().first_choice(s), stages[s].choices.size());
            const std::string key = key_of(s, space_->tables()[s].states[state], chosen);
            total += costs_.at(key);
            state = shapes_.at(key);
        }
        return total;
    }

private:
    [[nodiscard]] std::string key_of(std::size_t stage, const CompiledSpace::State& entered,
                                     std::span<const std::uint8_t> chosen) const {
        std::string key = space_->space().stages()[stage].name + "/" + to_string(entered.shape);
        for (const auto value : entered.remembered) (key += '/') += std::to_string(value);
        for (const auto value : chosen) (key += '/') += std::to_string(value);
        return key;
    }

    const CompiledSpace* space_;
    std::unordered_map<std::string, double> costs_;
    std::unordered_map<std::string, std::size_t> shapes_;
};

CostTable made_table(const CompiledSpace& space, std::uint64_t seed) {
    CostTable table;
    table.device = "made";
    Rng rng(seed);
    for (const Segment& segment : space.segments()) table.rows[segment.key].latency_ms = 0.01 + rng.uniform();
    return table;
}

template <typename Cost>
void estimate_all(benchmark::State& state, const Encodings& encodings, const Cost& cost) {
    for (auto _ : state) {
        double sum = 0;
        for (std::size_t i = 0; i < encoding_count; ++i) sum += cost(encodings[i]);
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(encoding_count));
}

void estimate_batch(benchmark::State& state, const Encodings& encodings, const FigureBatch& batch,
                    std::size_t figures) {
    std::vector<double> results(encoding_count * figures);
    for (auto _ : state) {
        batch(encodings.all(), results);
        benchmark::DoNotOptimize(results.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(encoding_count));
}

FigureBatch batch_of(const CompiledSpace& space, std::span<const CompiledMetric> metrics) {
    std::vector<SummedParts> figures;
    for (const auto& metric : metrics) figures.push_back({metric.constant(), metric_parts(space, metric).value()});
    return {space, figures};
}

/// Whether a batch has the figures of the metrics.
bool agrees(const FigureBatch& batch, std::span<const CompiledMetric> metrics, const Encodings& encodings) {
    std::vector<double> results(encoding_count * metrics.size());
    batch(encodings.all(), results);
    for (std::size_t i = 0; i < encoding_count; ++i)
        for (std::size_t m = 0; m < metrics.size(); ++m) {
            const double expected = metrics[m](encodings[i]);
            if (!(std::abs(results[i * metrics.size() + m] - expected) <= 1e-14 * expected)) return false;
        }
    return true;
}

/// The usual table, keeping the median rate of each benchmark's repetitions.
class KeepingReporter : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            const auto rate = run.counters.find("items_per_second");
            if (run.run_type != Run::RT_Iteration || rate == run.counters.end()) continue;
            rates_[run.run_name.function_name].push_back(static_cast<double>(rate->second));
        }
    }
    /// In millions a second; 0 where it did not run.
    [[nodiscard]] double median(const std::string& name) {
        auto& rates = rates_[name];
        if (rates.empty()) return 0;
        std::sort(rates.begin(), rates.end());
        return rates[rates.size() / 2] / 1e6;
    }

private:
    std::map<std::string, std::vector<double>> rates_;
};

int run(int count, char** arguments) {
    // Turns with each other, so that what else the machine does falls on all alike.
    std::vector<std::string> options{arguments[0], "--benchmark_enable_random_interleaving=true",
                                     "--benchmark_repetitions=9", "--benchmark_min_time=0.2"};
    options.insert(options.end(), arguments + 1, arguments + count);
    std::vector<char*> pointers;
    for (auto& option : options) pointers.push_back(option.data());
    count = static_cast<int>(pointers.size());
    pointers.push_back(nullptr);
    arguments = pointers.data();
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    const CompiledSpace space(SearchSpace::load(HWNAS_SPACE_FILE));
    std::vector<CompiledMetric> devices;
    for (std::uint64_t seed = 2; seed < 5; ++seed) devices.push_back(latency_metric(space, made_table(space, seed)));
    const CompiledMetric& compiled = devices[0];
    const HashedCosts hashed(space, compiled);
    const FigureBatch one = batch_of(space, std::span(devices).first(1));
    const FigureBatch three = batch_of(space, devices);
    const Encodings encodings(space.space());
    for (std::size_t i = 0; i < encoding_count; ++i)
        if (std::abs(compiled(encodings[i]) - hashed(encodings[i])) > 1e-9) {
            std::fprintf(stderr, "the two versions differ at encoding %zu\n", i);
            return 1;
        }
    if (!agrees(one, std::span(devices).first(1), encodings) || !agrees(three, devices, encodings)) {
        std::fprintf(stderr, "a batch differs from the compiled metrics\n");
        return 1;
    }
    const auto all_three = [&devices](std::span<const std::uint8_t> encoding) {
        return devices[0](encoding) + devices[1](encoding) + devices[2](encoding);
    };
    benchmark::RegisterBenchmark("compiled",
                                 [&](benchmark::State& state) { estimate_all(state, encodings, compiled); });
    benchmark::RegisterBenchmark("compiled_three",
                                 [&](benchmark::State& state) { estimate_all(state, encodings, all_three); });
    benchmark::RegisterBenchmark("batch", [&](benchmark::State& state) { estimate_batch(state, encodings, one, 1); });
    benchmark::RegisterBenchmark("batch_three",
                                 [&](benchmark::State& state) { estimate_batch(state, encodings, three, 3); });
    benchmark::RegisterBenchmark("hash_map", [&](benchmark::State& state) { estimate_all(state, encodings, hashed); });
    KeepingReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    std::printf(
        "%s, medians, million networks/s: one device %.1f in a batch, %.1f one by one, %.2f by hash map; three devices "
        "at "
        "once %.1f in a batch, %.1f one by one\n",
        space.space().name().c_str(), reporter.median("batch"), reporter.median("compiled"),
        reporter.median("hash_map"), reporter.median("batch_three"), reporter.median("compiled_three"));
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
