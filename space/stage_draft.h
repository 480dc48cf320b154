#pragma once

#include <memory>
#include <string>
#include <vector>

#include "space/block_stage.h"
#include "space/stage_scope.h"

namespace hwnas {

/// A choice of the whole space, which its stages read: `resolution`, `width`, `depth`, or
/// a field that blocks have. Its position in an encoding is its number among them.
struct SharedChoice {
    Choice choice;
    JsonValue list;     ///< as written
    bool used = false;  ///< by some stage, and so read
};

/// The values of a choice, as a field reads them; problems go to the document.
[[nodiscard]] std::vector<Json> read_values(const JsonValue& list, const BlockField& field);

/// A stage while it is read.
class StageDraft {
public:
    /// `shared` must outlive this.
    explicit StageDraft(std::vector<SharedChoice>& shared) : shared_(&shared) {}

    [[nodiscard]] StagePlan& plan() { return plan_; }

    /// The family's fields from where they are stated, from what is chosen for all
    /// stages, or by themselves.
    void add_variant(std::string name, std::shared_ptr<const BlockFamily> family, const FieldScopes& scopes);
    /// A choice of this stage by its index: a new one, or more values for one that it has.
    std::size_t add_choice(const std::string& name, const std::vector<Json>& values);
    /// Whether all stages' choices have the field, whose source is then set.
    bool read_shared(ValueSource& source, const BlockField& field);
    /// Makes an earlier choice, by its position in an encoding, the source.
    void read_earlier(ValueSource& source, std::size_t position);
    /// The greatest value that a number may have. `earlier` are choices before this stage that
    /// are not the space's, the first of them at `position`.
    [[nodiscard]] double greatest(const ValueSource& source, const std::vector<Choice>& earlier,
                                  std::size_t position) const;

    [[nodiscard]] Stage finished(std::string name) const;

private:
    std::vector<SharedChoice>* shared_;
    StagePlan plan_;
    std::vector<std::size_t> reads_;
};

}  // namespace hwnas
