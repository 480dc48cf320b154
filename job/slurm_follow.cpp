#include "job/slurm_follow.h"

#include <algorithm>

#include "core/text.h"

namespace hwnas {

std::int64_t workers_to_add(std::int64_t most, std::int64_t open_tasks, std::int64_t there) {
    return std::max<std::int64_t>(0, std::min(most, open_tasks) - there);
}

bool StudyFollower::seems_over(const ClusterView& view) const {
    if (view.open_tasks > 0 || view.led || view.search_queued) return false;
    const bool complete = settings_.trials > 0 && view.ended_trials >= settings_.trials;
    return searched_ || complete || !settings_.search_elsewhere;
}

bool StudyFollower::came_to_nothing(const ClusterView& view) const {
    return any_added_ && view.ended_trials == ended_before_ && view.workers <= workers_before_;
}

void StudyFollower::added(const ClusterView& view, std::int64_t add) {
    if (add == 0) return;
    any_added_ = true;
    workers_before_ = view.workers;
    ended_before_ = view.ended_trials;
}

FollowStep StudyFollower::next(const ClusterView& view, double now) {
    // A server that was away for longer than the search's lease shows none for a moment, and Slurm's queue
    // neither the job that is just put back into it.
    constexpr int views_to_be_sure = 2;
    FollowStep step;
    searched_ = searched_ || view.led;
    views_without_ = seems_over(view) ? views_without_ + 1 : 0;
    if (views_without_ >= views_to_be_sure) {
        step.over = true;
        if (!view.begun) step.message = "the search has left Slurm's queue before it began";
        return step;
    }
    if (settings_.search_elsewhere && !view.led && view.open_tasks == 0 && !searched_ && !said_waiting_) {
        said_waiting_ = true;
        step.message = "waiting for the search to begin elsewhere";
    }
    // One that waits in the queue may do so for hours: its first workers have left by then.
    const auto more = view.begun ? workers_to_add(settings_.most, view.open_tasks, view.workers) : 0;
    if (more == 0) return step;
    if (!came_to_nothing(view)) {
        waits_ = false;
        wait_ = 0;
    } else if (!waits_) {
        wait_ = std::min(settings_.longest_wait, std::max(2 * wait_, 2 * settings_.seconds_between));
        waits_ = true;
        not_before_ = now + wait_;
        step.message =
            "the last workers are gone and no trial has ended since: their logs may tell why; the next ones in " +
            number_text(wait_) + " s";
    }
    if (waits_ && now < not_before_) return step;
    waits_ = false;
    step.add = more;
    added(view, more);
    return step;
}

}  // namespace hwnas
