#include "devices/space_verdict.h"

#include <cmath>

namespace hwnas {
namespace {

// JSON has no NaN; a figure that is not defined is null.
Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

double number(JsonObject& object, const char* key) {
    const JsonValue value = object.required(key);
    if (value.present() && value.json().is_null()) return std::nan("");
    return value.number();
}

Agreement read_agreement(const JsonValue& value) {
    JsonObject object(value);
    Agreement read;
    read.count = static_cast<std::size_t>(object.required("networks").integer({0, 1e9}));
    read.mean_error_percent = number(object, "mean_error_percent");
    read.within_5_percent = number(object, "within_5_percent") / 100;
    read.within_10_percent = number(object, "within_10_percent") / 100;
    read.r2 = number(object, "r2");
    read.kendall_tau = number(object, "kendall_tau");
    read.spearman = number(object, "spearman");
    return read;
}

MeasuredNetwork read_network(const JsonValue& value) {
    JsonObject object(value);
    MeasuredNetwork network;
    network.choices = object.required("choices").json();
    network.predicted_ms = object.required("predicted_ms").number();
    network.measured_ms = object.required("measured_ms").number();
    if (const auto again = object.optional("again_ms")) network.again_ms = again->number();
    return network;
}

}  // namespace

Json to_json(const Agreement& agreement) {
    return {{"networks", agreement.count},
            {"mean_error_percent", finite(agreement.mean_error_percent)},
            {"within_5_percent", finite(100 * agreement.within_5_percent)},
            {"within_10_percent", finite(100 * agreement.within_10_percent)},
            {"r2", finite(agreement.r2)},
            {"kendall_tau", finite(agreement.kendall_tau)},
            {"spearman", finite(agreement.spearman)}};
}

Json to_json(const SpaceVerdict& verdict) {
    Json json = {{"space", verdict.space},
                 {"space_file", verdict.space_file},
                 {"date", verdict.date},
                 {"calibration", to_json(verdict.calibration)},
                 {"calibrated_on", verdict.calibrated_on},
                 {"held_out", to_json(verdict.held_out)},
                 {"networks", Json::array()}};
    if (verdict.remeasured) json["remeasured"] = to_json(*verdict.remeasured);
    if (verdict.energy)
        json["energy"] = {{"calibration", to_json(verdict.energy->calibration)},
                          {"held_out", to_json(verdict.energy->held_out)}};
    for (const auto& network : verdict.networks) {
        Json entry = {
            {"choices", network.choices}, {"predicted_ms", network.predicted_ms}, {"measured_ms", network.measured_ms}};
        if (network.again_ms) entry["again_ms"] = *network.again_ms;
        json["networks"].push_back(std::move(entry));
    }
    return json;
}

SpaceVerdict read_space_verdict(const JsonValue& value) {
    JsonObject object(value);
    SpaceVerdict verdict;
    verdict.space = object.required("space").text();
    verdict.space_file = object.required("space_file").json();
    verdict.date = object.required("date").text();
    verdict.calibration = read_calibration(object.required("calibration"));
    verdict.calibrated_on = static_cast<std::size_t>(object.required("calibrated_on").integer({0, 1e9}));
    verdict.held_out = read_agreement(object.required("held_out"));
    if (const auto again = object.optional("remeasured")) verdict.remeasured = read_agreement(*again);
    if (const auto given = object.optional("energy")) {
        JsonObject energy(*given);
        verdict.energy = SpaceVerdict::Energy{read_calibration(energy.required("calibration")),
                                              read_agreement(energy.required("held_out"))};
    }
    for (const auto& network : object.required("networks").items()) verdict.networks.push_back(read_network(network));
    return verdict;
}

}  // namespace hwnas
