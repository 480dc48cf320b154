#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// As much of SQLite as a store needs, with errors as exceptions and handles
/// that close themselves. Not safe for several threads at once.
namespace hwnas::sqlite {

/// What SQLite said, with its extended code (`SQLITE_BUSY`, ...).
class Error : public std::runtime_error {
public:
    Error(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    /// The primary code, without the extension.
    [[nodiscard]] int code() const { return code_ & 0xff; }

private:
    int code_;
};

enum class Open { existing, create, immutable };

class Statement;

class Connection {
public:
    Connection(const std::filesystem::path& path, Open how);
    /// Runs statements that give no rows.
    void execute(const char* sql);
    [[nodiscard]] Statement prepare(std::string_view sql);
    /// The first column of the first row.
    [[nodiscard]] std::int64_t integer(std::string_view sql);
    [[nodiscard]] std::string text(std::string_view sql);
    [[nodiscard]] bool read_only() const;
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Parameters are bound in order, from the first; columns
/// are read in order, from the first.
class Statement {
public:
    Statement(const Connection& connection, std::string_view sql);

    Statement& bind(std::int64_t value);
    Statement& bind(double value);
    Statement& bind(std::string_view text);
    Statement& bind(std::span<const std::uint8_t> bytes);
    Statement& bind(std::optional<std::int64_t> value);
    Statement& bind(const char* text) { return bind(std::string_view(text)); }

    /// True where there is a row to read.
    bool step();
    /// To the first row again, with nothing bound.
    void reset() noexcept;

    [[nodiscard]] std::int64_t integer();
    /// Of the next column, which is still to be read.
    [[nodiscard]] bool null() const;
    [[nodiscard]] double number();
    [[nodiscard]] std::string text();
    [[nodiscard]] std::vector<std::uint8_t> bytes();

private:
    void check(int code) const;

    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };
    sqlite3* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    int bound_ = 0;
    int read_ = 0;
};

/// A transaction: rolled back unless committed. A reading one sees the file as it
/// was at its first read, whatever others write meanwhile.
class Transaction {
public:
    enum class Kind { read, write };
    explicit Transaction(Connection& connection, Kind kind = Kind::write);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace hwnas::sqlite
