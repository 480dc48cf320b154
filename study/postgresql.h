#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "study/libpq.h"
#include "study/sql.h"

/// As much of PostgreSQL as a store needs, with errors as exceptions and handles that close
/// themselves. Not safe for several threads at once.
namespace hwnas::pq {

/// What the server or the library said.
class Error : public std::runtime_error {
public:
    Error(std::string state, bool lost, const std::string& message)
        : std::runtime_error(message), state_(std::move(state)), lost_(lost) {}
    /// SQLSTATE; empty where the server said nothing.
    [[nodiscard]] const std::string& state() const { return state_; }
    /// Whether the connection is gone, or about to go.
    [[nodiscard]] bool lost() const { return lost_; }
    /// Whether the server had to choose one of two transactions to end.
    [[nodiscard]] bool conflict() const { return state_ == "40001" || state_ == "40P01"; }

private:
    std::string state_;
    bool lost_;
};

class Connection {
public:
    /// `application` is what the server calls it. Throws Error.
    Connection(const std::string& address, const std::string& application);
    /// Runs statements without parameters, in one transaction where they begin none.
    void execute(const std::string& statements);
    /// Runs one statement and reads its rows.
    void run(std::string_view statement, std::span<const sql::Value> values,
             const std::function<void(sql::Row&)>& read);
    /// Whether a notification came, within that time.
    [[nodiscard]] bool notified(std::chrono::milliseconds longest);
    [[nodiscard]] bool lost() const;

private:
    struct Finish {
        void operator()(PGconn* handle) const noexcept { library().finish(handle); }
    };
    struct Clear {
        void operator()(PGresult* result) const noexcept { library().clear(result); }
    };
    using Result = std::unique_ptr<PGresult, Clear>;
    void check(const Result& result) const;

    std::unique_ptr<PGconn, Finish> handle_;
};

}  // namespace hwnas::pq
