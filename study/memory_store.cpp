#include "study/memory_store.h"

#include "study/study_names.h"

namespace hwnas {
namespace {

constexpr const char* kAddress = "memory:";

class MemoryStudy : public Study {
public:
    explicit MemoryStudy(StudyInfo info) : info_(std::move(info)) {}

    StudyInfo info() const override { return info_; }

    void put(std::span<const Trial> trials) override {
        // All or none: what can throw, the copying, comes first. Moving nodes can't.
        std::map<std::int64_t, Trial> fresh;
        for (const auto& trial : trials) fresh.insert_or_assign(trial.number, trial);
        const std::lock_guard lock(mutex_);
        for (const auto& [number, trial] : fresh) trials_.erase(number);
        trials_.merge(fresh);
    }

    std::vector<Trial> trials() const override {
        const std::lock_guard lock(mutex_);
        std::vector<Trial> all;
        all.reserve(trials_.size());
        for (const auto& [number, trial] : trials_) all.push_back(trial);
        return all;
    }

private:
    const StudyInfo info_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, Trial> trials_;
};

}  // namespace

std::vector<StudyInfo> MemoryStore::studies() const {
    const std::lock_guard lock(mutex_);
    std::vector<StudyInfo> infos;
    for (const auto& study : studies_) infos.push_back(study->info());
    return infos;
}

std::shared_ptr<Study> MemoryStore::create(const StudyInfo& info) {
    auto study = std::make_shared<MemoryStudy>(info);
    const std::lock_guard lock(mutex_);
    for (const auto& other : studies_)
        if (other->info().name == info.name) throw name_taken(kAddress, info.name);
    studies_.push_back(study);
    return study;
}

std::shared_ptr<Study> MemoryStore::open(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& study : studies_) {
        names.push_back(study->info().name);
        if (names.back() == name) return study;
    }
    throw name_unknown(kAddress, name, names);
}

}  // namespace hwnas
