#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "search/exact/exact_front.h"

namespace hwnas {

/// What `ExactQuestion` asks, of figures that are anything: an architecture without one of them is no answer.
struct ListedQuestion {
    using Figure = std::function<std::optional<double>(const Encoding&)>;
    struct Objective {
        Figure figure;
        bool turned = false;  ///< more is better
    };
    struct Limit {
        Figure figure;
        std::optional<double> least;
        std::optional<double> most;
    };
    const CategoricalSpace* space = nullptr;
    std::vector<Objective> objectives;
    std::vector<Limit> limits;
    Point box;
};

/// Looks at every architecture of the space. Stopped, or out of time, it proves nothing: what is possible is infinite
/// then.
[[nodiscard]] ExactAnswer enumerate_front(const ListedQuestion& question, const ExactSettings& settings,
                                          const std::stop_token& stop = {});

}  // namespace hwnas
