#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "space/stage.h"

namespace hwnas {

/// A stage's JSON, with the space's `stage_defaults` behind it.
class StageFields {
public:
    StageFields(JsonObject& own, JsonObject* defaults) : own_(&own), defaults_(defaults) {}
    [[nodiscard]] std::optional<JsonValue> optional(const std::string& key) const;
    [[nodiscard]] JsonValue required(const std::string& key) const;

private:
    JsonObject* own_;
    JsonObject* defaults_;
};

/// What a family needs to know of its space.
struct SpaceContext {
    std::int64_t classes = 0;
};

/// Reads a stage by its `family`; problems go to the document, and then null
/// may come back.
[[nodiscard]] std::shared_ptr<const BlockFamily> read_family(const StageFields& fields, const SpaceContext& context);
[[nodiscard]] std::vector<std::string> family_names();

/// The families, one file each.
[[nodiscard]] std::shared_ptr<const BlockFamily> read_conv_family(const StageFields&, const SpaceContext&);
[[nodiscard]] std::shared_ptr<const BlockFamily> read_mnasnet_family(const StageFields&, const SpaceContext&);
[[nodiscard]] std::shared_ptr<const BlockFamily> read_classifier_family(const StageFields&, const SpaceContext&);

}  // namespace hwnas
