#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json_reader.h"
#include "space/choice_space.h"

namespace hwnas {

/// What the file of a space describes: networks (`"type": "network"`, or `"widths"` of a
/// given one), or named choices.
enum class SpaceKind { network, categorical };

/// Reads `type` of a space's file; without one it is `network`. Any other word is
/// a problem of the value's document.
[[nodiscard]] SpaceKind read_space_kind(const JsonValue& space);

/// Named choices with no network behind them: what a table of published results,
/// or a program of the user's, knows more about.
class CategoricalSpace : public ChoiceSpace {
public:
    /// Where this value stands among these choices makes no difference.
    struct Interchangeable {
        std::vector<std::size_t> choices;  ///< ascending; all with the same values
        std::uint8_t value = 0;            ///< index
    };

    /// Reads a file such as `configs/spaces/nas-bench-macro.json`; throws InputError
    /// with all problems.
    static CategoricalSpace load(const std::filesystem::path& path);
    /// Problems go to the value's document.
    static CategoricalSpace read(const JsonValue& value);

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const std::vector<Choice>& choices() const override { return choices_; }
    /// The id is the start of the SHA-256 of the canonical `choices_json`, its keys
    /// sorted and without spaces.
    [[nodiscard]] Architecture architecture(const Encoding& encoding) const override;
    /// `{"CHOICE": VALUE, ...}`
    [[nodiscard]] Json choices_json(const Encoding& encoding) const override;
    /// Reads what `choices_json` writes; problems go to the value's document.
    [[nodiscard]] Encoding from_json(const JsonValue& value) const;

    /// Interchangeable values moved behind the others, whose order stays.
    [[nodiscard]] Encoding canonical(const Encoding& encoding) const override;
    /// No choice is in two of them.
    [[nodiscard]] const std::vector<Interchangeable>& interchangeable() const { return interchangeable_; }
    /// Product of the choices' sizes (a double: it may be 10^18).
    [[nodiscard]] double encoding_count() const;
    /// Number of architectures that differ.
    [[nodiscard]] double architecture_count() const;

private:
    void read_choice(const JsonValue& value);
    void read_interchangeable(const JsonValue& value);

    std::string name_;
    std::vector<Choice> choices_;
    std::vector<Interchangeable> interchangeable_;
};

/// The index of a choice by name; where there is none, the problem names the nearest.
[[nodiscard]] std::optional<std::size_t> find_choice(const std::vector<Choice>& choices, const std::string& name,
                                                     const JsonValue& place);
/// The index of a value of a choice; where there is none, the problem lists those that there are.
[[nodiscard]] std::optional<std::uint8_t> find_value(const Choice& choice, const JsonValue& value);

}  // namespace hwnas
