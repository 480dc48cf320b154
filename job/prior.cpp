#include "job/prior.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/sha256.h"
#include "core/text.h"
#include "job/job_paths.h"
#include "study/fidelity.h"
#include "study/store.h"

namespace hwnas {
namespace {

constexpr std::size_t least_trials = 8;

/// The study's networks in the job's space; none where one of them is not in it.
std::vector<Encoding> encodings_of(const std::vector<Trial>& trials, const std::string& address,
                                   const ReadArchitecture& read, std::vector<Problem>& problems) {
    std::vector<Encoding> encodings;
    for (const auto& trial : trials) {
        auto document = JsonDocument::from_value(trial.choices, address + ": trial " + std::to_string(trial.number));
        encodings.push_back(read(JsonValue(document)));
        try {
            document.throw_problems();
        } catch (const InputError& error) {  // the others would say the same
            problems.push_back({address, "a study over this job's space", "trial " + std::to_string(trial.number),
                                "its first problem: " + error.problems().front().text()});
            return {};
        }
    }
    return encodings;
}

EarlierFigure figure_of(const std::string& metric, const std::vector<Trial>& trials,
                        const std::vector<Encoding>& encodings) {
    EarlierFigure figure{metric, {}, {}};
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const auto value = trials[i].values.find(metric);
        if (value == trials[i].values.end() || !std::isfinite(value->second)) continue;
        figure.encodings.push_back(encodings[i]);
        figure.values.push_back(value->second);
    }
    return figure;
}

std::string hash_of(const std::vector<EarlierFigure>& figures) {
    Json all = Json::array();
    for (const auto& figure : figures) all.push_back({figure.name, figure.encodings, figure.values});
    return sha256_hex(all.dump());
}

}  // namespace

Prior read_prior(const JsonValue& value, const std::filesystem::path& folder, const ReadArchitecture& read) {
    JsonObject object(value);
    const auto study_value = object.required("study");
    const auto name = object.text("name", "");
    const auto metrics = object.required("metrics");
    const auto address = study_value.present() ? existing_study(study_value, folder) : std::string();
    if (metrics.present() && metrics.items().empty()) metrics.problem("a metric of the study at least");
    if (address.empty()) return {};

    Prior prior;
    std::vector<Problem> problems;
    try {
        const auto store = open_store(address, Access::existing);
        auto trials = open_study(*store, name)->trials();
        std::erase_if(trials,
                      [](const Trial& trial) { return trial.state != TrialState::complete || !is_in_full(trial); });
        const auto encodings = encodings_of(trials, address, read, problems);
        std::set<std::string> told;
        for (const auto& trial : trials)
            for (const auto& [key, figure] : trial.values) told.insert(key);
        for (const auto& metric : problems.empty() ? metrics.items() : std::vector<JsonValue>()) {
            auto figure = figure_of(metric.one_of({told.begin(), told.end()}), trials, encodings);
            if (told.contains(figure.name) && figure.values.size() < least_trials)
                metric.problem(std::to_string(least_trials) + " complete trials with it in the study at least",
                               "there are " + std::to_string(figure.values.size()));
            prior.figures.push_back(std::move(figure));
        }
    } catch (const InputError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
    value.document().add_problems(problems);
    prior.content = hash_of(prior.figures);
    return prior;
}

bool learns_a_model(const Json& strategy) {
    if (!strategy.is_object()) return false;
    const auto count = [&](const char* key) {
        const auto found = strategy.find(key);
        return found != strategy.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    const auto name = strategy.value("name", Json());
    if (name == "model-based") return true;
    if (name == "evolution") return count("screened") > 1;
    if (name == "reinforce") return count("imagined") > 0;
    return name == "successive-halving" && learns_a_model(strategy.value("inner", Json()));
}

}  // namespace hwnas
