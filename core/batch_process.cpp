#include "core/batch_process.h"

#include <atomic>
#include <exception>
#include <functional>
#include <utility>

namespace hwnas {

JsonProcess::Reply BatchProcess::ask(Json question, const std::stop_token& stop) {
    JsonProcess::Reply stopped{JsonProcess::Outcome::stopped, {}, "stopped on request"};
    const auto own = std::make_shared<Member>(Member{std::move(question), stop});
    std::unique_lock lock(mutex_);
    waiting_.push_back(own);
    changed_.wait(lock, stop, [&] { return own->reply || !busy_; });
    if (stop.stop_requested()) {
        waiting_.remove(own);  // in vain where its batch is under way
        return stopped;
    }
    // Whose batch is done has its reply; so whoever has none still waits in the list.
    if (own->reply) return std::move(*own->reply);

    const Members batch = take_batch(own);
    busy_ = true;
    if (std::exchange(renew_, false)) process_.end();
    lock.unlock();
    auto replies = exchange(batch);
    lock.lock();
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->reply = std::move(replies[i]);
    busy_ = false;
    changed_.notify_all();
    if (stop.stop_requested()) return stopped;
    return std::move(*own->reply);
}

BatchProcess::Members BatchProcess::take_batch(const std::shared_ptr<Member>& own) {
    waiting_.remove(own);
    Members batch{own};
    while (batch.size() < options_.most && !waiting_.empty()) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

std::vector<JsonProcess::Reply> BatchProcess::exchange(const Members& members) {
    try {
        std::stop_source stop;
        std::atomic<std::size_t> wanted{members.size()};
        const std::function<void()> leave = [&stop, &wanted] {
            if (--wanted == 0) stop.request_stop();
        };
        std::list<std::stop_callback<std::function<void()>>> leaving;
        std::vector<Json> questions;
        for (const auto& member : members) {
            leaving.emplace_back(member->stop, leave);
            questions.push_back(member->question);
        }
        auto limit = options_.limit;
        if (limit) *limit *= static_cast<double>(members.size());
        return process_.ask_all(std::move(questions), limit, stop.get_token());
    } catch (const std::exception& error) {
        return std::vector<JsonProcess::Reply>(members.size(), {JsonProcess::Outcome::lost, {}, error.what()});
    }
}

void BatchProcess::renew() {
    const std::lock_guard lock(mutex_);
    renew_ = true;
}

}  // namespace hwnas
