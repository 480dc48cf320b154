#include "study/postgresql.h"

#include <poll.h>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/text.h"

namespace hwnas::pq {
namespace {

constexpr const char* hex_mark = "\\x";

std::string to_hex(const std::uint8_t* bytes, std::size_t count) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text = hex_mark;
    text.reserve(2 + 2 * count);
    for (std::size_t i = 0; i < count; ++i) text += {digits[bytes[i] >> 4U], digits[bytes[i] & 15U]};
    return text;
}

sql::Bytes from_hex(std::string_view text) {
    const auto digit = [](char letter) { return letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10; };
    sql::Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 2; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) * 16 + digit(text[i + 1])));
    return bytes;
}

/// PostgreSQL's text is UTF-8 without zeros. Any other (the tail of a crashed program's
/// output), and what looks so, stands there by its bytes: `\x00ff`.
std::string as_column_text(const std::string& text) {
    const bool plain =
        text.find('\0') == std::string::npos && text.compare(0, 2, hex_mark) != 0 && valid_utf8(text) == text;
    return plain ? text : to_hex(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string from_column_text(std::string_view text) {
    if (text.substr(0, 2) != hex_mark) return std::string(text);
    const auto bytes = from_hex(text);
    return {bytes.begin(), bytes.end()};
}

std::string as_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// Parameters as libpq takes them: text, or null pointers.
class Parameters {
public:
    explicit Parameters(std::span<const sql::Value> values) {
        texts_.reserve(values.size());
        for (const auto& value : values) std::visit([this](const auto& given) { add(given); }, value);
    }
    [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }
    [[nodiscard]] const char* const* pointers() const { return pointers_.data(); }

private:
    void add(std::nullptr_t) { pointers_.push_back(nullptr); }
    void add(std::int64_t value) { add_text(std::to_string(value)); }
    void add(double value) { add_text(as_text(value)); }
    void add(const std::string& value) { add_text(as_column_text(value)); }
    void add(const sql::Bytes& value) { add_text(to_hex(value.data(), value.size())); }
    void add_text(std::string text) {
        texts_.push_back(std::move(text));  // room is reserved: pointers stay
        pointers_.push_back(texts_.back().c_str());
    }

    std::vector<std::string> texts_;
    std::vector<const char*> pointers_;
};

class PostgresqlRow : public sql::Row {
public:
    PostgresqlRow(const PGresult* result, int row) : result_(result), row_(row) {}
    bool null() override { return library().is_null(result_, row_, column_) == 1; }
    std::int64_t integer() override {
        const auto text = next();
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    double number() override {
        const auto text = next();
        if (text == "Infinity") return std::numeric_limits<double>::infinity();
        if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
        if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    std::string text() override { return from_column_text(next()); }
    sql::Bytes bytes() override { return from_hex(next()); }

private:
    std::string_view next() {
        const std::string_view text(library().value(result_, row_, column_),
                                    static_cast<std::size_t>(library().length(result_, row_, column_)));
        ++column_;
        return text;
    }

    const PGresult* result_;
    int row_;
    int column_ = 0;
};

std::string without_end(std::string message) {
    while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
    return message;
}

/// The server ends, or a connection of it.
bool tells_of_loss(const std::string& state) {
    return state == "57P01" || state == "57P02" || state == "57P03" || state.compare(0, 2, "08") == 0;
}

}  // namespace

Connection::Connection(const std::string& address, const std::string& application) {
    // What the address says goes before what stands before it. A host that is gone is noticed
    // by the system, not by us: nothing that we send would be answered.
    const std::array<const char*, 9> keywords{"connect_timeout",
                                              "tcp_user_timeout",
                                              "keepalives_idle",
                                              "keepalives_interval",
                                              "keepalives_count",
                                              "client_encoding",
                                              "dbname",
                                              "application_name",
                                              nullptr};
    const std::array<const char*, 9> values{
        "10", "30000", "20", "5", "3", "UTF8", address.c_str(), application.c_str(), nullptr};
    handle_.reset(library().connect(keywords.data(), values.data(), 1));
    if (!handle_) throw Error("", false, "out of memory");
    if (library().status(handle_.get()) != CONNECTION_OK)
        throw Error("", true, without_end(library().error_message(handle_.get())));
    library().set_notices(
        handle_.get(), [](void*, const char*) {}, nullptr);
}

bool Connection::lost() const { return library().status(handle_.get()) != CONNECTION_OK; }

void Connection::check(const Result& result) const {
    const auto status = library().result_status(result.get());
    if (result && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)) return;
    const char* state = result ? library().error_field(result.get(), PG_DIAG_SQLSTATE) : nullptr;
    const std::string code = state == nullptr ? "" : state;
    const char* primary = result ? library().error_field(result.get(), PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    throw Error(code, lost() || tells_of_loss(code),
                primary != nullptr ? primary : without_end(library().error_message(handle_.get())));
}

void Connection::execute(const std::string& statements) {
    check(Result(library().execute(handle_.get(), statements.c_str())));
}

void Connection::run(std::string_view statement, std::span<const sql::Value> values,
                     const std::function<void(sql::Row&)>& read) {
    const Parameters parameters(values);
    constexpr int as_text_format = 0;
    const Result result(library().execute_with(handle_.get(), std::string(statement).c_str(), parameters.count(),
                                               nullptr, parameters.pointers(), nullptr, nullptr, as_text_format));
    check(result);
    if (!read) return;
    for (int row = 0; row < library().rows(result.get()); ++row) {
        PostgresqlRow reader(result.get(), row);
        read(reader);
    }
}

bool Connection::notified(std::chrono::milliseconds longest) {
    const auto taken = [this] {
        bool any = false;
        while (PGnotify* notification = library().notifies(handle_.get())) {
            library().free(notification);
            any = true;
        }
        return any;
    };
    if (taken()) return true;
    pollfd waiting{library().socket(handle_.get()), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(longest.count())) > 0)
        if (library().consume_input(handle_.get()) == 0)
            throw Error("", true, without_end(library().error_message(handle_.get())));
    return taken();
}

}  // namespace hwnas::pq
