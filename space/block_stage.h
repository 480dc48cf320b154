#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "space/block_family.h"
#include "space/stage.h"

namespace hwnas {

/// Where a value comes from: it is fixed, or one of the chosen.
struct ValueSource {
    Json fixed;
    std::optional<std::size_t> index;  ///< into ChosenValues

    [[nodiscard]] const Json& of(ChosenValues values) const { return index ? values[*index] : fixed; }
};

/// A family with the sources of its fields.
struct BlockVariant {
    std::string name;  ///< the value of the choice `block`, where there are several
    std::shared_ptr<const BlockFamily> family;
    std::vector<std::pair<std::string, ValueSource>> fields;
    /// Of a choice that variants share, the values that this one knows.
    std::vector<std::pair<std::size_t, std::vector<Json>>> known;
};

/// What all families' stages have in common.
struct StagePlan {
    std::int64_t filters = 0;
    std::int64_t layers = 1;
    std::int64_t stride = 1;
    std::int64_t divisor = 1;  ///< to whose multiples channels are rounded
    std::int64_t classes = 0;
    ValueSource filters_factor{1.0, {}};
    ValueSource layers_added{0, {}};
    ValueSource stride_at{0, {}};  ///< number of the layer that strides; below 0 from the end
    ValueSource width{1.0, {}};    ///< the space's factors
    ValueSource depth{1.0, {}};
    ValueSource block;  ///< name of the variant, where there are several
    std::vector<BlockVariant> variants;
    std::optional<std::int64_t> only_layer;  ///< where each layer is a stage of its own
    std::vector<Choice> choices;
};

/// A stage of layers of one family, or of several between which it chooses. All layers
/// share the choices and have the same filters; one of them strides.
class BlockStage : public StageBuilder {
public:
    explicit BlockStage(StagePlan plan) : plan_(std::move(plan)) {}

    [[nodiscard]] std::vector<Choice> choices() const override { return plan_.choices; }
    void append(Graph& graph, const std::string& stage, ChosenValues values) const override;
    [[nodiscard]] Json effect(ChosenValues read) const override;

private:
    [[nodiscard]] std::int64_t layer_count(ChosenValues values) const;
    [[nodiscard]] std::int64_t filters(ChosenValues values) const;
    [[nodiscard]] std::int64_t scaled(double channels, ChosenValues values) const;
    /// All values that fields which are channels may have, as far as `values` say.
    [[nodiscard]] std::vector<double> scaled_fields(ChosenValues values) const;
    [[nodiscard]] const BlockVariant& variant(const std::string& stage, ChosenValues values) const;

    StagePlan plan_;
};

}  // namespace hwnas
