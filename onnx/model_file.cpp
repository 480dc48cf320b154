#include "onnx/model_file.h"

#include <functional>
#include <limits>
#include <queue>
#include <unordered_map>

#include "core/error.h"
#include "onnx/message_limits.h"

namespace hwnas {
namespace {

constexpr std::int64_t oldest_opset = 7, newest_opset = 21;
constexpr int most_file_nodes = 200'000;

void read_opset(ModelFile& file, const std::string& origin) {
    for (const auto& import : file.model.opset_import())
        if (import.domain().empty() || import.domain() == "ai.onnx") file.opset = import.version();
    if (file.opset < oldest_opset || file.opset > newest_opset)
        throw InputError({origin, "opset " + std::to_string(oldest_opset) + " to " + std::to_string(newest_opset),
                          file.opset == 0 ? "none" : std::to_string(file.opset),
                          "export with another one, 17 for instance, or convert the file (onnx.version_converter)"});
}

void read_input(ModelFile& file, const std::string& origin) {
    const auto& graph = file.model.graph();
    const onnx::ValueInfoProto* input = nullptr;
    std::string names;
    int inputs = 0;
    for (const auto& value : graph.input()) {
        if (file.weights.contains(value.name())) continue;
        names += (names.empty() ? "\"" : ", \"") + value.name() + "\"";
        input = &value;
        ++inputs;
    }
    if (inputs != 1)
        throw InputError(
            {origin, "one input tensor", inputs == 0 ? "none" : names, "only networks of images are read"});
    file.input = input->name();
    const std::string place = origin + ": input \"" + file.input + "\"";
    const auto& type = input->type().tensor_type();
    const auto kind = type.elem_type();
    if (kind != onnx::TensorProto::FLOAT && kind != onnx::TensorProto::FLOAT16 && kind != onnx::TensorProto::DOUBLE)
        throw InputError({place, "floats", "element type " + std::to_string(kind), ""});
    const auto& dims = type.shape().dim();
    if (dims.size() != 4 && dims.size() != 2)
        throw InputError({place, "batch x channels x height x width, or batch x features",
                          std::to_string(dims.size()) + " axes", ""});
    if (dims[0].has_dim_value() && dims[0].dim_value() > 0) file.batch = dims[0].dim_value();
    for (int i = 1; i < dims.size(); ++i) {
        if (!dims[i].has_dim_value() || dims[i].dim_value() < 1 || dims[i].dim_value() > (1 << 24))
            throw InputError({place, "a fixed size",
                              dims[i].has_dim_value() ? std::to_string(dims[i].dim_value())
                                                      : "axis " + std::to_string(i) + " left open",
                              "export with one height and width, and only the batch open"});
        file.shape.push_back(dims[i].dim_value());
    }
}

void read_output(ModelFile& file, const std::string& origin) {
    const auto& outputs = file.model.graph().output();
    if (outputs.size() != 1)
        throw InputError({origin, "one output tensor", std::to_string(outputs.size()),
                          "export the network without its other outputs"});
    file.output = outputs[0].name();
}

/// Who makes which tensor.
class Makers {
public:
    Makers(const ModelFile& file, const std::string& origin) : file_(file), origin_(origin) {
        const auto& nodes = file.model.graph().node();
        for (int i = 0; i < nodes.size(); ++i)
            for (const auto& name : nodes[i].output()) {
                if (name.empty()) continue;
                const bool taken = name == file.input || file.weights.contains(name);
                if (taken || !by_tensor_.emplace(name, i).second)
                    throw InputError({origin, "each tensor made once", "a second \"" + name + "\"", ""});
            }
    }
    [[nodiscard]] std::optional<int> of(const std::string& tensor) const {
        const auto found = by_tensor_.find(tensor);
        return found == by_tensor_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] const onnx::NodeProto& node(int i) const { return file_.model.graph().node(i); }

    /// Numbers of the nodes that the output needs, in no order.
    [[nodiscard]] std::vector<int> needed() const {
        std::vector<Problem> problems;
        std::vector<bool> seen(static_cast<std::size_t>(file_.model.graph().node_size()), false);
        std::vector<int> found, open;
        const auto visit = [&](const std::string& tensor, const std::string& reader) {
            if (tensor.empty() || tensor == file_.input || file_.weights.contains(tensor)) return;
            const auto maker = of(tensor);
            if (!maker) {
                problems.push_back({origin_ + ": " + reader, "tensors that a node makes", "\"" + tensor + "\"", ""});
            } else if (!seen[static_cast<std::size_t>(*maker)]) {
                seen[static_cast<std::size_t>(*maker)] = true;
                open.push_back(*maker);
            }
        };
        visit(file_.output, "the output");
        while (!open.empty()) {
            const int i = open.back();
            open.pop_back();
            found.push_back(i);
            for (const auto& input : node(i).input()) visit(input, "node \"" + node(i).name() + "\"");
        }
        if (!problems.empty()) throw InputError(std::move(problems));
        return found;
    }

private:
    const ModelFile& file_;
    const std::string& origin_;
    std::unordered_map<std::string, int> by_tensor_;
};

/// Kahn's algorithm, in the file's order wherever that is one.
void order_nodes(ModelFile& file, const std::string& origin) {
    const Makers makers(file, origin);
    const auto needed = makers.needed();
    std::unordered_map<int, std::vector<int>> readers;
    std::unordered_map<int, int> waiting;
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (const int i : needed) {
        int waits = 0;
        for (const auto& input : makers.node(i).input())
            if (const auto maker = makers.of(input)) {
                readers[*maker].push_back(i);
                ++waits;
            }
        waiting[i] = waits;
        if (waits == 0) ready.push(i);
    }
    while (!ready.empty()) {
        const int i = ready.top();
        ready.pop();
        file.nodes.push_back(&makers.node(i));
        for (const int reader : readers[i])
            if (--waiting[reader] == 0) ready.push(reader);
    }
    if (file.nodes.size() < needed.size())
        throw InputError({origin, "nodes in an order", "nodes that wait for each other", "the file is damaged"});
}

}  // namespace

std::unique_ptr<ModelFile> parse_model(std::string_view bytes, const std::string& origin) {
    check_message_count(bytes, origin);
    auto file = std::make_unique<ModelFile>();
    const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (!fits || !file->model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !file->model.has_graph())
        throw InputError({origin, "an ONNX model", "something else", "the file is damaged or is no ONNX file"});
    const auto& graph = file->model.graph();
    if (graph.node_size() > most_file_nodes)
        throw InputError(
            {origin, "at most " + std::to_string(most_file_nodes) + " nodes", std::to_string(graph.node_size()), ""});
    read_opset(*file, origin);
    for (const auto& tensor : graph.initializer()) file->weights.emplace(tensor.name(), &tensor);
    read_input(*file, origin);
    read_output(*file, origin);
    order_nodes(*file, origin);
    return file;
}

}  // namespace hwnas
