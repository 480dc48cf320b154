#include "search/shared_pool.h"

#include <algorithm>

namespace hwnas {

void SharedPool::start(Trial trial, EvaluationRequest) { started_.insert_or_assign(trial.number, std::move(trial)); }

std::vector<TrialPool::Ended> SharedPool::wait(std::optional<std::chrono::milliseconds> limit) {
    using std::chrono::steady_clock;
    // How soon a stop is seen; an end is told of at once.
    constexpr std::chrono::milliseconds longest_wait{500};
    const auto begin = steady_clock::now();
    for (;;) {
        std::vector<Ended> ended;
        for (auto& trial : study_->ended())
            if (started_.erase(trial.number) > 0) ended.push_back({std::move(trial), false});
        if (!ended.empty()) return ended;
        if (stopping_) {
            for (auto& [number, trial] : started_) ended.push_back({std::move(trial), true});
            started_.clear();
            return ended;
        }
        auto longest = longest_wait;
        if (limit) {
            const auto left =
                *limit - std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
            if (left <= std::chrono::milliseconds::zero()) return {};
            longest = std::min(longest, left);
        }
        study_->wait(longest);
    }
}

}  // namespace hwnas
