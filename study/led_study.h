#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "study/store.h"

namespace hwnas {

/// Somebody else leads: its writes would no longer be ours.
class LeadLost : public RunError {
public:
    using RunError::RunError;
};

/// A study whose search is ours to lead, and whose trials workers evaluate. What is put as
/// running is offered to them, in the same transaction. Every `put` is fenced: once another
/// process has taken the lead, it changes nothing and throws LeadLost. The lead is extended by a
/// thread and a connection of its own, and given up at the end.
class LedStudy : public Study {
public:
    /// Trials that have ended and were not put since, each as it was offered and answered; maybe
    /// some that were given before. Throws LeadLost where somebody else hears of them.
    [[nodiscard]] virtual std::vector<Trial> ended() = 0;
    /// Returns when a trial has ended, or something else has happened, or it took that long.
    virtual void wait(std::chrono::milliseconds longest) = 0;
};

/// What a search that wants to lead says of itself.
struct LeadRequest {
    std::string study;
    std::string host;
    Json place = Json::object();     ///< what paths of the job are relative to, for workers
    std::set<std::string> needs;     ///< of a worker, for each trial
    std::int64_t most_attempts = 5;  ///< claims of a trial that may come to nothing
    bool offers = true;              ///< whether trials are offered; else none is, and what was is withdrawn
    std::chrono::duration<double> lease{30};
};

/// Who leads.
struct Leader {
    std::string host;
    double seconds_left = 0;  ///< of its lease; less than none where it has lapsed
};

/// Takes the lead in a study of a store, or says who has it: at once where whoever had it has
/// ended, however it ended, else when its lease has. All trials that are running are offered then. Errors as
/// `open_work_queue`.
[[nodiscard]] std::variant<std::shared_ptr<LedStudy>, Leader> take_lead(const std::string& address,
                                                                        const LeadRequest& request);

}  // namespace hwnas
