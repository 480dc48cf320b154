#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// Units by name of the zero-cost proxies: figures of a network with fresh weights that stand for its accuracy,
/// after a pass or two over a few images. `docs/proxy.md` defines each. Of all, more is held to be better.
[[nodiscard]] const std::map<std::string, std::string>& zero_cost_proxies();

/// Which to compute, and on how much.
struct ZeroCostOptions {
    std::vector<std::string> proxies;  ///< at least one, each once
    std::int64_t batch = 64;           ///< images of a pass
    std::int64_t batches = 2;          ///< with gradients of their own, which `zico` compares; the others see the first

    /// `{"proxies": [...], "batch", "batches"}` out of an object with other keys, too. Problems go to its document.
    static ZeroCostOptions read(JsonObject& object);
    friend bool operator==(const ZeroCostOptions&, const ZeroCostOptions&) = default;
};

}  // namespace hwnas
