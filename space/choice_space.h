#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json_reader.h"

namespace hwnas {

/// A named set of values to choose from: numbers or words. The name is unique in
/// its stage or space.
struct Choice {
    std::string name;
    std::vector<Json> values;
};

/// An encoding has a byte for each choice.
constexpr std::size_t most_choice_values = 255;

/// `1, 2, "none"`.
[[nodiscard]] std::string values_text(const std::vector<Json>& values);

/// For each choice of a space, in its order, the index of the chosen value.
using Encoding = std::vector<std::uint8_t>;

/// A point of a space: its canonical encoding and an id that is the same for all
/// encodings of the same thing, over runs, machines and JSON key order.
struct Architecture {
    Encoding encoding;
    std::string id;  ///< 16 hexadecimal digits

    friend bool operator==(const Architecture&, const Architecture&) = default;
};

/// What a strategy searches: choices, and which encodings mean the same.
class ChoiceSpace {
public:
    virtual ~ChoiceSpace() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual const std::vector<Choice>& choices() const = 0;
    /// Of all encodings of the same thing, the one that stands for them. Throws as `architecture`.
    [[nodiscard]] virtual Encoding canonical(const Encoding& encoding) const = 0;
    /// Canonical encoding and id. Throws InputError on an encoding of the wrong
    /// length or with a value out of range.
    [[nodiscard]] virtual Architecture architecture(const Encoding& encoding) const = 0;
    /// The chosen values by name, for people and files.
    [[nodiscard]] virtual Json choices_json(const Encoding& encoding) const = 0;
};

/// Throws InputError where the encoding does not fit the choices.
void check_encoding(const std::vector<Choice>& choices, const Encoding& encoding);

}  // namespace hwnas
