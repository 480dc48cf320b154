#include "predictors/zero_cost_proxies.h"

#include <algorithm>

namespace hwnas {

const std::map<std::string, std::string>& zero_cost_proxies() {
    static const std::map<std::string, std::string> units{{"synflow", "nats"}, {"naswot", "nats"}, {"jacob_cov", "1"},
                                                          {"grad_norm", "1"},  {"snip", "1"},      {"grasp", "1"},
                                                          {"fisher", "1"},     {"zico", "nats"}};
    return units;
}

ZeroCostOptions ZeroCostOptions::read(JsonObject& object) {
    ZeroCostOptions options;
    std::vector<std::string> names;
    for (const auto& [name, unit] : zero_cost_proxies()) names.push_back(name);
    const auto proxies = object.required("proxies");
    for (const auto& item : proxies.items(1)) {
        const std::string name = item.one_of(names);
        const bool again = std::find(options.proxies.begin(), options.proxies.end(), name) != options.proxies.end();
        if (again && item.is_string() && item.json() == name) item.problem("each proxy once");
        options.proxies.push_back(name);
    }
    // NASWOT and the Jacobian's covariance compare images.
    options.batch = object.integer("batch", options.batch, {2, 4096});
    options.batches = object.integer("batches", options.batches, {2, 1000});
    return options;
}

}  // namespace hwnas
