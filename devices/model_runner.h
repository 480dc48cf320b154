#pragma once

#include "devices/accelerator/accelerator.h"
#include "devices/runner.h"

namespace hwnas {

/// A chip that can't be measured: its figures are computed from its description
/// (docs/accelerators.md). A burst has one run, whose time is always the same.
class ModelRunner : public Runner {
public:
    explicit ModelRunner(Accelerator accelerator) : accelerator_(std::move(accelerator)) {}

    [[nodiscard]] Burst measure(const Graph& graph, const RunSettings& settings) override;
    [[nodiscard]] Json context() override;

private:
    Accelerator accelerator_;
};

}  // namespace hwnas
