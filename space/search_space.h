#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"
#include "space/stage.h"

namespace hwnas {

/// A chain of stages between an input shape and class scores. Each stage has
/// choices of its own; what flows between stages is one tensor. A first stage without
/// nodes, `shared`, has the choices that are the whole space's.
class SearchSpace {
public:
    SearchSpace() = default;
    /// Stages whose names differ, fit to be lowered one behind the other.
    SearchSpace(std::string name, Shape input, std::int64_t classes, std::vector<Stage> stages);
    void set_reference(std::string name, Encoding reference);

    /// Reads `configs/spaces/*.json`, of any type with networks, or a network of
    /// `configs/networks/*.json`, which is a space without choices; throws InputError
    /// with all problems.
    static SearchSpace load(const std::filesystem::path& path);
    /// Problems go to the value's document, to whose folder other files are relative.
    static SearchSpace read(const JsonValue& value);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Where the resolution is a choice, the shape that the file states.
    [[nodiscard]] const Shape& input() const { return input_; }
    /// The shape that enters the network of an encoding (of which only the whole space's
    /// choices are read).
    [[nodiscard]] Shape input_of(std::span<const std::uint8_t> encoding) const;
    [[nodiscard]] bool chooses_resolution() const { return resolution_.has_value(); }
    [[nodiscard]] std::int64_t classes() const { return classes_; }
    [[nodiscard]] const std::vector<Stage>& stages() const { return stages_; }
    /// All stages' choices, in order, named `STAGE.CHOICE`.
    [[nodiscard]] const std::vector<Choice>& choices() const { return choices_; }
    /// Where a stage's choices start in an encoding.
    [[nodiscard]] std::size_t first_choice(std::size_t stage) const { return first_choice_[stage]; }
    /// Product of the choices' sizes (a double: MnasNet's space has 10^18).
    [[nodiscard]] double encoding_count() const;
    /// The published network that this space was built around, if it names one.
    [[nodiscard]] const std::string& reference_name() const { return reference_name_; }
    [[nodiscard]] const Encoding& reference() const { return reference_; }

    /// The network of an encoding. The output is the class scores (logits). Throws
    /// InputError where a rule is broken, or values do not go together.
    [[nodiscard]] Graph lower(const Encoding& encoding) const;

    /// `{"stage1": {"op": "mbconv3", "kernel": 5, ...}, ...}`
    [[nodiscard]] Json to_json(const Encoding& encoding) const;
    /// Reads what `to_json` writes; problems go to the value's document.
    [[nodiscard]] Encoding from_json(const JsonValue& value) const;

private:
    void read_stages(JsonObject& object, const JsonValue& value);
    void read_reference(JsonObject& object);
    void gather_choices();

    std::string name_;
    Shape input_;
    std::int64_t classes_ = 0;
    std::vector<Stage> stages_;
    std::vector<Choice> choices_;
    std::vector<std::size_t> first_choice_;
    std::optional<std::size_t> resolution_;  ///< position of the choice
    std::string reference_name_;
    Encoding reference_;
};

/// Appends a stage to a network, `values` being those of its choices and of what it reads.
/// Throws InputError where a rule is broken, or values and shape do not go together.
void append_stage(Graph& graph, const Stage& stage, ChosenValues values);

}  // namespace hwnas
