#include "job/op_table.h"

#include <algorithm>

namespace hwnas {
namespace {

/// Every key of an object but those that are read is for people.
void pass_over(JsonObject& object) {
    for (const auto& key : object.keys()) (void)object.optional(key);
}

std::vector<std::vector<double>> read_costs(const JsonValue& value, std::size_t ops) {
    std::vector<std::vector<double>> costs;
    for (const auto& row : value.items(1)) {
        costs.emplace_back();
        for (const auto& cost : row.items()) costs.back().push_back(cost.number());
        if (costs.back().size() != ops) row.problem(std::to_string(ops) + " costs, one an op");
        costs.back().resize(ops);
    }
    return costs;
}

}  // namespace

OpTable load_op_table(const std::filesystem::path& path, const std::string& device, const CategoricalSpace& space) {
    auto document = JsonDocument::load(path);
    OpTable table;
    {
        JsonObject root{JsonValue(document)};
        JsonObject shapes(root.required("space"));
        std::vector<std::string> ops;
        const auto op_list = shapes.required("ops");
        for (const auto& op : op_list.items(1)) ops.push_back(op.text());
        const auto layers = shapes.required("layer_to_shape");
        const auto layer_items = layers.items();
        if (layers.present() && layer_items.size() != space.choices().size())
            layers.problem(std::to_string(space.choices().size()) + " layers, as \"" + space.name() + "\" has choices");

        const auto devices = root.required("devices");
        JsonObject by_name(devices);
        const auto names = by_name.keys();
        if (devices.is_object() && std::find(names.begin(), names.end(), device) == names.end()) {
            const auto near = nearest_word(device, names);
            std::string known;
            for (const auto& name : names) known += (known.empty() ? "" : ", ") + name;
            document.add_problem(devices.pointer(), "a device \"" + device + "\"", known,
                                 near ? "did you mean \"" + *near + "\"?" : "");
        }
        document.throw_problems();
        JsonObject entry(by_name.required(device));
        table.unit = entry.required("unit").text();
        table.constant = entry.required("const_ms").number();
        const auto costs = read_costs(entry.required("cost_ms"), ops.size());

        for (std::size_t layer = 0; layer < layer_items.size() && !document.has_problems(); ++layer) {
            const auto shape =
                static_cast<std::size_t>(layer_items[layer].integer({0, static_cast<double>(costs.size()) - 1}));
            const auto& choice = space.choices()[layer];
            for (std::size_t value = 0; value < choice.values.size(); ++value) {
                const auto op = std::find_if(ops.begin(), ops.end(),
                                             [&](const std::string& name) { return choice.values[value] == name; });
                if (op == ops.end())
                    op_list.problem("the op " + choice.values[value].dump() + ", a value of " + choice.name);
                else if (shape < costs.size())
                    table.terms.push_back({{{layer, static_cast<std::uint8_t>(value)}},
                                           costs[shape][static_cast<std::size_t>(op - ops.begin())]});
            }
        }
        pass_over(entry);
        pass_over(by_name);
        pass_over(shapes);
        pass_over(root);
    }
    document.throw_problems();
    return table;
}

}  // namespace hwnas
