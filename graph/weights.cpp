#include "graph/weights.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "core/sha256.h"

namespace hwnas {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

[[noreturn]] void broken(const std::string& origin, const std::string& expected, const std::string& found) {
    throw InputError({origin, expected, found, "the file is damaged or is no safetensors file"});
}

Tensor read_tensor(const Json& entry, std::string_view data, const std::string& place) {
    const auto unsigned_list = [&](const char* key) {
        const auto found = entry.find(key);
        if (found == entry.end() || !found->is_array() ||
            !std::all_of(found->begin(), found->end(), [](const Json& j) { return j.is_number_unsigned(); }))
            broken(place, std::string("\"") + key + "\" as a list of whole numbers", entry.dump());
        return found->get<std::vector<std::uint64_t>>();
    };
    if (!entry.is_object() || entry.value("dtype", Json()) != "F32")
        broken(place, "a tensor of dtype F32", entry.dump());
    Tensor tensor;
    std::uint64_t elements = 1;
    for (const auto extent : unsigned_list("shape")) {
        if (extent > data.size() || elements > data.size())
            broken(place, "a shape no larger than the file", entry.dump());
        elements *= extent;
        tensor.shape.push_back(static_cast<std::int64_t>(extent));
    }
    const auto offsets = unsigned_list("data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size() || elements > data.size() ||
        offsets[1] - offsets[0] != elements * sizeof(float))
        broken(place, "offsets inside the file that fit the shape", entry.dump());
    tensor.values.resize(elements);
    if (elements > 0) std::memcpy(tensor.values.data(), data.data() + offsets[0], elements * sizeof(float));
    return tensor;
}

}  // namespace

std::vector<NamedWeightSpec> weight_specs(const Graph& graph) {
    std::vector<NamedWeightSpec> specs;
    for (const auto& node : graph.nodes())
        for (auto& spec : op::weight_specs(node.op, graph.input_shapes(node)))
            specs.push_back({node.name + "." + spec.name, std::move(spec.shape), spec.trainable});
    return specs;
}

void check_weights(const Graph& graph, const Weights& weights, const std::string& origin, Wanted wanted) {
    std::vector<Problem> problems;
    std::size_t known = 0;
    const auto specs = weight_specs(graph);
    for (const auto& spec : specs) {
        const auto found = weights.find(spec.name);
        if (found == weights.end()) {
            if (wanted == Wanted::all) problems.push_back({origin, "a tensor \"" + spec.name + "\"", "none", ""});
            continue;
        }
        ++known;
        if (found->second.shape != spec.shape)
            problems.push_back({origin + ": " + spec.name, to_string(spec.shape), to_string(found->second.shape), ""});
    }
    if (known < weights.size())
        for (const auto& [name, tensor] : weights)
            if (std::none_of(specs.begin(), specs.end(),
                             [&name = name](const auto& spec) { return spec.name == name; }))
                problems.push_back({origin, "tensors of the network alone", "\"" + name + "\"", ""});
    if (!problems.empty()) throw InputError(std::move(problems));
}

std::string to_safetensors(const Weights& weights, const std::map<std::string, std::string>& metadata) {
    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : weights) {
        const std::uint64_t end = offset + tensor.values.size() * sizeof(float);
        header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');  // the format aligns the data
    const std::uint64_t length = text.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    bytes.reserve(bytes.size() + text.size() + offset);
    bytes += text;
    for (const auto& [name, tensor] : weights)
        bytes.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    return bytes;
}

Weights from_safetensors(std::string_view bytes, const std::string& origin) {
    std::uint64_t length = 0;
    if (bytes.size() < sizeof length) broken(origin, "at least 8 bytes", std::to_string(bytes.size()));
    std::memcpy(&length, bytes.data(), sizeof length);
    bytes.remove_prefix(sizeof length);
    if (length > bytes.size())
        broken(origin, "a header of at most " + std::to_string(bytes.size()) + " bytes", std::to_string(length));
    const Json header = Json::parse(bytes.substr(0, length), nullptr, false);
    bytes.remove_prefix(length);
    if (!header.is_object()) broken(origin, "a header that is a JSON object", "something else");
    Weights weights;
    for (const auto& [name, entry] : header.items())
        if (name != "__metadata__") weights[name] = read_tensor(entry, bytes, origin + ": " + name);
    return weights;
}

std::string store_weights(const std::filesystem::path& folder, const Weights& weights) {
    const std::string bytes = to_safetensors(weights);
    const std::string hash = sha256_hex(bytes);
    const auto path = folder / (hash + ".safetensors");
    if (!std::filesystem::exists(path)) write_file_durably(path, bytes);
    return hash;
}

Weights load_weights(const std::filesystem::path& folder, const std::string& hash) {
    const auto path = folder / (hash + ".safetensors");
    const std::string bytes = read_file(path);
    if (const std::string actual = sha256_hex(bytes); actual != hash)
        throw InputError({path.string(), "content of the hash that names it", actual, "the file is damaged"});
    return from_safetensors(bytes, path.string());
}

}  // namespace hwnas
