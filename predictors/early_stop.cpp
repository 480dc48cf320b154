#include "predictors/early_stop.h"

namespace hwnas {

Json to_json(const EarlyStop& rule) {
    Json after = Json::array();
    for (const auto& line : rule.after)
        after.push_back({{"epoch", line.epoch},
                         {"most_train_loss", line.most_train_loss},
                         {"slope", line.slope},
                         {"intercept", line.intercept},
                         {"deviation", line.deviation}});
    return {{"epochs", rule.epochs}, {"needed_top1", rule.needed_top1}, {"after", std::move(after)}};
}

EarlyStop early_stop_from(const Json& json) {
    EarlyStop rule;
    rule.epochs = json.at("epochs").get<std::int64_t>();
    rule.needed_top1 = json.at("needed_top1").get<double>();
    for (const auto& line : json.at("after"))
        rule.after.push_back({line.at("epoch").get<std::int64_t>(), line.at("most_train_loss").get<double>(),
                              line.at("slope").get<double>(), line.at("intercept").get<double>(),
                              line.at("deviation").get<double>()});
    return rule;
}

}  // namespace hwnas
