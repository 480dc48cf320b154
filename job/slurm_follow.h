#pragma once

#include <cstdint>
#include <string>

namespace hwnas {

/// What is seen of a study and of its jobs in Slurm's queue at one moment.
struct ClusterView {
    bool begun = false;             ///< a search has led the study
    bool led = false;               ///< one does
    bool search_queued = false;     ///< a Slurm job of the search runs or waits
    std::int64_t open_tasks = 0;    ///< that wait for a worker of ours or have one
    std::int64_t ended_trials = 0;  ///< complete or failed
    std::int64_t workers = 0;       ///< Slurm jobs of workers that run or wait
};

/// How a study is followed.
struct FollowSettings {
    std::int64_t most = 1;          ///< workers
    bool search_elsewhere = false;  ///< the search is no Slurm job
    std::int64_t trials = 0;        ///< with so many ended the study is over; 0: not known
    double seconds_between = 10;    ///< two views
    double longest_wait = 600;      ///< seconds, for workers after others that came to nothing
};

/// What is to be done now.
struct FollowStep {
    std::int64_t add = 0;  ///< workers
    bool over = false;     ///< nothing will open any more
    std::string message;   ///< for a person; empty where there is nothing to tell
};

/// How many workers a study wants from one view of it to the next: as many as there are open tasks,
/// once its search has begun. Those without work leave by themselves. Where those that were added are gone and
/// no trial has ended, the next ones wait twice as long each time.
class StudyFollower {
public:
    explicit StudyFollower(const FollowSettings& settings) : settings_(settings) {}
    /// `now`: seconds, of a clock that does not go back.
    [[nodiscard]] FollowStep next(const ClusterView& view, double now);
    /// Workers that were submitted otherwise: `add` beside those of the view.
    void added(const ClusterView& view, std::int64_t add);

private:
    [[nodiscard]] bool seems_over(const ClusterView& view) const;
    [[nodiscard]] bool came_to_nothing(const ClusterView& view) const;

    FollowSettings settings_;
    bool searched_ = false;  ///< a search was seen
    int views_without_ = 0;  ///< in a row, in which it seemed over
    bool any_added_ = false;
    std::int64_t workers_before_ = 0;  ///< when the last ones were added
    std::int64_t ended_before_ = 0;
    bool waits_ = false;
    double not_before_ = 0;
    double wait_ = 0;
    bool said_waiting_ = false;
};

/// Workers to add: never more than there are open tasks, nor than `most`, those that run or wait included.
[[nodiscard]] std::int64_t workers_to_add(std::int64_t most, std::int64_t open_tasks, std::int64_t there);

}  // namespace hwnas
