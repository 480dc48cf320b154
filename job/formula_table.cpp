#include "job/formula_table.h"

#include <algorithm>
#include <array>

namespace hwnas {
namespace {

using Term = ChoiceTable::Term;

/// Adds `name` = `value` to a term; problems go to the values' document.
void add_condition(Term& term, const std::string& name, const JsonValue& place, const JsonValue& value,
                   const CategoricalSpace& space) {
    const auto choice = find_choice(space.choices(), name, place);
    if (!choice) return;
    const auto& values = space.choices()[*choice].values;
    const auto found = std::find(values.begin(), values.end(), value.json());
    if (found == values.end())
        value.problem("one of " + values_text(values) + ", the values of " + name);
    else
        term.conditions.emplace_back(*choice, static_cast<std::uint8_t>(found - values.begin()));
}

/// Pairs of choice and value, and the figure behind them.
void read_conditions(JsonObject& object, const char* key, std::size_t conditions, const CategoricalSpace& space,
                     std::vector<Term>& terms) {
    for (const auto& row : object.required(key).items()) {
        const auto cells = row.items();
        if (cells.size() != 2 * conditions + 1) {
            row.problem(std::to_string(conditions) + " pairs of a choice and its value, and a figure");
            continue;
        }
        Term term;
        for (std::size_t i = 0; i < conditions; ++i)
            add_condition(term, cells[2 * i].text(), cells[2 * i], cells[2 * i + 1], space);
        term.value = cells.back().number();
        terms.push_back(std::move(term));
    }
}

void read_blocks(JsonObject& object, const CategoricalSpace& space, std::vector<Term>& terms) {
    constexpr std::array choices{"e", "k", "se"};
    for (const auto& row : object.required("rows").items(1)) {
        const auto cells = row.items();
        if (cells.size() != 6) {
            row.problem("a block, \"first\" or \"rest\", values of e, k and se, and a figure");
            continue;
        }
        const std::string block = "b" + std::to_string(cells[0].integer({0, 1000})) + "_";
        const bool first = cells[1].one_of({"first", "rest"}) == "first";
        Term term;
        for (std::size_t i = 0; i < choices.size(); ++i)
            add_condition(term, block + choices[i], row, cells[2 + i], space);
        const double figure = cells[5].number();
        if (first) {
            term.value = figure;
            terms.push_back(std::move(term));
            continue;
        }
        const auto layers = find_choice(space.choices(), block + "l", row);
        if (!layers) continue;
        const auto& numbers = space.choices()[*layers].values;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (!numbers[i].is_number()) {
                row.problem("numbers of layers as the values of " + block + "l");
                break;
            }
            Term with_layers = term;
            with_layers.conditions.emplace_back(*layers, static_cast<std::uint8_t>(i));
            with_layers.value = figure * (numbers[i].get<double>() - 1);
            if (with_layers.value != 0) terms.push_back(std::move(with_layers));
        }
    }
}

}  // namespace

OpTable load_formula_table(const std::filesystem::path& path, const std::string& of, const CategoricalSpace& space) {
    auto document = JsonDocument::load(path);
    OpTable table;
    {
        // What else the file says is for people.
        JsonObject root{JsonValue(document)};
        for (const auto& key : root.keys())
            if (key != of) (void)root.optional(key);
        const auto entry = root.required(of);
        JsonObject object(entry);
        const bool of_blocks = entry.is_object() && entry.json().contains("rows");
        if (of_blocks) {
            table.constant = object.number("const", 0);
            read_blocks(object, space, table.terms);
        } else {
            table.constant = object.number("intercept", 0);
            read_conditions(object, "main", 1, space, table.terms);
            read_conditions(object, "pairs", 2, space, table.terms);
        }
        for (const auto& key : object.keys()) (void)object.optional(key);
    }
    document.throw_problems();
    return table;
}

}  // namespace hwnas
