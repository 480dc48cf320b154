#pragma once

#include <string>
#include <vector>

#include "core/json_reader.h"
#include "space/stage_draft.h"

namespace hwnas {

/// Reads the stages of a space file, one after the other. Problems go to the document.
class StageReader {
public:
    /// What the space states for all stages.
    struct Scale {
        double width = 1;
        double depth = 1;
        std::int64_t divisor = 1;
        std::int64_t classes = 0;
    };
    /// `shared` must outlive this; what stages read of it is read into it.
    StageReader(Scale scale, std::vector<SharedChoice>& shared) : scale_(scale), shared_(&shared) {}

    /// Appends the stage to those that there are: one, or with `"per_layer": true` one for
    /// each layer, behind one that holds the choices that layers have in common.
    /// `name` is empty where the stage states it; `defaults` (null: none) holds for stages of
    /// its family.
    void read(const JsonValue& json, const std::string& name, FieldScope* defaults, std::vector<Stage>& stages);

private:
    void read_blocks(const std::optional<JsonValue>& given, const FieldScopes& scopes, StageDraft& draft) const;
    void read_extents(const StageTraits& traits, const FieldScopes& scopes, StageDraft& draft) const;
    void append_layers(const std::string& name, const JsonValue& json, StageDraft& draft, Stage common,
                       std::vector<Stage>& stages) const;

    Scale scale_;
    std::vector<SharedChoice>* shared_;
};

/// The names of families as files write them, and `one-of`.
[[nodiscard]] std::vector<std::string> family_words();

/// The family of a stage that chooses among `blocks`.
inline constexpr const char* one_of_family = "one-of";

/// The choices that stages of all families have: `stride_at`, `filters` and `layers`.
[[nodiscard]] std::vector<BlockField> common_choices();

}  // namespace hwnas
