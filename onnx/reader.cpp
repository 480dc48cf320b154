#include "onnx/reader.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "core/error.h"
#include "onnx/constant_folding.h"
#include "onnx/import_node.h"
#include "onnx/imported_names.h"
#include "onnx/model_file.h"
#include "onnx/segment_cutting.h"

namespace hwnas {
namespace {

/// What may be allocated for a file of so many bytes: each weight is held as the file's
/// tensor and once or twice as the network's.
constexpr std::size_t least_budget = std::size_t{16} << 20U;
constexpr std::size_t budget_share = 12;
constexpr double most_macs = 1e18;

class Import {
public:
    Import(std::string_view bytes, const std::string& origin)
        : origin_(origin),
          file_(parse_model(bytes, origin)),
          budget_(least_budget + budget_share * bytes.size(), origin),
          drafts_(file_->shape, budget_) {
        values_[file_->input] = {nullptr, std::size_t{0}};
    }

    [[nodiscard]] ImportedNetwork run() {
        find_last();
        for (const auto* node : file_->nodes) take_over(*node);
        if (!problems_.empty()) {
            problems_.back().advice +=
                (problems_.back().advice.empty() ? "" : "; ") + ("supported operators: " + supported_operators());
            throw InputError(std::move(problems_));
        }
        const Value& output = value_of(file_->output);
        if (!output.draft || output.groups != 0)
            throw InputError({origin_ + ": output \"" + file_->output + "\"", "a tensor that depends on the input",
                              output.constant ? "a constant" : "none", ""});
        std::size_t last = *output.draft;
        if (const Shape& shape = drafts_.shape(last); shape.size() == 3 && shape[1] == 1 && shape[2] == 1) {
            drafts_.name_next("flatten", "Flatten", "");
            last = drafts_.add_flatten(last);
            notes_.push_back("the output was flattened: a map of one pixel is a vector here");
        }
        if (last == 0) throw InputError({origin_, "at least one operator between input and output", "none", ""});
        return lowered(last);
    }

private:
    /// The nodes behind which nothing but Identity stands before the output.
    void find_last() {
        std::unordered_map<std::string, const onnx::NodeProto*> makers;
        for (const auto* node : file_->nodes)
            for (const auto& name : node->output()) makers[name] = node;
        std::string tensor = file_->output;
        while (true) {
            const auto maker = makers.find(tensor);
            if (maker == makers.end() || maker->second->input_size() < 1) return;
            if (!last_.insert(maker->second).second || maker->second->op_type() != "Identity") return;
            tensor = maker->second->input(0);
        }
    }

    [[nodiscard]] Value value_of(const std::string& tensor) {
        if (tensor.empty()) return {};
        if (const auto known = values_.find(tensor); known != values_.end()) return known->second;
        const auto weight = file_->weights.find(tensor);
        if (weight == file_->weights.end()) return {};
        return values_[tensor] = {read_constant(*weight->second, origin_ + ": tensor \"" + tensor + "\"", budget_),
                                  std::nullopt};
    }

    void take_over(const onnx::NodeProto& node) {
        const std::string& name = node.name().empty() && node.output_size() > 0 ? node.output(0) : node.name();
        try {
            std::vector<Value> inputs;
            bool reads_network = false, all_known = true;
            for (const auto& input : node.input()) {
                inputs.push_back(value_of(input));
                reads_network |= inputs.back().draft.has_value();
                all_known &= input.empty() || inputs.back().is_known();
            }
            if (!all_known && is_supported(node)) return;  // a consequence of what was told already
            drafts_.name_next(node.name(), node.op_type(), node.output_size() > 0 ? node.output(0) : "");
            const ImportedNode imported{node,    inputs,  file_->opset, file_->batch, last_.contains(&node),
                                        drafts_, budget_, notes_};
            std::vector<Value> made;
            ConstantPtr constant;
            if (!reads_network && all_known && is_standard(node))
                constant = folded(node, imported.constants(), file_->opset, budget_);
            if (constant)
                made.push_back({constant, std::nullopt});
            else
                made = import_node(imported);
            for (std::size_t i = 0; i < made.size() && i < static_cast<std::size_t>(node.output_size()); ++i)
                values_[node.output(static_cast<int>(i))] = made[i];
        } catch (const Unsupported& unsupported) {
            problems_.push_back(
                {origin_ + ": " + node.op_type() + " \"" + name + "\"", unsupported.expected, unsupported.found, ""});
        } catch (const InputError& error) {
            for (auto problem : error.problems()) {
                if (!problem.place.starts_with(origin_)) problem.place = origin_ + ": " + problem.place;
                problems_.push_back(std::move(problem));
            }
        }
        if (problems_.size() >= most_problems) throw InputError(std::move(problems_));
    }
    [[nodiscard]] static bool is_standard(const onnx::NodeProto& node) {
        return node.domain().empty() || node.domain() == "ai.onnx";
    }
    [[nodiscard]] static bool is_supported(const onnx::NodeProto& node) {
        return is_standard(node) && is_known_operator(node.op_type());
    }

    [[nodiscard]] ImportedNetwork lowered(std::size_t last) {
        const auto ids = drafts_.finish(last);
        if (ids.front() != 0) throw InputError({origin_, "an output that depends on the input", "another", ""});
        const auto cut = cut_nodes(ids);
        const auto ends = is_ours() ? own_ends(ids, cut) : segment_ends(cut);
        UniqueNames unique("input"), unique_segments("input"), unique_in_file("images");
        auto names = names_of(ids, unique);
        Graph graph(file_->shape);
        Weights weights;
        for (std::size_t i = 1; i < ids.size(); ++i) {
            if (i == 1 || ends[i - 1]) graph.begin_segment(unique_segments.unique(segment_name(names, ends, i)));
            // A file names nodes behind their segments: there too they must differ.
            const std::string prefix = graph.segments().back() + ".";
            const auto in_file = [&] { return names[i].starts_with(prefix) ? names[i] : prefix + names[i]; };
            while (unique_in_file.unique(in_file()) != in_file()) names[i] = unique.unique(names[i]);
            auto draft = drafts_.take(ids[i]);
            std::vector<NodeId> inputs;
            for (const auto input : cut[i].inputs) inputs.push_back(static_cast<NodeId>(input));
            graph.add(names[i], draft.op, std::move(inputs));
            for (auto& [name, tensor] : draft.weights) weights[names[i] + "." + name] = std::move(tensor);
        }
        check_weights(graph, weights, origin_);
        check_macs(graph);
        const auto& model = file_->model;
        const std::string by = model.producer_version().empty() ? "" : " " + model.producer_version();
        return {std::move(graph),           std::move(weights), file_->input,     file_->output,
                model.producer_name() + by, file_->opset,       std::move(notes_)};
    }

    [[nodiscard]] bool is_ours() const { return file_->model.producer_name() == "hwnas"; }

    [[nodiscard]] std::vector<CutNode> cut_nodes(const std::vector<std::size_t>& ids) const {
        std::map<std::size_t, std::size_t> number_of;
        std::vector<CutNode> cut;
        for (const auto id : ids) {
            number_of[id] = cut.size();
            CutNode node{&drafts_.node(id).op, {}};
            for (const auto input : drafts_.node(id).inputs) node.inputs.push_back(number_of.at(input));
            cut.push_back(std::move(node));
        }
        return cut;
    }

    [[nodiscard]] std::vector<std::string> names_of(const std::vector<std::size_t>& ids, UniqueNames& unique) const {
        std::vector<std::string> names{"input"};
        for (std::size_t i = 1; i < ids.size(); ++i) {
            const auto& draft = drafts_.node(ids[i]);
            const bool as_it_is = is_ours() && !draft.name.empty();
            names.push_back(unique.unique(as_it_is ? draft.name : clean_name(draft.name, draft.type)));
        }
        return names;
    }

    /// Of the segment that begins with node `first`.
    [[nodiscard]] static std::string segment_name(const std::vector<std::string>& names, const std::vector<bool>& ends,
                                                  std::size_t first) {
        std::vector<std::string> inside;
        for (std::size_t i = first; i < names.size(); ++i) {
            inside.push_back(names[i]);
            if (ends[i]) break;
        }
        return common_name(inside);
    }

    /// Where a file that hwnas wrote says that segments end: `s00001`.
    [[nodiscard]] std::vector<bool> own_ends(const std::vector<std::size_t>& ids,
                                             const std::vector<CutNode>& cut) const {
        auto ends = bottlenecks(cut);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto& tensor = drafts_.node(ids[i]).tensor;
            ends[i] = ends[i] && tensor.size() == 6 && tensor[0] == 's' &&
                      tensor.find_first_not_of("0123456789", 1) == std::string::npos;
        }
        return ends;
    }

    /// Sums of more would not be held by 64 bits.
    void check_macs(const Graph& graph) const {
        double sum = 0;
        for (const auto& node : graph.nodes())
            sum += static_cast<double>(op::count_macs(node.op, graph.input_shapes(node), node.shape));
        if (!(sum < most_macs))
            throw InputError({origin_, "a network that can be run", "one of " + std::to_string(sum) + " MACs", ""});
    }

    static constexpr std::size_t most_problems = 1000;

    const std::string& origin_;
    std::unique_ptr<ModelFile> file_;
    Budget budget_;
    DraftNetwork drafts_;
    std::unordered_map<std::string, Value> values_;
    std::set<const onnx::NodeProto*> last_;
    std::vector<Problem> problems_;
    std::vector<std::string> notes_;
};

}  // namespace

ImportedNetwork read_onnx(std::string_view bytes, const std::string& origin) { return Import(bytes, origin).run(); }

}  // namespace hwnas
