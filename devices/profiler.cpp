#include "devices/profiler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

#include "core/rng.h"
#include "devices/burst_statistics.h"
#include "devices/energy_burst.h"
#include "devices/drift.h"
#include "devices/machine_context.h"
#include "devices/profile_context.h"
#include "devices/runners.h"
#include "devices/segment_failures.h"

namespace hwnas {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds least_between_progress{200};
constexpr std::size_t failures_without_success = 8;  // after which a runner is thought to fail on all
constexpr std::size_t bursts_in_a_window = 16;
constexpr std::chrono::milliseconds pause_when_disturbed{200};
constexpr double long_burst_milliseconds = 100;
constexpr std::int64_t least_runs_of_interval = 6;  // fewer have no confidence interval
constexpr std::size_t least_for_drift = 32;         // segments; fewer are measured too soon for a drift

double seconds_between(Clock::time_point start, Clock::time_point end) {
    return std::chrono::duration<double>(end - start).count();
}

class Session {
public:
    Session(Runner& runner, EnergyMeter* meter, const DeviceConfig& device, CostTable& table,
            const ProfileOptions& options, const std::stop_token& stop)
        : runner_(runner),
          meter_(meter),
          device_(device),
          table_(table),
          options_(options),
          stop_(stop),
          order_(options.seed),
          modelled_(runner_kind(device.runner).modelled),
          best_reference_ms_(options.reference_ms.value_or(std::numeric_limits<double>::infinity())) {}

    ProfileOutcome run(const std::vector<const Segment*>& segments) {
        collect(segments);
        if (waiting_.empty() && !wants_energy()) return outcome_;
        begin_context();
        order_.shuffle(waiting_);
        while (!done() && !stop_.stop_requested() && !hopeless()) one_round();
        if (meter_ != nullptr) measure_energies();
        outcome_.stopped = stop_.stop_requested() && (!done() || wants_energy());
        end_context();
        save();
        if (!outcome_.stopped) throw_failures();
        return outcome_;
    }

private:
    struct Open {
        const Segment* segment = nullptr;
        bool network = false;
        BurstStatistics statistics;
    };

    [[nodiscard]] std::int64_t least_rounds(const Open& entry) const {
        return entry.network ? std::max(device_.rounds.least, device_.rounds.most / 2) : device_.rounds.least;
    }
    [[nodiscard]] std::int64_t rounds_left(const Open& entry) const {
        return std::max<std::int64_t>(1, least_rounds(entry) - entry.statistics.rounds());
    }

    void collect(const std::vector<const Segment*>& segments) {
        std::set<std::string> seen;
        for (const Segment* segment : segments) {
            if (!seen.insert(segment->key).second) continue;
            requested_.push_back(segment);
            const auto row = table_.rows.find(segment->key);
            const bool missing = row == table_.rows.end() || row->second.origin == RowOrigin::interpolated ||
                                 row->second.origin == RowOrigin::transferred;
            if (missing || (options_.repeat_noisy && row->second.noisy)) waiting_.push_back(segment);
        }
        to_measure_ = waiting_.size();
    }

    [[nodiscard]] bool hopeless() const {
        return failures_.size() >= failures_without_success && bursts_ == 0 && outcome_.unsupported == 0 &&
               to_measure_ > failures_.size();
    }
    [[nodiscard]] bool done() const { return open_.empty() && waiting_.empty(); }

    [[nodiscard]] bool lacks_energy(const Segment& segment) const {
        const auto row = table_.rows.find(segment.key);
        return row != table_.rows.end() && row->second.unsupported.empty() && !row->second.energy_mj &&
               !failures_.contains(segment.key) && !without_energy_.contains(segment.key);
    }

    [[nodiscard]] std::size_t energies_left() const {
        if (meter_ == nullptr) return 0;
        return static_cast<std::size_t>(
            std::count_if(requested_.begin(), requested_.end(), [this](const Segment* s) { return lacks_energy(*s); }));
    }
    [[nodiscard]] bool wants_energy() const { return energies_left() > 0; }

    void begin_context() {
        Json context = profile_context(device_, runner_);
        if (meter_ == nullptr && !options_.no_energy_reason.empty())
            context["energy"] = "not measured: " + options_.no_energy_reason;
        begin_profile(
            table_, device_, std::move(context),
            options_.table_path.empty() ? "the cost table of " + table_.device : options_.table_path.string());
    }

    void end_context() {
        if (outcome_.measured == 0 && !unsaved_) return;
        unsaved_ = true;
        const Json end = machine_context();
        table_.context["load_at_end"] = end["load"];
        table_.context["temperatures_at_end"] = end["temperatures_celsius"];
        if (drift_.count() > 0) {
            table_.context["drift"] = drift_.summary();
            table_.context["drift"]["disturbed_seconds"] = disturbed_seconds_;
            table_.context["drift"]["dropped_windows"] = dropped_windows_;
        }
        if (!without_energy_.empty())
            table_.context["energy"] =
                std::to_string(without_energy_.size()) + " segments used no energy that the counter shows";
    }

    void one_round() {
        while (open_.size() < options_.segments_in_a_round && !waiting_.empty()) {
            open_.push_back({waiting_.back(), options_.networks.contains(waiting_.back()->key), {}});
            waiting_.pop_back();
        }
        order_.shuffle(open_);
        std::vector<Open> going_on;
        for (std::size_t first = 0; first < open_.size(); first += bursts_in_a_window)
            one_window(first, std::min(open_.size(), first + bursts_in_a_window), going_on);
        open_ = std::move(going_on);
        left_in_round_ = 0;
        if (stop_.stop_requested()) return;
        ++rounds_done_;
        save();
        report_progress(open_, true);
    }

    // What takes long is repeated less often in a burst, once that is known: a disturbance of
    // some milliseconds is little beside it.
    [[nodiscard]] RunSettings fitting(double least_run) const {
        RunSettings run = device_.run;
        if (!(least_run < std::numeric_limits<double>::infinity())) return run;
        const auto enough = static_cast<std::int64_t>(std::ceil(long_burst_milliseconds / least_run));
        run.least_runs = std::clamp(enough, std::min(least_runs_of_interval, run.least_runs), run.least_runs);
        run.warmup_runs = std::min(run.warmup_runs, std::max<std::int64_t>(1, enough));
        return run;
    }

    // Further bursts until the round's median is known well enough. Of a network many rounds tell that.
    void one_measurement(Open& entry) {
        auto& statistics = entry.statistics;
        const RunSettings run = fitting(statistics.least());
        const std::int64_t most_bursts = entry.network ? 1 : device_.rounds.most_bursts;
        statistics.begin_round();
        for (std::int64_t bursts = 0; bursts < most_bursts; ++bursts) {
            const auto start = Clock::now();
            statistics.add(runner_.measure(entry.segment->graph, run));
            burst_seconds_ += seconds_between(start, Clock::now());
            ++bursts_;
            if (modelled_ || statistics.interval_percent() <= device_.rounds.agree_percent) break;
        }
    }

    // Some entries of a round, and then the reference: where the machine was disturbed meanwhile, they
    // are as if they had not been measured.
    void one_window(std::size_t first, std::size_t last, std::vector<Open>& going_on) {
        const auto start = Clock::now();
        std::vector<Open> measured;
        std::vector<BurstStatistics> before;
        for (std::size_t i = first; i < last; ++i) {
            if (stop_.stop_requested() || hopeless()) {
                going_on.push_back(std::move(open_[i]));
                continue;
            }
            before.push_back(open_[i].statistics);
            if (burst(open_[i]))
                measured.push_back(std::move(open_[i]));
            else
                before.pop_back();
            left_in_round_ = open_.size() - i - 1 + measured.size();
            report_progress(going_on, Clock::now() - last_progress_ >= least_between_progress);
        }
        const bool drop = disturbed(start);
        for (std::size_t i = 0; i < measured.size(); ++i) {
            if (drop) measured[i].statistics = std::move(before[i]);
            if (drop || !conclude(measured[i])) going_on.push_back(std::move(measured[i]));
        }
        left_in_round_ = open_.size() - last;
        if (Clock::now() - last_save_ >= options_.least_between_saves) save();
    }

    // False where that is all there is to say of the segment.
    bool burst(Open& entry) {
        try {
            one_measurement(entry);
            return true;
        } catch (const UnsupportedError& error) {
            CostRow row;
            row.unsupported = error.what();
            keep(*entry.segment, std::move(row));
            ++outcome_.unsupported;
        } catch (const RunError& error) {
            failures_.emplace(entry.segment->key, error.what());
        }
        return false;
    }

    // False where the segment needs a further round.
    bool conclude(const Open& entry) {
        const auto rounds = entry.statistics.rounds();
        const bool agree = modelled_ || entry.statistics.gap_percent() <= device_.rounds.agree_percent;
        const bool known =
            agree && (modelled_ || !entry.network || entry.statistics.middle_percent() <= device_.rounds.agree_percent);
        if (rounds < least_rounds(entry) || (!known && rounds < device_.rounds.most)) return false;
        CostRow row = entry.statistics.row(!agree);
        if (!agree) ++outcome_.noisy;
        // Without a meter, an energy that an earlier call measured still holds.
        const auto before = table_.rows.find(entry.segment->key);
        if (meter_ == nullptr && !row.energy_mj && before != table_.rows.end())
            row.energy_mj = before->second.energy_mj;
        keep(*entry.segment, std::move(row));
        return true;
    }

    void keep(const Segment& segment, CostRow row) {
        row.origin = modelled_ ? RowOrigin::modelled : RowOrigin::measured;
        table_.rows.insert_or_assign(segment.key, std::move(row));
        ++outcome_.measured;
        unsaved_ = true;
    }

    // Whether the reference is slow now, and there is patience left with what was measured since `start`.
    bool disturbed(Clock::time_point start) {
        if (modelled_ || options_.reference == nullptr || stop_.stop_requested()) return false;
        double now = 0;
        try {
            const Burst burst = runner_.measure(options_.reference->graph, device_.run);
            drift_.add(burst);
            now = *std::min_element(burst.milliseconds.begin(), burst.milliseconds.end());
        } catch (const RunError&) {
            return false;  // its own measurement tells
        }
        best_reference_ms_ = std::min(best_reference_ms_, now);
        const bool slow = now > best_reference_ms_ * (1 + options_.most_slowdown_percent / 100);
        // A machine that is always disturbed should not keep a short profile waiting for long.
        const double patience =
            std::min(options_.patience.count(), std::max(options_.least_patience.count(), kept_seconds_));
        if (!slow || disturbed_seconds_ >= patience) {
            kept_seconds_ += seconds_between(start, Clock::now());
            return false;
        }
        std::this_thread::sleep_for(pause_when_disturbed);
        disturbed_seconds_ += seconds_between(start, Clock::now());
        ++dropped_windows_;
        return true;
    }

    void measure_energies() {
        for (const Segment* segment : requested_) {
            if (stop_.stop_requested()) return;
            if (!lacks_energy(*segment)) continue;
            try {
                const auto energy = energy_of_run(segment->graph, runner_, *meter_, device_.run);
                if (energy) {
                    table_.rows[segment->key].energy_mj = energy;
                    unsaved_ = true;
                } else {
                    without_energy_.insert(segment->key);
                }
            } catch (const RunError& error) {
                failures_.emplace(segment->key, error.what());
            }
            report_progress(open_, Clock::now() - last_progress_ >= least_between_progress);
            if (Clock::now() - last_save_ >= options_.least_between_saves) save();
        }
    }

    void report_progress(const std::vector<Open>& going_on, bool due) {
        if (!due || !options_.progress) return;
        last_progress_ = Clock::now();
        std::int64_t bursts_left = 0;
        for (const Segment* segment : waiting_)
            bursts_left += rounds_left({segment, options_.networks.contains(segment->key), {}});
        for (const auto& entry : going_on) bursts_left += rounds_left(entry);
        const auto count_behind = static_cast<std::ptrdiff_t>(left_in_round_);
        for (auto entry = open_.end() - count_behind; entry != open_.end(); ++entry) bursts_left += rounds_left(*entry);
        const double a_burst = bursts_ > 0 ? burst_seconds_ / static_cast<double>(bursts_) : 0;
        const std::size_t segments = waiting_.size() + going_on.size() + left_in_round_;
        const std::size_t energies = meter_ == nullptr ? 0 : energies_left() + segments;
        // A segment's energy takes a burst of 30 ms and a short one.
        const double seconds =
            static_cast<double>(bursts_left) * a_burst + static_cast<double>(energies) * (0.03 + 2 * a_burst);
        options_.progress({.rounds_done = rounds_done_,
                           .what = options_.what,
                           .segments = to_measure_,
                           .segments_left = segments,
                           .energies_left = energies,
                           .seconds_left = seconds});
    }

    void save() {
        last_save_ = Clock::now();
        if (!unsaved_) return;
        if (!options_.table_path.empty()) table_.save(options_.table_path);
        unsaved_ = false;
    }

    void throw_failures() const {
        if (failures_.empty()) return;
        throw SegmentFailures(device_.name, requested_.size(), failures_, !hopeless(), outcome_);
    }

    Runner& runner_;
    EnergyMeter* meter_;
    const DeviceConfig& device_;
    CostTable& table_;
    const ProfileOptions& options_;
    const std::stop_token& stop_;
    Rng order_;
    bool modelled_;
    Drift drift_;
    double best_reference_ms_;
    double disturbed_seconds_ = 0;
    double kept_seconds_ = 0;  // spent on bursts that count
    std::size_t dropped_windows_ = 0;
    ProfileOutcome outcome_;
    std::vector<const Segment*> requested_;
    std::vector<const Segment*> waiting_;
    std::vector<Open> open_;
    std::size_t to_measure_ = 0;
    std::size_t left_in_round_ = 0;
    std::int64_t rounds_done_ = 0;
    std::int64_t bursts_ = 0;
    double burst_seconds_ = 0;
    std::map<std::string, std::string> failures_;  // reasons by segment key
    std::set<std::string> without_energy_;
    bool unsaved_ = false;
    Clock::time_point last_save_ = Clock::now();
    Clock::time_point last_progress_{};
};

}  // namespace

ProfileOutcome profile(const std::vector<const Segment*>& segments, Runner& runner, EnergyMeter* meter,
                       const DeviceConfig& device, CostTable& table, const ProfileOptions& options,
                       const std::stop_token& stop) {
    return Session(runner, meter, device, table, options, stop).run(segments);
}

}  // namespace hwnas
