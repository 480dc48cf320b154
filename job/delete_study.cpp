#include "job/delete_study.h"

#include <set>

#include "job/study_weights.h"

namespace hwnas {

OwnWeights own_weights(const std::string& address, const std::string& study) {
    const auto store = open_store(address, Access::existing);
    const auto leaving = store->open(study);
    OwnWeights own;
    own.folder = weights_folder(address, leaving->info().job);
    std::set<std::string> weights;
    for (const auto& trial : leaving->trials())
        if (is_weight_hash(trial.weights)) weights.insert(trial.weights);
    for (const auto& info : store->studies())
        if (info.name != study)
            for (const auto& trial : store->open(info.name)->trials()) weights.erase(trial.weights);
    for (const auto& hash : weights) {
        auto path = own.folder / (hash + ".safetensors");
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored)) own.files.push_back(std::move(path));
    }
    return own;
}

void delete_study(const std::string& address, const std::string& study) {
    const auto store = open_store(address, Access::existing);
    const auto held = store->open(study)->hold(Use::change);
    store->apply({{study}, {}, {}});
}

}  // namespace hwnas
