#include "core/csv.h"

#include <algorithm>

#include "core/error.h"
#include "core/gzip.h"

namespace hwnas {
namespace {

constexpr std::size_t most_problems = 20;

/// Takes records from a text one by one.
class Records {
public:
    Records(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

    /// The next one's cells; false at the end. Empty lines are passed over.
    bool next(std::vector<std::string>& cells) {
        while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'))
            if (text_[at_++] == '\n') ++line_;
        if (at_ >= text_.size()) return false;
        start_ = line_;
        cells.assign(1, "");
        while (at_ < text_.size()) {
            if (text_[at_] == '"' && cells.back().empty()) {
                quoted(cells.back());
                if (at_ < text_.size() && std::string_view(",\r\n").find(text_[at_]) == std::string_view::npos)
                    fail("a comma or the line's end behind a closing quote", std::string(1, text_[at_]));
                continue;
            }
            const char letter = text_[at_++];
            if (letter == ',') {
                cells.emplace_back();
            } else if (letter == '\n') {
                ++line_;
                return true;
            } else if (letter == '"') {
                fail("quotes around a whole cell", "a quote inside one");
            } else if (letter != '\r' || (at_ < text_.size() && text_[at_] != '\n')) {
                cells.back() += letter;
            }
        }
        return true;
    }
    [[nodiscard]] std::size_t line() const { return start_; }

private:
    void quoted(std::string& cell) {
        ++at_;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                cell += text_[at_++];
            } else {
                ++at_;
                return;
            }
        }
        fail("a closing quote", "the end of the file");
    }
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
        throw InputError({origin_ + ":" + std::to_string(start_), expected, found, ""});
    }

    std::string_view text_;
    const std::string& origin_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t start_ = 1;
};

}  // namespace

std::string CsvTable::place(std::size_t row) const { return origin + ":" + std::to_string(lines[row]); }

CsvTable read_csv(const std::filesystem::path& path) { return parse_csv(read_maybe_gzip(path), path.string()); }

CsvTable parse_csv(std::string_view text, std::string origin) {
    CsvTable table;
    table.origin = std::move(origin);
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    Records records(text, table.origin);
    if (!records.next(table.header)) throw InputError({table.origin, "a line of column names", "an empty file", ""});
    std::vector<Problem> problems;
    for (auto name = table.header.begin(); name != table.header.end(); ++name)
        if (std::find(table.header.begin(), name, *name) != name)
            problems.push_back({table.origin + ":" + std::to_string(records.line()), "each column's name once",
                                "\"" + *name + "\" again", ""});
    std::vector<std::string> cells;
    while (records.next(cells)) {
        if (cells.size() != table.header.size() && problems.size() < most_problems)
            problems.push_back({table.origin + ":" + std::to_string(records.line()),
                                std::to_string(table.header.size()) + " cells, as the header has",
                                std::to_string(cells.size()), ""});
        table.lines.push_back(records.line());
        table.rows.push_back(std::move(cells));
    }
    if (problems.empty() && table.rows.empty()) problems.push_back({table.origin, "rows under the header", "none", ""});
    if (!problems.empty()) throw InputError(std::move(problems));
    return table;
}

}  // namespace hwnas
