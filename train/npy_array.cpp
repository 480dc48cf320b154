#include "train/npy_array.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/error.h"
#include "core/text.h"

namespace hwnas::train {
namespace {

constexpr std::int64_t most_items = std::int64_t{1} << 40;

/// The header's text, `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`, a literal of Python's.
class Header {
public:
    Header(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

    [[nodiscard]] std::string quoted(std::string_view key) const {
        std::size_t at = behind(key);
        const char quote = at < text_.size() ? text_[at] : ' ';
        const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at + 1) : std::string_view::npos;
        if (end == std::string_view::npos) fail(std::string(key) + " as a string");
        return std::string(text_.substr(at + 1, end - at - 1));
    }
    [[nodiscard]] bool truth(std::string_view key) const {
        const auto rest = text_.substr(behind(key));
        if (rest.starts_with("True")) return true;
        if (!rest.starts_with("False")) fail(std::string(key) + " as True or False");
        return false;
    }
    /// `(60000, 28, 28)`, `(3,)` or `()`.
    [[nodiscard]] Shape extents(std::string_view key) const {
        std::size_t at = behind(key);
        const auto wrong = [&] { fail(std::string(key) + " as whole numbers in brackets, of at most 2^40 items"); };
        if (at >= text_.size() || text_[at++] != '(') wrong();
        Shape shape;
        std::int64_t items = 1;
        for (;;) {
            at = skipped(at);
            if (at < text_.size() && text_[at] == ')') return shape;
            std::optional<std::int64_t> extent;
            for (; at < text_.size() && text_[at] >= '0' && text_[at] <= '9'; ++at) {
                extent = extent.value_or(0) * 10 + (text_[at] - '0');
                if (*extent > most_items) wrong();
            }
            if (!extent || (*extent > 0 && items > most_items / *extent)) wrong();
            items *= std::max<std::int64_t>(1, *extent);
            shape.push_back(extent.value_or(0));
            at = skipped(at);
            if (at < text_.size() && text_[at] == ',')
                ++at;
            else if (at >= text_.size() || text_[at] != ')')
                wrong();
        }
    }

private:
    [[nodiscard]] std::size_t skipped(std::size_t at) const {
        while (at < text_.size() && text_[at] == ' ') ++at;
        return at;
    }
    [[nodiscard]] std::size_t behind(std::string_view key) const {
        for (const char quote : {'\'', '"'}) {
            const std::string name = quote + std::string(key) + quote;
            const std::size_t found = text_.find(name);
            if (found == std::string_view::npos) continue;
            const std::size_t colon = skipped(found + name.size());
            if (colon < text_.size() && text_[colon] == ':') return skipped(colon + 1);
        }
        fail("the key " + std::string(key));
    }
    [[noreturn]] void fail(const std::string& expected) const {
        throw InputError({origin_, "a header of NumPy's with " + expected,
                          "\"" + valid_utf8(shortened(std::string(text_), 120)) + "\"", ""});
    }

    std::string_view text_;
    const std::string& origin_;
};

}  // namespace

NpyArray NpyArray::parse(std::string bytes, std::string origin) {
    const auto byte = [&bytes](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[i])); };
    constexpr std::string_view magic = "\x93NUMPY";
    if (bytes.size() < 12 || !bytes.starts_with(magic))
        throw InputError({origin, "an array in NumPy's format (it starts with \\x93NUMPY)",
                          "other bytes, " + std::to_string(bytes.size()) + " of them", ""});
    if (byte(6) < 1 || byte(6) > 3)
        throw InputError({origin, "version 1, 2 or 3 of NumPy's format", std::to_string(byte(6)), ""});
    const bool brief = byte(6) == 1;
    const std::size_t start = brief ? 10 : 12;
    const std::size_t length =
        brief ? byte(8) | byte(9) << 8U : byte(8) | byte(9) << 8U | byte(10) << 16U | byte(11) << 24U;
    if (length > bytes.size() - start)
        throw InputError({origin, "a header of " + std::to_string(length) + " bytes",
                          std::to_string(bytes.size() - start) + " bytes in all", "make the file again"});
    const Header header(std::string_view(bytes).substr(start, length), origin);

    NpyArray array;
    const std::string type = header.quoted("descr");
    const std::size_t item = type.size() == 3 ? static_cast<std::size_t>(type[2] - '0') : 0;
    const bool whole = type.size() == 3 && (type[1] == 'u' || type[1] == 'i' || type[1] == 'b') &&
                       (item == 1 || item == 2 || item == 4 || item == 8);
    if (!whole || (type[0] != '<' && item != 1))
        throw InputError({origin, "whole numbers of 1, 2, 4 or 8 bytes, little-endian (|u1, <i8)", "\"" + type + "\"",
                          "save it with .astype(numpy.uint8), or numpy.int64 for labels"});
    if (header.truth("fortran_order"))
        throw InputError({origin, "an array in C's order", "Fortran's", "save numpy.ascontiguousarray of it"});
    array.shape = header.extents("shape");
    array.is_signed = type[1] == 'i';
    array.item_bytes = item;
    const auto expected = static_cast<std::size_t>(element_count(array.shape)) * item;
    const std::size_t found = bytes.size() - start - length;
    if (found != expected)
        throw InputError({origin, std::to_string(expected) + " bytes of data, as its header says",
                          std::to_string(found), "make the file again"});
    bytes.erase(0, start + length);
    array.data = std::move(bytes);
    array.origin = std::move(origin);
    return array;
}

std::int64_t NpyArray::count() const { return element_count(shape); }

std::int64_t NpyArray::number(std::int64_t i) const {
    std::uint64_t value = 0;
    const std::size_t first = static_cast<std::size_t>(i) * item_bytes;
    for (std::size_t b = item_bytes; b-- > 0;) value = value << 8U | static_cast<std::uint8_t>(data[first + b]);
    if (!is_signed || item_bytes == 8) return static_cast<std::int64_t>(value);
    const std::uint64_t sign = std::uint64_t{1} << (8 * item_bytes - 1);
    return static_cast<std::int64_t>(value ^ sign) - static_cast<std::int64_t>(sign);
}

}  // namespace hwnas::train
