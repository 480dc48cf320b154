// How many latencies a second a strategy can ask for: the compiled metric over
// mnasnet-imagenet, beside the look-up by strings that one would write first.
#include <benchmark/benchmark.h>

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

CostTable made_table(const CompiledSpace& space) {
    CostTable table;
    table.device = "made";
    Rng rng(2);
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

/// The usual table, keeping the best rate of each benchmark.
class KeepingReporter : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            const auto rate = run.counters.find("items_per_second");
            if (run.run_type != Run::RT_Iteration || rate == run.counters.end()) continue;
            double& best = rates[run.run_name.function_name];
            best = std::max(best, static_cast<double>(rate->second));
        }
    }
    std::map<std::string, double> rates;
};

int run(int count, char** arguments) {
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    const CompiledSpace space(SearchSpace::load(HWNAS_SPACE_FILE));
    const CompiledMetric compiled = latency_metric(space, made_table(space));
    const HashedCosts hashed(space, compiled);
    const Encodings encodings(space.space());
    for (std::size_t i = 0; i < encoding_count; ++i)
        if (std::abs(compiled(encodings[i]) - hashed(encodings[i])) > 1e-9) {
            std::fprintf(stderr, "the two versions differ at encoding %zu\n", i);
            return 1;
        }
    benchmark::RegisterBenchmark("compiled",
                                 [&](benchmark::State& state) { estimate_all(state, encodings, compiled); });
    benchmark::RegisterBenchmark("hash_map", [&](benchmark::State& state) { estimate_all(state, encodings, hashed); });
    KeepingReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    if (reporter.rates.size() == 2)
        std::printf("%s: %.1f million estimates/s compiled, %.2f million/s by hash map, %.0f times as many\n",
                    space.space().name().c_str(), reporter.rates["compiled"] / 1e6, reporter.rates["hash_map"] / 1e6,
                    reporter.rates["compiled"] / reporter.rates["hash_map"]);
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
