#include <catch2/catch.hpp>
#include <vector>

#include "job/slurm_follow.h"

using namespace hwnas;

namespace {

/// A study that is searched by a Slurm job.
ClusterView searched(std::int64_t open, std::int64_t ended, std::int64_t workers) {
    ClusterView view;
    view.begun = view.led = view.search_queued = true;
    view.open_tasks = open;
    view.ended_trials = ended;
    view.workers = workers;
    return view;
}

FollowSettings settings_for(std::int64_t most) {
    FollowSettings settings;
    settings.most = most;
    return settings;
}

}  // namespace

TEST_CASE("there are never more workers than open tasks, nor than were asked for") {
    CHECK(workers_to_add(8, 20, 0) == 8);
    CHECK(workers_to_add(8, 5, 0) == 5);
    CHECK(workers_to_add(8, 20, 6) == 2);
    CHECK(workers_to_add(8, 3, 6) == 0);
    CHECK(workers_to_add(8, 0, 0) == 0);
}

TEST_CASE("workers are added as tasks open, and none beside those that are enough") {
    StudyFollower follower(settings_for(8));
    CHECK(follower.next(searched(3, 0, 0), 0).add == 3);
    CHECK(follower.next(searched(3, 0, 3), 10).add == 0);
    CHECK(follower.next(searched(20, 5, 3), 20).add == 5);
    CHECK(follower.next(searched(0, 25, 8), 30).add == 0);
    CHECK_FALSE(follower.next(searched(0, 25, 0), 40).over);
    CHECK(follower.next(searched(8, 25, 0), 50).add == 8);
}

TEST_CASE("a search that waits in Slurm's queue gets no workers until it has begun") {
    StudyFollower follower(settings_for(8));
    ClusterView waits;
    waits.search_queued = true;
    follower.added(waits, 4);  // by the submission
    for (int i = 0; i < 100; ++i) {
        const auto step = follower.next(waits, 10 * i);
        CHECK((step.add == 0 && !step.over));
    }
    CHECK(follower.next(searched(6, 0, 0), 1000).message.find("the last workers are gone") != std::string::npos);
    CHECK(follower.next(searched(6, 0, 0), 1030).add == 6);
}

TEST_CASE("a study is over once its search is gone and nothing is open, seen twice") {
    StudyFollower follower(settings_for(8));
    CHECK(follower.next(searched(2, 10, 0), 0).add == 2);
    auto over = searched(0, 12, 2);
    over.led = over.search_queued = false;
    CHECK_FALSE(follower.next(over, 10).over);
    CHECK(follower.next(over, 20).over);

    // The server was away for longer than the lease, or the search comes back.
    CHECK_FALSE(StudyFollower(settings_for(8)).next(over, 0).over);
    StudyFollower other(settings_for(8));
    (void)other.next(over, 0);
    (void)other.next(searched(0, 12, 2), 10);
    CHECK_FALSE(other.next(over, 20).over);
}

TEST_CASE("what is offered is evaluated though the search is gone") {
    StudyFollower follower(settings_for(8));
    auto orphaned = searched(4, 10, 0);
    orphaned.led = orphaned.search_queued = false;
    CHECK(follower.next(orphaned, 0).add == 4);
    CHECK_FALSE(follower.next(orphaned, 10).over);
}

TEST_CASE("a search that ends in Slurm's queue without having begun is told") {
    StudyFollower follower(settings_for(8));
    (void)follower.next({}, 0);
    const auto step = follower.next({}, 10);
    CHECK(step.over);
    CHECK(step.message.find("before it began") != std::string::npos);
}

TEST_CASE("a search elsewhere is waited for, said once") {
    auto settings = settings_for(8);
    settings.search_elsewhere = true;
    settings.trials = 30;
    StudyFollower follower(settings);
    CHECK(follower.next({}, 0).message.find("waiting for the search") != std::string::npos);
    ClusterView before;  // an earlier run of it has been there
    before.begun = true;
    before.ended_trials = 10;
    for (int i = 1; i < 100; ++i) {
        const auto step = follower.next(before, 10 * i);
        CHECK((step.message.empty() && !step.over && step.add == 0));
    }
    auto view = searched(5, 10, 0);
    view.search_queued = false;
    CHECK(follower.next(view, 1000).add == 5);
    before.ended_trials = 29;
    (void)follower.next(before, 1010);
    CHECK(follower.next(before, 1020).over);

    // One that had all its trials before anybody looked
    StudyFollower late(settings);
    before.ended_trials = 30;
    (void)late.next(before, 0);
    CHECK(late.next(before, 10).over);
}

TEST_CASE("workers that leave without the end of a trial are followed by others ever later") {
    StudyFollower follower(settings_for(2));
    CHECK(follower.next(searched(2, 7, 0), 0).add == 2);
    std::vector<double> added;
    int told = 0;
    for (double now = 10; now < 4000; now += 10) {
        const auto step = follower.next(searched(2, 7, 0), now);
        if (step.add > 0) added.push_back(now);
        told += step.message.empty() ? 0 : 1;
    }
    // Twice the time between two views, then twice as long each time, ten minutes at most.
    CHECK(added == std::vector<double>{30, 80, 170, 340, 670, 1280, 1890, 2500, 3110, 3720});
    CHECK(told == static_cast<int>(added.size()) + 1);
    // Once one has got through, there is no wait.
    (void)follower.next(searched(2, 8, 1), 4000);
    CHECK(follower.next(searched(2, 9, 0), 4010).add == 2);
}
