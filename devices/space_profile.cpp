#include "devices/space_profile.h"

#include <algorithm>
#include <span>

#include "core/error.h"
#include "devices/drawn_networks.h"
#include "devices/machine_context.h"
#include "devices/runners.h"
#include "devices/space_rows.h"

namespace hwnas {
namespace {

constexpr std::uint64_t seed_of_networks = 0x6e6574776f726b73;  // of those that calibrate and judge a table

using Networks = std::vector<DrawnNetwork>;

std::set<std::string> keys_of(std::span<const DrawnNetwork> networks) {
    std::set<std::string> keys;
    for (const auto& network : networks) keys.insert(network.whole.key);
    return keys;
}

std::vector<const Segment*> wholes(std::span<const DrawnNetwork> networks) {
    std::vector<const Segment*> list;
    for (const auto& network : networks) list.push_back(&network.whole);
    return list;
}

std::optional<double> measured(const CostTable& table, const DrawnNetwork& network, const RowFigure& figure) {
    const auto row = table.rows.find(network.whole.key);
    return row != table.rows.end() ? figure(row->second) : std::nullopt;
}

struct Fit {
    Calibration calibration;
    std::size_t networks = 0;
};

Fit calibrated(std::span<const DrawnNetwork> networks, const CostTable& table, const RowFigure& figure,
               const RowFigure& figure_of_network) {
    std::vector<std::vector<SegmentTraits>> traits;
    std::vector<double> figures;
    for (const auto& network : networks) {
        const auto value = measured(table, network, figure_of_network);
        auto segments = network_traits(network, table, figure);
        if (!value || !segments) continue;
        traits.push_back(std::move(*segments));
        figures.push_back(*value);
    }
    return {fit_calibration(traits, figures), figures.size()};
}

Agreement judged(std::span<const DrawnNetwork> networks, const CostTable& table, const RowFigure& figure,
                 const Calibration& calibration) {
    std::vector<double> predicted, figures;
    for (const auto& network : networks) {
        const auto value = measured(table, network, figure);
        const auto segments = network_traits(network, table, figure);
        if (!value || !segments) continue;
        predicted.push_back(calibration.of(*segments));
        figures.push_back(*value);
    }
    return agreement(predicted, figures);
}

struct Comparison {
    std::vector<MeasuredNetwork> networks;
    std::vector<double> predicted, measured, first, again;
};

Comparison compare(const CompiledSpace& space, std::span<const DrawnNetwork> networks, const CostTable& table,
                   const CostTable& wholes_once, const CostTable& wholes_again, const Calibration& calibration) {
    Comparison result;
    for (const auto& drawn : networks) {
        const auto once = measured(wholes_once, drawn, network_latency);
        const auto segments = network_traits(drawn, table);
        if (!once || !segments) continue;
        MeasuredNetwork network;
        network.choices = space.choices_json(drawn.encoding);
        network.predicted_ms = calibration.of(*segments);
        network.measured_ms = *once;
        network.again_ms = measured(wholes_again, drawn, network_latency);
        result.predicted.push_back(network.predicted_ms);
        result.measured.push_back((*once + network.again_ms.value_or(*once)) / 2);
        if (network.again_ms) {
            result.first.push_back(*once);
            result.again.push_back(*network.again_ms);
        }
        result.networks.push_back(std::move(network));
    }
    return result;
}

// A table for whole networks alone, with the same device and engine.
CostTable empty_like(const CostTable& table) {
    CostTable empty = table;
    empty.rows.clear();
    empty.verdicts.clear();
    return empty;
}

void set_verdict(CostTable& table, SpaceVerdict verdict) {
    std::erase_if(table.verdicts, [&](const SpaceVerdict& other) { return other.space == verdict.space; });
    table.verdicts.push_back(std::move(verdict));
}

/// The segment of median arithmetic: long enough to be timed well, short enough to be timed often.
const Segment& reference_of(const CompiledSpace& space) {
    std::vector<const Segment*> segments;
    for (const auto& segment : space.segments()) segments.push_back(&segment);
    const auto middle = segments.begin() + static_cast<std::ptrdiff_t>(segments.size() / 2);
    std::nth_element(segments.begin(), middle, segments.end(),
                     [](const Segment* a, const Segment* b) { return a->counts.macs < b->counts.macs; });
    return **middle;
}

std::optional<double> reference_ms(const CompiledSpace& space, const CostTable& table) {
    const auto row = table.rows.find(reference_of(space).key);
    const bool known = row != table.rows.end() && row->second.origin == RowOrigin::measured;
    return known ? latency_of(row->second) : std::nullopt;
}

}  // namespace

ProfileOutcome profile_space(const CompiledSpace& space, Runner& runner, EnergyMeter* meter, const DeviceConfig& device,
                             CostTable& table, const SpaceProfileOptions& given, const std::stop_token& stop) {
    const std::size_t drawn = given.calibrate_on + given.held_out;
    const Networks networks = draw_networks(space, table, drawn, seed_of_networks);
    SpaceProfileOptions options = given;
    options.rows.reference = &reference_of(space);
    options.rows.reference_ms = reference_ms(space, table);
    options.rows.networks = keys_of(networks);
    ProfileOutcome outcome = profile_rows(space, wholes(networks), runner, meter, device, table, options, stop);
    if (drawn == 0 || outcome.stopped) return outcome;
    if (outcome.measured == 0 && table.verdict(space.name()) != nullptr) return outcome;

    const auto for_fit = std::span(networks).first(networks.size() * options.calibrate_on / drawn);
    const auto held_out = std::span(networks).subspan(for_fit.size());
    SpaceVerdict verdict;
    verdict.space = space.name();
    verdict.space_file = {{"path", options.space_path.string()}, {"content", options.space_file}};
    verdict.date = utc_now();
    const Fit fit = calibrated(for_fit, table, latency_of, network_latency);
    verdict.calibration = fit.calibration;
    verdict.calibrated_on = fit.networks;
    CostTable again = empty_like(table);
    if (!runner_kind(device.runner).modelled) {
        options.say("measuring " + std::to_string(held_out.size()) +
                    " networks again in a new process, to know what can be told apart");
        runner.restart();
        ProfileOptions rows = options.rows;
        rows.table_path.clear();
        rows.what = "whole networks";
        rows.reference_ms = reference_ms(space, table);
        if (profile(wholes(held_out), runner, nullptr, device, again, rows, stop).stopped) {
            outcome.stopped = true;
            return outcome;
        }
    }
    Comparison comparison = compare(space, held_out, table, table, again, verdict.calibration);
    verdict.held_out = agreement(comparison.predicted, comparison.measured);
    if (!comparison.again.empty()) verdict.remeasured = agreement(comparison.first, comparison.again);
    verdict.networks = std::move(comparison.networks);
    if (table.has_energy()) {
        const Calibration energy = calibrated(for_fit, table, energy_of, energy_of).calibration;
        verdict.energy = SpaceVerdict::Energy{energy, judged(held_out, table, energy_of, energy)};
    }
    set_verdict(table, std::move(verdict));
    if (!options.rows.table_path.empty()) table.save(options.rows.table_path);
    return outcome;
}

Verification verify_table(const CompiledSpace& space, Runner& runner, const DeviceConfig& device,
                          const CostTable& table, const VerifyOptions& options, const std::stop_token& stop) {
    std::set<std::string> known;
    for (const auto& [key, row] : table.rows) known.insert(key);
    const Networks networks = draw_networks(space, table, options.networks, options.seed, known);
    ProfileOptions rows;
    rows.progress = options.progress;
    rows.what = "whole networks";
    rows.seed = options.seed;
    rows.reference = &reference_of(space);
    rows.reference_ms = reference_ms(space, table);
    rows.networks = keys_of(networks);
    CostTable once = empty_like(table);
    CostTable again = empty_like(table);
    Verification result;
    for (CostTable* measured : {&once, &again}) {
        runner.restart();
        result.stopped =
            result.stopped || profile(wholes(networks), runner, nullptr, device, *measured, rows, stop).stopped;
    }
    const SpaceVerdict* verdict = table.verdict(space.name());
    Comparison comparison =
        compare(space, networks, table, once, again, verdict != nullptr ? verdict->calibration : Calibration{});
    result.held_out = agreement(comparison.predicted, comparison.measured);
    result.remeasured = agreement(comparison.first, comparison.again);
    result.networks = std::move(comparison.networks);
    return result;
}

}  // namespace hwnas
