#include "job/compared_networks.h"

#include <map>

#include "job/network_file.h"
#include "job/objectives.h"
#include "job/programs.h"
#include "job/version.h"
#include "onnx/writer.h"
#include "report/front.h"
#include "study/origin.h"
#include "study/store.h"

namespace hwnas {
namespace {

namespace fs = std::filesystem;

class Gathering {
public:
    explicit Gathering(const ComparisonRequest& request) : request_(request) {}

    Comparison compare_all() {
        for (const auto& file : request_.networks)
            attempt([&] { add(load_network(network_path(file), request_.space), file); });
        if (!request_.study.empty()) attempt([&] { add_study(); });
        for (const auto& file : request_.tables) attempt([&] { tables_.push_back({file, CostTable::load(file)}); });
        if (!problems_.empty()) throw InputError(std::move(problems_));
        tell_apart();
        return compare(networks_, tables_);
    }

private:
    /// The problems of one file don't hide another one's.
    template <typename Call>
    void attempt(const Call& call) {
        try {
            call();
        } catch (const InputError& error) {
            problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
        }
    }

    static fs::path network_path(const std::string& file) {
        auto path = find_config(file);
        auto document = JsonDocument::load(path);
        const auto& root = document.root();
        if (root.is_object() && (root.contains("stages") || root.contains("type")))
            throw InputError({path.string(), "one network", "a space, which has many",
                              "name an architecture of it: {\"space\": FILE, \"architecture\": {...}}"});
        return path;
    }

    void add(const NetworkFile& network, const std::string& file) {
        OnnxMetadata metadata;
        metadata.version = version;
        metadata.architecture = graph_id(network.graph);
        networks_.push_back({network.name, network.graph, onnx_bytes(network.graph, metadata), network.top1});
        files_.push_back(file);
    }

    void add_study() {
        const auto store = open_store(request_.study, Access::existing);
        const auto study = open_study(*store, request_.study_name);
        const auto info = study->info();
        const auto trials = study->trials();
        const auto [objectives, limits] = objectives_of(info.job);
        const auto front = make_front(trials, objectives, limits, reference_name_of(trials));
        if (front.entries.empty())
            throw InputError({request_.study, "a study with a front", "none in \"" + info.name + "\"", ""});
        for (auto& network : networks_) take_top1(network, info, front);
        for (const auto index : front.entries) add_entry(info, front.networks[index]);
    }

    void add_entry(const StudyInfo& info, const FrontEntry& entry) {
        for (const auto& network : networks_)
            if (graph_id(network.graph) == entry.id) return;  // its file was named too
        const auto file = fs::path(request_.study).parent_path() / "networks" / (entry.id + ".json");
        if (request_.space.empty() && !fs::exists(file))
            throw InputError({request_.study, "the network's file " + file.string(), "none",
                              "give the study's space by --space FILE"});
        if (request_.space.empty()) return add(with_top1(load_network(file), info, entry), file.string());
        const auto space = SearchSpace::load(find_config(request_.space));
        auto document = JsonDocument::from_value(entry.choices, request_.study + ": network " + entry.id);
        const auto encoding = space.from_json(JsonValue(document));
        document.throw_problems();
        add(with_top1({entry.id, space.lower(encoding), entry.choices, nullptr}, info, entry), file.string());
    }

    static NetworkFile with_top1(NetworkFile network, const StudyInfo& info, const FrontEntry& entry) {
        if (!network.top1) network.top1 = top1_in(info, entry);
        return network;
    }

    static std::optional<SourcedTop1> top1_in(const StudyInfo& info, const FrontEntry& entry) {
        const auto top1 = entry.values.find("top1");
        if (top1 == entry.values.end()) return std::nullopt;
        return SourcedTop1{top1->second, "rated in the study " + info.name};
    }

    static void take_top1(ComparedNetwork& network, const StudyInfo& info, const Front& front) {
        if (network.top1) return;
        const auto id = graph_id(network.graph);
        for (const auto& entry : front.networks)
            if (entry.id == id) network.top1 = top1_in(info, entry);
    }

    void tell_apart() {
        std::map<std::string, int> count;
        for (const auto& network : networks_) ++count[network.name];
        for (std::size_t i = 0; i < networks_.size(); ++i)
            if (count[networks_[i].name] > 1)
                networks_[i].name = fs::path(files_[i]).replace_extension().lexically_normal().string();
    }

    const ComparisonRequest& request_;
    std::vector<ComparedNetwork> networks_;
    std::vector<std::string> files_;  ///< of each network
    std::vector<ComparedTable> tables_;
    std::vector<Problem> problems_;
};

}  // namespace

Comparison make_comparison(const ComparisonRequest& request) { return Gathering(request).compare_all(); }

}  // namespace hwnas
