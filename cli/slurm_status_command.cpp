#include <algorithm>
#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/slurm_command.h"
#include "core/program_output.h"
#include "job/slurm.h"
#include "study/work_state.h"

namespace hwnas::cli {
namespace {

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

const char* state_of(const ProfileState& profile) {
    if (profile.stage == ProfileState::Stage::done) return profile.error.empty() ? "measured" : "failed";
    if (profile.stage == ProfileState::Stage::waiting) return "waiting";
    return profile.seconds_left < 0 ? "lapsed" : "claimed";
}

Json status_json(const std::string& study, const WorkState& state, const std::vector<SeenWorker>& workers) {
    Json tasks = Json::array();
    for (const auto& task : state.tasks)
        tasks.push_back({{"trial", task.trial},
                         {"needs", task.needs},
                         {"state", task.claimed ? (task.seconds_left < 0 ? "lapsed" : "claimed") : "waiting"},
                         {"lease_seconds", task.claimed ? Json(task.seconds_left) : Json()},
                         {"attempts", task.attempts},
                         {"most_attempts", task.most_attempts},
                         {"host", task.host},
                         {"worker", task.worker}});
    Json seen = Json::array();
    for (const auto& worker : workers)
        seen.push_back({{"id", worker.id},
                        {"host", worker.host},
                        {"has", worker.has},
                        {"slurm_job", worker.job},
                        {"seconds_since_seen", worker.seconds_since_seen},
                        {"done", worker.done}});
    Json devices = Json::array();
    for (const auto& profile : state.profiles)
        devices.push_back({{"device", profile.device},
                           {"needs", profile.needs},
                           {"state", state_of(profile)},
                           {"attempts", profile.attempts},
                           {"host", profile.host},
                           {"error", profile.error}});
    Json leader = Json();
    if (state.leader) leader = {{"host", state.leader->host}, {"lease_seconds", state.leader->seconds_left}};
    return {{"study", study},
            {"trials", state.trials},
            {"search", leader},
            {"tasks", tasks},
            {"workers", seen},
            {"devices", devices},
            {"ended_lately", {{"trials", state.ended_lately}, {"seconds", state.lately_seconds}}}};
}

void print_status(const std::string& study, const WorkState& state, const std::vector<SeenWorker>& workers) {
    std::cout << study << ":";
    for (const auto& [name, count] : state.trials) std::cout << ' ' << count << ' ' << name;
    std::cout << '\n';
    if (!state.leader)
        std::cout << "search: none has begun\n";
    else if (state.leader->seconds_left < 0)
        std::cout << "search: none goes on; the last one ran on " << state.leader->host << '\n';
    else
        std::cout << "search: on " << state.leader->host << ", its lease for another "
                  << duration_text(state.leader->seconds_left) << '\n';
    for (const auto& profile : state.profiles)
        std::cout << "device " << profile.device << ", by a worker with " << profile.needs << ": " << state_of(profile)
                  << (profile.host.empty() ? "" : ", " + profile.host)
                  << (profile.error.empty() ? "" : ", " + profile.error) << '\n';
    const auto waiting =
        std::count_if(state.tasks.begin(), state.tasks.end(), [](const auto& t) { return !t.claimed; });
    std::cout << "queue: " << waiting << " waiting, " << state.tasks.size() - static_cast<std::size_t>(waiting)
              << " claimed\n";
    if (state.ended_lately > 1 && state.lately_seconds > 0) {
        char rate[64];
        std::snprintf(rate, sizeof rate, "%.3g", 3600 * static_cast<double>(state.ended_lately) / state.lately_seconds);
        std::cout << "rate: " << rate << " trials an hour, of " << state.ended_lately << " in the last "
                  << duration_text(state.lately_seconds) << '\n';
    }
    for (const auto& task : state.tasks) {
        if (!task.claimed && task.attempts == 0) continue;
        std::cout << "  trial " << padded(std::to_string(task.trial), 7);
        if (task.claimed)
            std::cout << (task.seconds_left < 0 ? "lapsed " + duration_text(-task.seconds_left) + " ago"
                                                : "lease " + duration_text(task.seconds_left));
        else
            std::cout << "waiting";
        std::cout << ", attempt " << task.attempts << " of " << task.most_attempts << ", " << task.host << '\n';
    }
    std::cout << "workers seen within ten minutes: " << workers.size() << '\n';
    for (const auto& worker : workers)
        std::cout << "  " << padded(worker.host, 16) << ' ' << padded(worker.job.empty() ? "-" : worker.job, 10) << ' '
                  << padded(std::to_string(worker.done) + " done", 10) << " seen "
                  << duration_text(worker.seconds_since_seen) << " ago"
                  << (worker.has.empty() ? "" : ", has " + worker.has) << '\n';
}

}  // namespace

int slurm_status(const std::vector<std::string>& arguments) {
    Options options(
        "slurm status STORE [OPTIONS]",
        "Tells how a study that workers evaluate goes on: its queue, leases and attempts, its workers and how\n"
        "fast they are; and, where there is Slurm, its jobs.");
    options.positional("STORE", true);
    options.value("study", "NAME", "which one, where the store holds several");
    options.flag("json",
                 "as JSON: {\"study\", \"trials\", \"search\", \"tasks\", \"workers\", \"devices\", \"ended_lately\"}");
    if (!options.parse(arguments)) return exit_done;
    constexpr std::chrono::minutes lately{10};
    const auto address = options.text("STORE");
    const auto name = open_study(*open_store(address, Access::existing), options.text("study"))->info().name;
    const auto state = read_work_state(address, name);
    const auto workers = seen_workers(address, lately);
    if (options.has("json")) {
        std::cout << status_json(name, state, workers).dump(2) << '\n';
        return exit_done;
    }
    print_status(name, state, workers);
    const auto jobs =
        run_program({"squeue", "--me", "--array", "--name=" + slurm_name(name) + "," + slurm_name(name) + "-search",
                     "--format=%.12i %.20j %.10T %.12M %R"});
    if (jobs.code == 0) std::cout << "Slurm:\n" << jobs.text;
    return exit_done;
}

}  // namespace hwnas::cli
