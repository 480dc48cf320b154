#pragma once

#include <map>
#include <mutex>

#include "study/store.h"

namespace hwnas {

/// Studies that live and die with this object and the studies got from it: for
/// tests, benchmarks and trial runs.
class MemoryStore : public Store {
public:
    [[nodiscard]] std::vector<StudyInfo> studies() const override;
    [[nodiscard]] std::shared_ptr<Study> create(const StudyInfo& info) override;
    [[nodiscard]] std::shared_ptr<Study> open(const std::string& name) override;

private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<Study>> studies_;  // in the order of creation
};

}  // namespace hwnas
