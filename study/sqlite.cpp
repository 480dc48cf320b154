#include "study/sqlite.h"

#include <sqlite3.h>

namespace hwnas::sqlite {
namespace {

/// A URI's path: what it gives a meaning to is written by its bytes.
std::string as_uri(const std::filesystem::path& path) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char letter : std::filesystem::absolute(path).string()) {
        if (letter == '%' || letter == '?' || letter == '#') {
            const auto byte = static_cast<unsigned char>(letter);
            uri += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
        } else {
            uri += letter;
        }
    }
    return uri;
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

Connection::Connection(const std::filesystem::path& path, Open how) {
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX;
    std::string uri = as_uri(path);
    if (how == Open::immutable) {
        flags |= SQLITE_OPEN_READONLY;
        uri += "?immutable=1";
    } else {
        flags |= SQLITE_OPEN_READWRITE;
        if (how == Open::create) flags |= SQLITE_OPEN_CREATE;
    }
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) throw Error(code, handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
    sqlite3_extended_result_codes(handle, 1);
}

void Connection::execute(const char* sql) {
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw Error(code, sqlite3_errmsg(handle()));
}

Statement Connection::prepare(std::string_view sql) { return {*this, sql}; }

std::int64_t Connection::integer(std::string_view sql) {
    auto statement = prepare(sql);
    statement.step();
    return statement.integer();
}

std::string Connection::text(std::string_view sql) {
    auto statement = prepare(sql);
    statement.step();
    return statement.text();
}

bool Connection::read_only() const { return sqlite3_db_readonly(handle(), "main") == 1; }

void Statement::Finalize::operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }

Statement::Statement(const Connection& connection, std::string_view sql) : connection_(connection.handle()) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
    handle_.reset(handle);
    check(code);
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) throw Error(code, sqlite3_errmsg(connection_));
}

Statement& Statement::bind(std::int64_t value) {
    check(sqlite3_bind_int64(handle_.get(), ++bound_, value));
    return *this;
}

Statement& Statement::bind(double value) {
    check(sqlite3_bind_double(handle_.get(), ++bound_, value));
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    // SQLite takes a null pointer for NULL, and an empty view may hold one.
    const char* data = text.empty() ? "" : text.data();
    check(sqlite3_bind_text64(handle_.get(), ++bound_, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(std::span<const std::uint8_t> bytes) {
    const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    check(sqlite3_bind_blob64(handle_.get(), ++bound_, data, bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(std::optional<std::int64_t> value) {
    if (value) return bind(*value);
    check(sqlite3_bind_null(handle_.get(), ++bound_));
    return *this;
}

bool Statement::step() {
    read_ = 0;
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) throw Error(code, sqlite3_errmsg(connection_));
    return false;
}

void Statement::reset() noexcept {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
    bound_ = 0;
    read_ = 0;
}

std::int64_t Statement::integer() { return sqlite3_column_int64(handle_.get(), read_++); }

bool Statement::null() const { return sqlite3_column_type(handle_.get(), read_) == SQLITE_NULL; }

double Statement::number() { return sqlite3_column_double(handle_.get(), read_++); }

std::string Statement::text() {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), read_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), read_));
    ++read_;
    return data == nullptr ? std::string() : std::string(data, size);
}

std::vector<std::uint8_t> Statement::bytes() {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), read_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), read_));
    ++read_;
    return data == nullptr ? std::vector<std::uint8_t>() : std::vector<std::uint8_t>(data, data + size);
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
    // IMMEDIATE: takes the write lock now, where the busy timeout waits for it.
    // A lock that is upgraded later fails at once when another writer was faster.
    connection_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    connection_.execute("COMMIT");
    open_ = false;
}

}  // namespace hwnas::sqlite
