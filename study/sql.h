#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "study/byte_lock.h"

/// A database as the stores and queues know one, so that each of them is written once. Their
/// SQL is what SQLite and PostgreSQL have in common; parameters are `$1`, `$2`, ..., named for
/// the first time in this order.
namespace hwnas::sql {

using Bytes = std::vector<std::uint8_t>;
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Bytes>;

[[nodiscard]] inline Value optional_value(std::optional<std::int64_t> value) {
    return value ? Value(*value) : Value(nullptr);
}

/// A row of an answer, whose columns are read in order.
class Row {
public:
    virtual ~Row() = default;
    /// Whether the next column is NULL; it is still to be read.
    [[nodiscard]] virtual bool null() = 0;
    [[nodiscard]] virtual std::int64_t integer() = 0;
    [[nodiscard]] virtual double number() = 0;
    [[nodiscard]] virtual std::string text() = 0;
    [[nodiscard]] virtual Bytes bytes() = 0;
};

[[nodiscard]] inline std::optional<std::int64_t> optional_integer(Row& row) {
    const bool none = row.null();
    const auto value = row.integer();
    return none ? std::nullopt : std::optional(value);
}

/// What is done within one transaction.
class Session {
public:
    virtual ~Session() = default;
    /// Runs one statement and reads the rows of its answer.
    virtual void run(std::string_view statement, std::span<const Value> values,
                     const std::function<void(Row&)>& read) = 0;
    /// Wakes whoever awaits `Database::wait_for` this topic, once this is committed.
    virtual void tell(const std::string& topic) = 0;

    void run(std::string_view statement, std::initializer_list<Value> values = {},
             const std::function<void(Row&)>& read = {}) {
        run(statement, std::span<const Value>(values.begin(), values.size()), read);
    }
};

/// What is written in one way or the other.
struct Dialect {
    std::string database;     ///< its address, as may be shown
    std::string now;          ///< its own clock, seconds since 1970, UTC
    std::string skip_locked;  ///< of a SELECT: rows that nobody else is about to change, to be changed
    std::string for_share;    ///< of a SELECT: rows that nobody may change before this is committed
};

/// `glance`: reading by one statement alone.
enum class Access { glance, read, write };

/// All methods may be called from several threads.
class Database {
public:
    virtual ~Database() = default;
    /// Calls `work` in a transaction, alone among this object's, and commits: all or nothing,
    /// durable on return. What it throws ends the transaction without a trace. `work` may be
    /// called again, but only after a call of which nothing is left. Errors are RunErrors that
    /// say what was being done.
    virtual void transact(Access access, const char* doing, const std::function<void(Session&)>& work) = 0;
    /// A lock of that number until the token goes, or the process ends, however it ends; null
    /// where another one excludes it, be it got from this object.
    [[nodiscard]] virtual std::shared_ptr<const void> lock(std::int64_t number, LockKind kind) = 0;
    /// Returns when somebody told of the topic, or something else happened, or it took that long.
    virtual void wait_for(const std::string& topic, std::chrono::milliseconds longest) = 0;
    [[nodiscard]] virtual const Dialect& dialect() const = 0;
};

}  // namespace hwnas::sql
