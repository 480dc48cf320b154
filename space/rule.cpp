#include "space/rule.h"

#include <algorithm>

namespace hwnas {
namespace {

bool all_hold(const std::vector<Condition>& conditions, const Shape& entering, ChosenValues values) {
    return std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return condition.holds(entering, values); });
}

}  // namespace

bool ValueTest::holds(const Json& value) const {
    if (!one_of.empty() && std::find(one_of.begin(), one_of.end(), value) == one_of.end()) return false;
    if (!least && !most) return true;
    if (!value.is_number()) return false;
    const auto number = value.get<double>();
    return (!least || number >= *least) && (!most || number <= *most);
}

ValueTest ValueTest::read(const JsonValue& value) {
    ValueTest test;
    if (value.is_object()) {
        JsonObject bounds(value);
        if (const auto least = bounds.optional("least")) test.least = least->number();
        if (const auto most = bounds.optional("most")) test.most = most->number();
        if (!test.least && !test.most) value.problem(R"({"least": NUMBER}, {"most": NUMBER} or both)");
    } else if (value.present() && value.json().is_array()) {
        for (const auto& item : value.items(1)) test.one_of.push_back(item.json());
    } else if (value.present()) {
        test.one_of.push_back(value.json());
    }
    for (const auto& item : test.one_of)
        if (item.is_structured() || item.is_null())
            value.problem(R"(a value, a list of values, or {"least": NUMBER, "most": NUMBER})");
    return test;
}

bool Condition::holds(const Shape& entering, ChosenValues values) const {
    switch (subject) {
        case Subject::resolution:
            return entering.size() == 3 && test.holds(std::min(entering[1], entering[2]));
        case Subject::channels:
            return test.holds(entering[0]);
        case Subject::choice:
            break;
    }
    return test.holds(values[index]);
}

bool Rule::holds(const Shape& entering, ChosenValues values) const {
    return !all_hold(where, entering, values) || all_hold(require, entering, values);
}

}  // namespace hwnas
