#include "job/proxy_speed.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <memory>

#include "core/error.h"
#include "core/json_process.h"
#include "job/programs.h"

namespace hwnas {
namespace {

using Processes = std::vector<std::unique_ptr<JsonProcess>>;

constexpr std::chrono::duration<double> longest_answer = std::chrono::minutes(30);

double median(std::vector<double> values) {
    if (values.empty()) throw RunError("the trainer timed no step");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Asks the first `count` processes the same at once.
std::vector<Json> ask(const Processes& processes, std::size_t count, const Json& question) {
    std::vector<std::future<JsonProcess::Reply>> replies;
    for (std::size_t i = 0; i < count; ++i)
        replies.push_back(std::async(std::launch::async, [&process = *processes[i], &question] {
            return process.ask(question, longest_answer, {});
        }));
    std::vector<Json> answers;
    for (auto& waiting : replies) {
        auto reply = waiting.get();
        if (reply.outcome != JsonProcess::Outcome::answer) throw RunError("the trainer: " + reply.reason);
        answers.push_back(std::move(reply.answer));
    }
    return answers;
}

struct Bench {
    const ProxySpeedOptions& options;
    Processes tuned, plain;

    explicit Bench(const ProxySpeedOptions& asked) : options(asked) {
        const auto command = trainer_command();
        auto untuned = command;
        untuned.emplace_back("--untuned");
        for (std::int64_t i = 0; i < options.candidates; ++i) {
            tuned.push_back(std::make_unique<JsonProcess>(computing_program(command, 1)));
            plain.push_back(std::make_unique<JsonProcess>(LineProcess::Options{untuned, {}}));
        }
    }

    [[nodiscard]] Json question(const Json& graph, std::int64_t threads, bool is_plain) const {
        return {{"task", "time-training"}, {"graph", graph},    {"batch", options.batch},
                {"threads", threads},      {"plain", is_plain}, {"least_seconds", options.burst_seconds}};
    }
    [[nodiscard]] double images_per_second(const Processes& processes, std::size_t count, const Json& asked) const {
        double sum = 0;
        for (const auto& answer : ask(processes, count, asked))
            sum += static_cast<double>(options.batch) / median(answer.at("seconds").get<std::vector<double>>());
        return sum;
    }
    [[nodiscard]] double peak() const {
        double sum = 0;
        for (const auto& answer :
             ask(tuned, tuned.size(), {{"task", "peak"}, {"least_seconds", options.burst_seconds}}))
            sum += answer.at("flops").get<double>();
        return sum;
    }
    [[nodiscard]] std::vector<double> losses(const Processes& processes, Json asked) const {
        asked["warmup_steps"] = options.loss_steps;
        asked["least_seconds"] = 0;
        return ask(processes, 1, asked).front().at("losses").get<std::vector<double>>();
    }

    [[nodiscard]] ProxySpeed of(const NetworkToTrain& network) const {
        const Json graph = to_json(network.graph);
        const auto all = tuned.size();
        std::vector<double> own, threaded, processes, peaks;
        for (std::int64_t round = 0; round < options.rounds; ++round) {
            own.push_back(images_per_second(tuned, all, question(graph, 1, false)));
            processes.push_back(images_per_second(plain, all, question(graph, 1, true)));
            if (all > 1) threaded.push_back(images_per_second(plain, 1, question(graph, options.candidates, true)));
            peaks.push_back(peak());
        }
        ProxySpeed speed;
        speed.name = network.name;
        speed.macs = count(network.graph).macs;
        speed.images_per_second = median(own);
        speed.plain_processes = median(processes);
        speed.plain_threaded = threaded.empty() ? 0 : median(threaded);
        speed.plain_images_per_second = std::max(speed.plain_processes, speed.plain_threaded);
        constexpr double flops_per_mac_of_a_step = 6;
        speed.peak_share = speed.images_per_second * flops_per_mac_of_a_step * static_cast<double>(speed.macs) /
                           *std::max_element(peaks.begin(), peaks.end());
        if (options.loss_steps == 0) return speed;
        const auto ours = losses(tuned, question(graph, 1, false)), theirs = losses(plain, question(graph, 1, true));
        for (std::size_t i = 0; i < ours.size(); ++i)
            speed.loss_difference = std::max(speed.loss_difference, std::abs(ours[i] - theirs[i]) / theirs[i]);
        return speed;
    }
};

}  // namespace

std::vector<ProxySpeed> proxy_speed(const std::vector<NetworkToTrain>& networks, const ProxySpeedOptions& options,
                                    const std::function<void(const std::string&)>& told) {
    const Bench bench(options);
    std::vector<ProxySpeed> speeds;
    for (const auto& network : networks) {
        if (told) told(network.name);
        speeds.push_back(bench.of(network));
    }
    return speeds;
}

}  // namespace hwnas
