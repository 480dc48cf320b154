#pragma once

#include <memory>
#include <mutex>

#include "study/store.h"

namespace hwnas {

class MemoryStudy;

/// Studies that live and die with this object and the studies got from it: for
/// tests, benchmarks and trial runs.
class MemoryStore : public Store {
public:
    [[nodiscard]] std::vector<StudyInfo> studies() const override;
    [[nodiscard]] std::shared_ptr<Study> create(const StudyInfo& info) override;
    [[nodiscard]] std::shared_ptr<Study> open(const std::string& name) override;
    void apply(const StoreChange& change) override;

private:
    using Studies = std::vector<std::shared_ptr<MemoryStudy>>;

    /// Shared by the store and its studies, so that a change of several is seen whole.
    std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
    Studies studies_;  // in the order of creation
};

}  // namespace hwnas
