#include <algorithm>
#include <cmath>
#include <set>

#include "space/families.h"
#include "space/layers.h"

namespace hwnas {
namespace {

/// MnasNet's block (arXiv 1807.11626, section 4.1): `layers` copies of one layer
/// that share all choices; the first alone may stride and change the channels.
///
/// Choices: `op` (conv, sepconv, mbconvN with expansion N), `kernel`,
/// `se_ratio` (of the layer's input channels, as in the paper's code; 0 for
/// none), `skip` (none, identity, pool), `filters` (a multiplier of the stage's
/// own) and `layers` (added to the stage's own; never fewer than one).
/// A skip needs as many channels out as in, identity also stride 1; where that
/// does not hold the layer has none. Pooling is the 3x3 average with the
/// layer's stride.
class MnasnetFamily final : public BlockFamily {
public:
    explicit MnasnetFamily(const StageFields& fields) {
        filters_ = fields.required("filters").integer({1, 65536});
        layers_ = fields.required("layers").integer({1, 64});
        if (const auto value = fields.optional("stride")) stride_ = value->integer({1, 8});
        if (const auto value = fields.optional("activation")) activation_ = op::activation_from_json(*value);
        read_choices(fields.required("choices"));
    }

    std::vector<Choice> choices() const override { return choices_; }

    void append(Graph& graph, const std::string& stage, ChosenValues values) const override {
        const std::string op = values[0].get<std::string>();
        const auto filters =
            std::max<std::int64_t>(1, std::llround(static_cast<double>(filters_) * values[4].get<double>()));
        const auto layers = std::max<std::int64_t>(1, layers_ + values[5].get<std::int64_t>());
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            const std::string name = stage + "." + std::to_string(layer);
            graph.begin_segment(name);
            append_layer(graph, name, op, filters, layer == 0 ? stride_ : 1, values);
        }
    }

private:
    void read_choices(const JsonValue& value) {
        const auto whole = [](Range range) {
            return [range](const JsonValue& item) { return Json(item.integer(range)); };
        };
        const auto real = [](Range range) {
            return [range](const JsonValue& item) { return Json(item.number(range)); };
        };
        const auto odd = [](const JsonValue& item) {
            const auto kernel = item.integer({1, 31});
            if (kernel % 2 == 0) item.problem("an odd kernel, which same padding needs");
            return Json(kernel);
        };
        const auto skip = [](const JsonValue& item) { return Json(item.one_of({"none", "identity", "pool"})); };
        JsonObject object(value);
        read_choice(object, "op", [](const JsonValue& item) { return read_op(item); });
        read_choice(object, "kernel", odd);
        read_choice(object, "se_ratio", real({0, 1}));
        read_choice(object, "skip", skip);
        read_choice(object, "filters", real({0.01, 100}));
        read_choice(object, "layers", whole({-64, 64}));
    }

    template <typename Read>
    void read_choice(JsonObject& object, const std::string& name, const Read& read) {
        Choice choice{name, {}};
        std::set<Json> seen;
        const JsonValue list = object.required(name);
        for (const auto& item : list.items(1)) {
            choice.values.push_back(read(item));
            if (!seen.insert(choice.values.back()).second) item.problem("values that differ");
        }
        if (choice.values.size() > 255) list.problem("at most 255 values");
        choices_.push_back(std::move(choice));
    }

    /// The expansion of `mbconvN`, 0 where the word is none.
    static std::int64_t expansion_of(const std::string& op) {
        if (!op.starts_with("mbconv") || op.size() < 7 || op.size() > 8) return 0;
        std::int64_t expansion = 0;
        for (const char c : op.substr(6)) {
            if (c < '0' || c > '9') return 0;
            expansion = expansion * 10 + (c - '0');
        }
        return expansion;
    }

    static Json read_op(const JsonValue& item) {
        const std::string op = item.text();
        if (item.is_string() && op != "conv" && op != "sepconv" && expansion_of(op) == 0)
            item.problem(R"("conv", "sepconv" or "mbconvN" with an expansion N from 1 to 99)");
        return op;
    }

    void append_layer(Graph& graph, const std::string& name, const std::string& op, std::int64_t filters,
                      std::int64_t stride, ChosenValues values) const {
        const NodeId input = graph.output();
        const std::int64_t channels = graph.shape(input)[0];
        const auto kernel = values[1].get<std::int64_t>();
        const auto excite = [&](NodeId node) {
            const double ratio = values[2].get<double>();
            if (ratio <= 0) return node;
            const auto squeezed = static_cast<std::int64_t>(static_cast<double>(channels) * ratio);
            return layers::squeeze_and_excite(graph, name + ".se", node, std::max<std::int64_t>(1, squeezed));
        };
        NodeId node = input;
        if (op == "conv") {
            node = excite(layers::conv_norm(graph, name + ".conv", node, {filters, kernel, stride, 1}, activation_));
        } else {
            const std::int64_t expanded = op == "sepconv" ? channels : channels * expansion_of(op);
            if (op != "sepconv")
                node = layers::conv_norm(graph, name + ".expand", node, {expanded, 1, 1, 1}, activation_);
            node = excite(
                layers::conv_norm(graph, name + ".depthwise", node, {expanded, kernel, stride, expanded}, activation_));
            node = layers::conv_norm(graph, name + ".project", node, {filters, 1, 1, 1}, std::nullopt);
        }
        append_skip(graph, name, input, node, stride, values[3].get<std::string>());
    }

    static void append_skip(Graph& graph, const std::string& name, NodeId input, NodeId node, std::int64_t stride,
                            const std::string& skip) {
        if (graph.shape(input)[0] != graph.shape(node)[0]) return;
        if (skip == "identity" && stride == 1) graph.add(name + ".add", op::Add{}, {node, input});
        if (skip == "pool") {
            const op::Pool pool{op::Pool::Kind::average, {3, 3}, {stride, stride}, {1, 1, 1, 1}};
            const NodeId pooled = graph.add(name + ".pool", pool, {input});
            graph.add(name + ".add", op::Add{}, {node, pooled});
        }
    }

    std::int64_t filters_ = 0;
    std::int64_t layers_ = 0;
    std::int64_t stride_ = 1;
    op::Activation::Kind activation_ = op::Activation::Kind::relu;
    std::vector<Choice> choices_;
};

}  // namespace

std::shared_ptr<const BlockFamily> read_mnasnet_family(const StageFields& fields, const SpaceContext&) {
    return std::make_shared<MnasnetFamily>(fields);
}

}  // namespace hwnas
