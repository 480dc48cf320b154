#include "job/starting_networks.h"

#include "job/job_paths.h"
#include "job/objectives.h"
#include "report/front.h"
#include "study/origin.h"
#include "study/store.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

StartingNetwork network_of_file(const fs::path& path, const ReadArchitecture& read) {
    auto document = JsonDocument::load(path);
    const JsonValue root(document);
    StartingNetwork network{path.stem().string(), {}};
    if (const Json& json = root.json(); !json.is_object() || !json.contains("architecture"))
        root.problem("{\"architecture\": {...}} with choices of the job's space",
                     "a network that is none of the space can't be where its search starts");
    else
        network.encoding = read(JsonValue(document, &json["architecture"], "/architecture"));
    document.throw_problems();
    return network;
}

/// A path that is there; empty on a problem.
fs::path found_path(const JsonValue& value, const fs::path& folder) {
    const auto path = existing_path(value, folder);
    std::error_code error;
    return fs::exists(path, error) ? path : fs::path();
}

std::vector<StartingNetwork> read_front(const std::string& address, const std::string& name,
                                        const ReadArchitecture& read) {
    const auto store = open_store(address, Access::existing);
    const auto study = open_study(*store, name);
    const auto info = study->info();
    const auto trials = study->trials();
    const auto [objectives, limits] = objectives_of(info.job);
    const auto front = make_front(trials, objectives, limits, reference_name_of(trials));
    std::vector<StartingNetwork> networks;
    std::vector<Problem> problems;
    for (const auto entry : front.entries) {
        const auto& network = front.networks[entry];
        auto document = JsonDocument::from_value(network.choices, address + ": network " + network.id);
        const auto encoding = read(JsonValue(document));
        try {
            document.throw_problems();
            networks.push_back({info.name + " " + network.id, encoding});
        } catch (const InputError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    }
    if (front.entries.empty())
        problems.push_back({address, "a study with a front", "none in \"" + info.name + "\"", ""});
    if (!problems.empty()) throw InputError(std::move(problems));
    return networks;
}

std::vector<StartingNetwork> read_item(const JsonValue& value, const fs::path& folder, const ReadArchitecture& read) {
    if (value.is_string()) {
        const auto path = found_path(value, folder);
        if (path.empty()) return {};
        return {network_of_file(path, read)};
    }
    if (!value.is_object()) {
        value.problem("a file with an architecture, {\"architecture\": {...}}, or {\"study\": ADDRESS}");
        return {};
    }
    JsonObject object(value);
    const auto name = object.text("name", "");
    if (const auto study = object.optional("study")) {
        const auto address = existing_study(*study, folder);
        if (address.empty()) return {};
        return read_front(address, name, read);
    }
    const auto architecture = object.required("architecture");
    if (!architecture.present()) return {};
    return {{name.empty() ? "start" : name, read(architecture)}};
}

}  // namespace

std::vector<StartingNetwork> read_starting_networks(const JsonValue& value, const fs::path& folder,
                                                    const ReadArchitecture& read) {
    std::vector<StartingNetwork> networks;
    for (const auto& item : value.items()) {
        try {
            for (auto& network : read_item(item, folder, read)) networks.push_back(std::move(network));
        } catch (const InputError& error) {
            value.document().add_problems(error.problems());
        }
    }
    return networks;
}

}  // namespace hwnas
