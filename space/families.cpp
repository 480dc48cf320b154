#include "space/families.h"

#include <array>

namespace hwnas {
namespace {

struct NamedFamily {
    const char* name;
    std::shared_ptr<const BlockFamily> (*read)(const StageFields&, const SpaceContext&);
};

constexpr std::array<NamedFamily, 3> families{{
    {"classifier", read_classifier_family},
    {"conv", read_conv_family},
    {"mnasnet", read_mnasnet_family},
}};

}  // namespace

std::optional<JsonValue> StageFields::optional(const std::string& key) const {
    auto own = own_->optional(key);
    if (defaults_ == nullptr) return own;
    auto inherited = defaults_->optional(key);
    return own ? own : inherited;
}

JsonValue StageFields::required(const std::string& key) const {
    if (auto value = optional(key)) return *value;
    return own_->required(key);
}

std::vector<std::string> family_names() {
    std::vector<std::string> names;
    for (const auto& family : families) names.emplace_back(family.name);
    return names;
}

std::shared_ptr<const BlockFamily> read_family(const StageFields& fields, const SpaceContext& context) {
    const JsonValue word = fields.required("family");
    const std::string name = word.one_of(family_names());
    for (const auto& family : families)
        if (word.is_string() && word.json() == family.name) return family.read(fields, context);
    return nullptr;
}

}  // namespace hwnas
