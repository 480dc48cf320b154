#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_reader.h"
#include "graph/graph.h"

namespace hwnas {

/// Something that a family's blocks can be told: a fixed value of a stage, or a choice.
struct BlockField {
    std::string name;
    std::string help;
    Json otherwise;  ///< where a stage says nothing; null: it must
    Json schema;     ///< JSON Schema of one value
    /// One value; problems go to its document.
    std::function<Json(const JsonValue&)> read;
};

/// Fields of the usual types.
namespace fields {
[[nodiscard]] BlockField whole(std::string name, Range range, Json otherwise, std::string help);
[[nodiscard]] BlockField real(std::string name, Range range, Json otherwise, std::string help);
[[nodiscard]] BlockField word(std::string name, std::vector<std::string> words, Json otherwise, std::string help);
[[nodiscard]] BlockField flag(std::string name, bool otherwise, std::string help);
/// An odd extent, which same padding needs.
[[nodiscard]] BlockField kernel(std::int64_t otherwise = 3, std::string name = "kernel");
/// `activation`, one of those that the graph has.
[[nodiscard]] BlockField activation(std::string otherwise = "relu");
/// `activation`, which may be `none`.
[[nodiscard]] BlockField optional_activation(std::string otherwise);
}  // namespace fields

/// Which of the fields that all stages have in common a family knows.
struct StageTraits {
    enum class Filters {
        required,
        optional,  ///< 0 where a stage says nothing
        none
    };
    Filters filters = Filters::required;
    bool layers = true;
    bool stride = true;
    std::vector<std::string> scaled = {};  ///< fields that are channels, so that they follow the space's width
};

/// One layer of a stage, with every value fixed.
struct Block {
    std::string name;          ///< of its segment, and prefix of its nodes
    std::int64_t filters = 0;  ///< channels that come out, scaled and rounded
    std::int64_t stride = 1;
    std::int64_t layer = 0;    ///< its number in the stage, from 0
    std::int64_t classes = 0;  ///< of the space
    /// Multiplies channels by the space's width and rounds them to its divisor.
    std::function<std::int64_t(double)> scaled;
    std::function<const Json&(std::string_view)> value;  ///< of a field, by name

    [[nodiscard]] std::int64_t whole(std::string_view field) const { return value(field).get<std::int64_t>(); }
    [[nodiscard]] double real(std::string_view field) const { return value(field).get<double>(); }
    [[nodiscard]] bool flag(std::string_view field) const { return value(field).get<bool>(); }
    [[nodiscard]] const std::string& word(std::string_view field) const {
        return value(field).get_ref<const std::string&>();
    }
    /// \throws InputError where it is `none`
    [[nodiscard]] op::Activation::Kind activation() const;
    /// Nothing for `none`.
    [[nodiscard]] std::optional<op::Activation::Kind> optional_activation() const;
    /// Stops with what the values should have been.
    [[noreturn]] void fail(std::string expected, std::string found) const;
};

/// A family of blocks: what can be chosen of one, and its nodes. A new family is a file
/// in `space/families/` that defines `make_FILE_family` (hyphens written as underscores),
/// which the build finds by its name.
class BlockFamily {
public:
    virtual ~BlockFamily() = default;
    [[nodiscard]] virtual std::string help() const = 0;  ///< one sentence, and the source
    [[nodiscard]] virtual StageTraits traits() const { return {}; }
    [[nodiscard]] virtual std::vector<BlockField> fields() const = 0;
    /// Appends one layer behind the graph's last node, in the segment that was begun for
    /// it. \throws InputError where values and the input shape do not go together
    virtual void append(Graph& graph, const Block& block) const = 0;
};

}  // namespace hwnas
