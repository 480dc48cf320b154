#include "core/json_position.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace hwnas {
namespace {

/// Walks over JSON that is known to be valid and notes where a value starts.
class Scanner {
public:
    Scanner(std::string_view text, std::vector<std::string> tokens) : text_(text), tokens_(std::move(tokens)) {}

    std::optional<std::size_t> find() {
        value(0, true);
        return found_;
    }

private:
    void blanks() {
        while (at_ < text_.size()) {
            if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
                ++at_;
            } else if (text_.substr(at_, 2) == "//") {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (text_.substr(at_, 2) == "/*") {
                const auto end = text_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    std::string string() {
        std::string content;
        ++at_;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            content += text_[at_++];
        }
        ++at_;
        return content;
    }

    void value(std::size_t depth, bool on_path) {
        blanks();
        if (on_path && depth == tokens_.size() && !found_) found_ = at_;
        if (at_ >= text_.size()) return;
        const char first = text_[at_];
        if (first == '{' || first == '[') {
            children(first, depth, on_path && depth < tokens_.size());
        } else if (first == '"') {
            string();
        } else {
            while (at_ < text_.size() && std::string_view(",]} \t\r\n/").find(text_[at_]) == std::string_view::npos)
                ++at_;
        }
    }

    void children(char open, std::size_t depth, bool on_path) {
        const char close = open == '{' ? '}' : ']';
        ++at_;
        for (std::size_t index = 0; at_ < text_.size(); ++index) {
            blanks();
            if (at_ >= text_.size() || text_[at_] == close) break;
            std::string token = std::to_string(index);
            if (open == '{') {
                token = string();
                blanks();
                ++at_;  // the colon
            }
            value(depth + 1, on_path && token == tokens_[depth]);
            blanks();
            if (at_ < text_.size() && text_[at_] == ',') ++at_;
        }
        ++at_;
    }

    std::string_view text_;
    std::vector<std::string> tokens_;
    std::size_t at_ = 0;
    std::optional<std::size_t> found_;
};

std::vector<std::string> tokens_of(const std::string& pointer) {
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        if (pointer[i] == '/') {
            tokens.emplace_back();
        } else if (pointer[i] == '~' && i + 1 < pointer.size()) {
            tokens.back() += pointer[++i] == '1' ? '/' : '~';
        } else if (!tokens.empty()) {
            tokens.back() += pointer[i];
        }
    }
    return tokens;
}

}  // namespace

std::size_t line_of_offset(std::string_view text, std::size_t offset) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

std::optional<std::size_t> line_of_pointer(std::string_view text, const std::string& pointer) {
    const auto offset = Scanner(text, tokens_of(pointer)).find();
    if (!offset) return std::nullopt;
    return line_of_offset(text, *offset);
}

}  // namespace hwnas
