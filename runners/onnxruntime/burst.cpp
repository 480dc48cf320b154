#include "runners/onnxruntime/burst.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <exception>
#include <thread>

namespace hwnas::ort {
namespace {

using Clock = std::chrono::steady_clock;

/// No device file should be able to keep a machine for good.
constexpr std::size_t most_runs = 1'000'000;

double milliseconds_between(Clock::time_point start, Clock::time_point end) {
    return std::chrono::duration<double, std::milli>(end - start).count();
}

struct Stream {
    std::vector<double> milliseconds;
    Clock::time_point first, last;
    std::exception_ptr failure;
};

void run_stream(const std::function<void()>& run, const BurstSettings& settings, Stream& stream,
                const std::function<void()>& wait_for_others) {
    try {
        for (std::int64_t i = 0; i < settings.warmup_runs; ++i) run();
    } catch (...) {
        stream.failure = std::current_exception();
    }
    wait_for_others();
    if (stream.failure) return;
    try {
        double total = 0;
        stream.first = stream.last = Clock::now();
        while ((static_cast<std::int64_t>(stream.milliseconds.size()) < settings.least_runs ||
                total < settings.least_milliseconds) &&
               stream.milliseconds.size() < most_runs) {
            const auto start = Clock::now();
            run();
            stream.last = Clock::now();
            stream.milliseconds.push_back(milliseconds_between(start, stream.last));
            total += stream.milliseconds.back();
        }
    } catch (...) {
        stream.failure = std::current_exception();
    }
}

}  // namespace

BurstTimes timed_burst(const std::vector<std::function<void()>>& runs, const BurstSettings& settings) {
    std::vector<Stream> streams(runs.size());
    if (runs.size() == 1) {
        run_stream(runs.front(), settings, streams.front(), [] {});
    } else {
        std::barrier start(static_cast<std::ptrdiff_t>(runs.size()));
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < runs.size(); ++i)
            threads.emplace_back(
                [&, i] { run_stream(runs[i], settings, streams[i], [&start] { start.arrive_and_wait(); }); });
    }
    BurstTimes times;
    for (const auto& stream : streams) {
        if (stream.failure) std::rethrow_exception(stream.failure);
        times.milliseconds.insert(times.milliseconds.end(), stream.milliseconds.begin(), stream.milliseconds.end());
        times.runs_per_second += 1000 * static_cast<double>(stream.milliseconds.size()) /
                                 std::max(1e-9, milliseconds_between(stream.first, stream.last));
    }
    return times;
}

}  // namespace hwnas::ort
