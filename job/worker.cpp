#include "job/worker.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "core/text.h"
#include "core/unique_id.h"
#include "job/claim_keeper.h"
#include "job/device_worker.h"
#include "job/worker_job.h"
#include "search/evaluated_trial.h"
#include "study/store.h"
#include "study/tags.h"

namespace hwnas {
namespace {

using std::chrono::steady_clock;
using Message = std::function<void(const std::string&)>;

/// Connects when they are first needed: most trials are over before a claim has to be extended.
class LateQueues {
public:
    explicit LateQueues(std::string address) : address_(std::move(address)) {}
    WorkerQueues& get() {
        if (!queues_.trials) queues_ = open_worker_queues(address_);
        return queues_;
    }

private:
    std::string address_;
    WorkerQueues queues_;
};

/// Says so where a store is waited for.
WorkerQueues opened_queues(const WorkerOptions& options, const Message& message) {
    constexpr std::chrono::seconds in_silence{1};
    if (options.patience <= in_silence) return open_worker_queues(options.store, options.patience);
    const auto begin = steady_clock::now();
    try {
        return open_worker_queues(options.store, in_silence);
    } catch (const InputError& error) {
        if (steady_clock::now() - begin < in_silence) throw;  // waiting does not help
        if (message) message(error.what() + std::string("\nwaiting for it"));
    }
    return open_worker_queues(options.store, options.patience - in_silence);
}

/// Sleeps shorter the more there was to do of late; the same number for two workers at once
/// would have them ask together.
class Pauses {
public:
    void rest(const std::stop_token& stop) {
        constexpr std::chrono::seconds soon_after_work{10};
        const auto longest = std::chrono::milliseconds(steady_clock::now() - last_work_ < soon_after_work ? 200 : 1000);
        std::unique_lock lock(mutex_);
        (void)stopped_.wait_for(lock, stop, pause_ * (0.5 + 0.5 * static_cast<double>(random_() % 1000) / 1000),
                                [] { return false; });
        pause_ = std::min(2 * pause_, longest);
    }
    void worked() {
        pause_ = shortest;
        last_work_ = steady_clock::now();
    }

private:
    static constexpr std::chrono::milliseconds shortest{4};
    std::chrono::milliseconds pause_ = shortest;
    steady_clock::time_point last_work_ = steady_clock::now();
    std::minstd_rand random_{std::random_device{}()};
    std::mutex mutex_;
    std::condition_variable_any stopped_;
};

class Worker {
public:
    Worker(const WorkerOptions& options, const Message& message)
        : options_(&options),
          message_(&message),
          info_{unique_id(), host_name(), options.has, options.job},
          queues_(opened_queues(options, message)),
          for_keeper_(options.store) {
        wanted_.study = options.study;
        wanted_.lease = options.lease;
    }

    WorkerOutcome run(const std::stop_token& stop) {
        say("worker " + info_.id + " on " + info_.host + (info_.has.empty() ? "" : ", with " + tags_text(info_.has)));
        tell_of_missing_study();
        auto last_work = steady_clock::now();
        Pauses pauses;
        while (!stop.stop_requested()) {
            const bool worked = measure_device_of_ours(stop) || (options_->trials && evaluate_trial(stop));
            if (worked) {
                pauses.worked();
                last_work = steady_clock::now();
            }
            if (options_->once) break;
            const std::chrono::duration<double> idle = steady_clock::now() - last_work;
            if (options_->idle_seconds > 0 && idle.count() >= options_->idle_seconds) {
                say("no work for " + number_text(options_->idle_seconds) + " s: leaving");
                break;
            }
            if (!worked) pauses.rest(stop);
        }
        outcome_.stopped = stop.stop_requested();
        return outcome_;
    }

private:
    void say(const std::string& text) const {
        if (*message_) (*message_)(text);
    }

    /// Workers may be there before their search; a wrong name should be seen all the same.
    void tell_of_missing_study() const {
        if (options_->study.empty()) return;
        std::vector<std::string> names;
        for (const auto& info : open_store(options_->store, Access::existing)->studies()) {
            if (info.name == options_->study) return;
            names.push_back(info.name);
        }
        const auto near = nearest_word(options_->study, names);
        say("no study \"" + options_->study + "\" yet" + (near ? " (there is \"" + *near + "\")" : "") +
            ": waiting for its search");
    }

    bool measure_device_of_ours(const std::stop_token& stop) {
        const auto claim = queues_.profiles->claim(info_, wanted_);
        if (!claim) return false;
        const WorkerJob* job = job_of(claim->study_number, claim->study, claim->place, [&] {
            (void)queues_.profiles->keep(*claim, claim->content, ProfileEnd::released, "");
        });
        if (job == nullptr) return true;
        const std::string name = claim->device + " for " + claim->study.name;
        say("measuring " + name + (claim->attempts > 1 ? ", attempt " + std::to_string(claim->attempts) : ""));
        std::stop_source give_up;
        const std::stop_callback forward(stop, [&give_up] { give_up.request_stop(); });
        const ClaimKeeper keeper([&] { return for_keeper_.get().profiles->beat(*claim, options_->lease); },
                                 options_->lease, [&] { give_up.request_stop(); });
        const std::function<void(const std::string&)> told = [this](const std::string& text) { say(text); };
        switch (measure_device(job->job(), *claim, *queues_.profiles, told, give_up.get_token())) {
            case Measured::whole:
                ++outcome_.measured;
                say(name + " measured");
                break;
            case Measured::failed:
                ++outcome_.failed;
                say(name + " could not be measured: its search tells why");
                break;
            case Measured::given_back:
                say(name + " given back");
                break;
            case Measured::lost:
                ++outcome_.lost;
                say(name + " is another worker's by now, or over: left to it");
                break;
        }
        return true;
    }

    bool evaluate_trial(const std::stop_token& stop) {
        const auto claim = queues_.trials->claim(info_, wanted_);
        if (claim) work_on(*claim, stop);
        return claim.has_value();
    }

    /// Null where it cannot be read here: then the claim is given back.
    WorkerJob* job_of(std::int64_t number, const StudyInfo& study, const Json& place,
                      const std::function<void()>& give_back, bool to_evaluate = false) {
        auto& job = jobs_[number];
        try {
            if (!job) job = std::make_unique<WorkerJob>(study, place, options_->folder);
            if (to_evaluate) (void)job->evaluator();
            return job.get();
        } catch (const InputError& error) {
            // Others may have what is missing here.
            give_back();
            if (!options_->study.empty()) throw;
            wanted_.except.insert(study.name);
            say("not working on " + study.name + ": " + error.what());
            return nullptr;
        }
    }

    void work_on(const Claim& claim, const std::stop_token& stop) {
        WorkerJob* job = job_of(
            claim.study_number, claim.study, claim.place, [&] { queues_.trials->release(claim); }, true);
        if (job == nullptr) return;
        const std::string name = "trial " + std::to_string(claim.trial.number) + " of " + claim.study.name;
        say(name + (claim.attempts > 1 ? ", attempt " + std::to_string(claim.attempts) : ""));
        std::stop_source give_up;
        std::atomic<bool> lost = false;
        std::optional<Trial> ended;
        {
            const std::stop_callback forward(stop, [&give_up] { give_up.request_stop(); });
            const auto beat = [&] { return for_keeper_.get().trials->beat(claim, options_->lease); };
            const ClaimKeeper keeper(beat, options_->lease, [&] {
                lost = true;
                give_up.request_stop();
            });
            ended = evaluated_trial(Trial(claim.trial), job->request_of(claim), job->evaluator(), info_.host,
                                    give_up.get_token());
        }
        // Whoever ends a whole job, as Slurm does, ends the evaluator's program beside this one: what
        // looks like a failure may be the first that is seen of that.
        if (ended && ended->state == TrialState::failed && stops_soon(stop)) ended.reset();
        if (!ended && !lost) {
            queues_.trials->release(claim);
            say(name + " given back");
            return;
        }
        if (!ended || !queues_.trials->complete(claim, *ended)) {
            ++outcome_.lost;
            say(name + " is another worker's by now, or over: left to it");
            return;
        }
        const bool complete = ended->state == TrialState::complete;
        ++(complete ? outcome_.complete : outcome_.failed);
        say(name + (complete ? " complete" : " failed: " + ended->error.substr(0, ended->error.find('\n'))) + " (" +
            number_text(std::round(10 * (ended->finished - ended->started)) / 10) + " s)");
    }

    static bool stops_soon(const std::stop_token& stop) {
        constexpr std::chrono::milliseconds soon{200};
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        (void)stopped.wait_for(lock, stop, soon, [] { return false; });
        return stop.stop_requested();
    }

    const WorkerOptions* options_;
    const Message* message_;
    WorkerInfo info_;
    WorkerQueues queues_;
    LateQueues for_keeper_;
    WorkWanted wanted_;
    std::map<std::int64_t, std::unique_ptr<WorkerJob>> jobs_;  ///< by study
    WorkerOutcome outcome_;
};

}  // namespace

WorkerOutcome run_worker(const WorkerOptions& options, const std::function<void(const std::string&)>& message,
                         const std::stop_token& stop) {
    return Worker(options, message).run(stop);
}

}  // namespace hwnas
