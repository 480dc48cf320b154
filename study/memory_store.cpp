#include "study/memory_store.h"

#include <algorithm>
#include <utility>

#include "study/study_names.h"

namespace hwnas {
namespace {

constexpr const char* kAddress = "memory:";

using Trials = std::map<std::int64_t, Trial>;

Trials by_number(std::vector<Trial> trials) {
    Trials all;
    for (auto& trial : trials) {
        const auto number = trial.number;
        all.insert_or_assign(all.end(), number, std::move(trial));
    }
    return all;
}

}  // namespace

/// Its trials are read and written with the mutex locked.
class MemoryStudy : public Study, public std::enable_shared_from_this<MemoryStudy> {
public:
    MemoryStudy(StudyInfo info, std::shared_ptr<std::mutex> mutex, Trials trials = {})
        : info_(std::move(info)), mutex_(std::move(mutex)), trials_(std::move(trials)) {}

    StudyInfo info() const override { return info_; }
    const std::string& name() const { return info_.name; }

    void put(std::vector<Trial> trials) override {
        auto fresh = by_number(std::move(trials));
        const std::lock_guard lock(*mutex_);
        if (removed_) throw study_removed(kAddress, info_.name);
        take(fresh);
    }

    std::vector<Trial> trials() const override {
        const std::lock_guard lock(*mutex_);
        std::vector<Trial> all;
        all.reserve(trials_.size());
        for (const auto& [number, trial] : trials_) all.push_back(trial);
        return all;
    }

    std::shared_ptr<const void> hold(Use use) override {
        const std::lock_guard lock(*mutex_);
        if (changing_ || (use == Use::change && searches_ > 0)) throw study_in_use(kAddress, info_.name, use);
        std::shared_ptr<const void> token(this, [study = shared_from_this(), use](const void*) {
            const std::lock_guard end(*study->mutex_);
            (use == Use::change ? study->changing_ : study->searches_) -= 1;
        });
        (use == Use::change ? changing_ : searches_) += 1;
        return token;
    }

    /// All or none: what can throw, the copying, came before. Moving nodes can't.
    void take(Trials& fresh) noexcept {
        for (const auto& [number, trial] : fresh) trials_.erase(number);
        trials_.merge(fresh);
    }

    void mark_removed() noexcept {
        removed_ = true;
        trials_.clear();
    }

private:
    const StudyInfo info_;
    std::shared_ptr<std::mutex> mutex_;
    Trials trials_;
    bool removed_ = false;
    int searches_ = 0;  // tokens of each use
    int changing_ = 0;
};

std::vector<StudyInfo> MemoryStore::studies() const {
    const std::lock_guard lock(*mutex_);
    std::vector<StudyInfo> infos;
    for (const auto& study : studies_) infos.push_back(study->info());
    return infos;
}

std::shared_ptr<Study> MemoryStore::create(const StudyInfo& info) {
    apply({{}, {{info, {}}}, {}});
    return open(info.name);
}

std::shared_ptr<Study> MemoryStore::open(const std::string& name) {
    const std::lock_guard lock(*mutex_);
    std::vector<std::string> names;
    for (const auto& study : studies_) {
        names.push_back(study->name());
        if (names.back() == name) return study;
    }
    throw name_unknown(kAddress, name, names);
}

void MemoryStore::apply(const StoreChange& change) {
    const std::lock_guard lock(*mutex_);
    Studies after = studies_;
    const auto find = [&after](const std::string& name) {
        return std::find_if(after.begin(), after.end(), [&](const auto& study) { return study->name() == name; });
    };
    const auto known = [&](const std::string& name) {
        const auto found = find(name);
        if (found != after.end()) return found;
        std::vector<std::string> names;
        for (const auto& study : after) names.push_back(study->name());
        throw name_unknown(kAddress, name, names);
    };
    Studies gone;
    for (const auto& name : change.remove) {
        const auto found = known(name);
        gone.push_back(*found);
        after.erase(found);
    }
    for (const auto& [info, trials] : change.create) {
        if (find(info.name) != after.end()) throw name_taken(kAddress, info.name);
        after.push_back(std::make_shared<MemoryStudy>(info, mutex_, by_number(trials)));
    }
    std::vector<std::pair<std::shared_ptr<MemoryStudy>, Trials>> puts;
    for (const auto& [name, trials] : change.put) puts.emplace_back(*known(name), by_number(trials));
    // From here on nothing throws.
    for (const auto& study : gone) study->mark_removed();
    for (auto& [study, trials] : puts) study->take(trials);
    studies_.swap(after);
}

}  // namespace hwnas
