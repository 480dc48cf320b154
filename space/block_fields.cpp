#include <cmath>

#include "core/error.h"
#include "space/block_family.h"

namespace hwnas {
namespace {

const char* const no_activation = "none";

Json bounded(const char* type, const Range& range) {
    Json schema{{"type", type}};
    const auto plain = [](double bound) {
        return bound == std::floor(bound) ? Json(static_cast<std::int64_t>(bound)) : Json(bound);
    };
    if (std::isfinite(range.least)) schema["minimum"] = plain(range.least);
    if (std::isfinite(range.most)) schema["maximum"] = plain(range.most);
    return schema;
}

}  // namespace

namespace fields {

BlockField whole(std::string name, Range range, Json otherwise, std::string help) {
    return {std::move(name), std::move(help), std::move(otherwise), bounded("integer", range),
            [range](const JsonValue& value) { return Json(value.integer(range)); }};
}

BlockField real(std::string name, Range range, Json otherwise, std::string help) {
    return {std::move(name), std::move(help), std::move(otherwise), bounded("number", range),
            [range](const JsonValue& value) { return Json(value.number(range)); }};
}

BlockField word(std::string name, std::vector<std::string> words, Json otherwise, std::string help) {
    Json schema{{"enum", words}};
    return {std::move(name), std::move(help), std::move(otherwise), std::move(schema),
            [words = std::move(words)](const JsonValue& value) { return Json(value.one_of(words)); }};
}

BlockField flag(std::string name, bool otherwise, std::string help) {
    return {std::move(name), std::move(help), otherwise, {{"type", "boolean"}}, [](const JsonValue& value) {
                return Json(value.boolean());
            }};
}

BlockField kernel(std::int64_t otherwise, std::string name) {
    return {std::move(name),
            "height and width of the convolution, odd",
            otherwise,
            // An odd number in a schema: multiples of two are refused.
            {{"type", "integer"}, {"minimum", 1}, {"maximum", 63}, {"not", {{"multipleOf", 2}}}},
            [](const JsonValue& value) {
                const auto extent = value.integer({1, 63});
                if (extent % 2 == 0) value.problem("an odd kernel, which same padding needs");
                return Json(extent);
            }};
}

BlockField activation(std::string otherwise) {
    return word("activation", op::activation_names(), std::move(otherwise), "what follows the convolutions");
}

BlockField optional_activation(std::string otherwise) {
    auto words = op::activation_names();
    words.emplace_back(no_activation);
    return word("activation", std::move(words), std::move(otherwise), "what follows the convolution");
}

}  // namespace fields

std::optional<op::Activation::Kind> Block::optional_activation() const {
    const auto& chosen = word("activation");
    if (chosen == no_activation) return std::nullopt;
    return op::activation_named(chosen);
}

op::Activation::Kind Block::activation() const {
    const auto kind = optional_activation();
    if (!kind) fail("an activation", no_activation);
    return *kind;
}

void Block::fail(std::string expected, std::string found) const {
    throw InputError({"block \"" + name + "\"", std::move(expected), std::move(found), ""});
}

}  // namespace hwnas
