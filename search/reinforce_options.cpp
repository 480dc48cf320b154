#include "search/reinforce_options.h"

namespace hwnas {
namespace {

constexpr Range exponent_range{-100, 100};

RewardExponents read_reward(const JsonValue& value) {
    if (!value.is_object()) {
        return value.one_of({"soft", "hard"}) == "hard" ? RewardExponents::hard() : RewardExponents::soft();
    }
    JsonObject object(value);
    return {object.required("alpha").number(exponent_range), object.required("beta").number(exponent_range)};
}

void read_targets(const JsonValue& value, ReinforceOptions& options) {
    options.targets_place = value.place();
    if (!value.is_object()) {
        if (value.json().is_number())
            options.swept_targets = static_cast<std::size_t>(value.integer({1, 64}));
        else
            value.problem("a number of targets, or lists of targets by objective such as {\"latency@cpu\": [1, 2]}");
        return;
    }
    JsonObject object(value);
    std::size_t count = 0;
    for (const auto& key : object.keys()) {
        const JsonValue list = object.required(key);
        auto& targets = options.targets[key];
        for (const auto& item : list.items(1)) {
            const double target = item.number();
            if (!(target > 0)) item.problem("a target above zero");
            targets.push_back(target);
        }
        if (count != 0 && targets.size() != count && !targets.empty())
            list.problem("as many targets as in the other lists, " + std::to_string(count),
                         "lists are taken abreast: the first targets are one goal, the second ones the next");
        if (count == 0) count = targets.size();
    }
    if (object.keys().empty()) value.problem("targets for at least one objective");
    if (count > 1 && options.reward && !options.reward->depend_on_target())
        value.problem("one target at most for a reward with alpha = beta",
                      "such a reward is only scaled by its target; use \"reward\": \"hard\"");
}

}  // namespace

ReinforceOptions ReinforceOptions::read(JsonObject& object) {
    ReinforceOptions options;
    const auto count = [&object](const char* key, std::size_t otherwise, Range range) {
        return static_cast<std::size_t>(object.integer(key, static_cast<std::int64_t>(otherwise), range));
    };
    const auto algorithm = object.one_of("algorithm", {"ppo", "reinforce"}, "ppo");
    options.algorithm = algorithm == "ppo" ? Algorithm::ppo : Algorithm::reinforce;
    if (const auto reward = object.optional("reward")) options.reward = read_reward(*reward);
    if (const auto targets = object.optional("targets")) read_targets(*targets, options);
    options.batch = count("batch", options.batch, {1, 4096});
    options.learning_rate = object.number("learning_rate", options.learning_rate, {0, 1});
    options.baseline_decay = object.number("baseline_decay", options.baseline_decay, {0, 0.9999});
    options.entropy = object.number("entropy", options.entropy, {0, 10});
    options.redraws = count("redraws", options.redraws, {0, 100000});
    options.imagined = count("imagined", options.imagined, {0, 4096});
    options.hidden = count("hidden", options.hidden, {1, 1024});
    options.temperature = object.number("temperature", options.temperature, {0.01, 100});
    options.tanh_constant = object.number("tanh_constant", options.tanh_constant, {0, 100});
    if (options.algorithm == Algorithm::ppo) {
        options.epochs = count("epochs", options.epochs, {1, 100});
        options.clip = object.number("clip", options.clip, {0.001, 1});
    }
    return options;
}

}  // namespace hwnas
