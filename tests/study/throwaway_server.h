#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

namespace hwnas::test {

/// A PostgreSQL server of this process alone, made when it is first asked for.
class ThrowawayServer {
public:
    /// Null, and said so, where there is no PostgreSQL.
    static ThrowawayServer* get() {
        static ThrowawayServer server;
        if (server.folder_.empty()) std::cout << "SKIPPED: no PostgreSQL server (postgresql)\n";
        return server.folder_.empty() ? nullptr : &server;
    }
    ~ThrowawayServer() {
        if (!folder_.empty()) (void)call("stop " + folder_);
    }
    ThrowawayServer(const ThrowawayServer&) = delete;

    /// The address of a database that holds nothing.
    std::string fresh_database() {
        const std::string name = "db" + std::to_string(count_++);
        if (std::system(("psql --quiet '" + address("postgres") + "' -c 'CREATE DATABASE " + name + "'").c_str()) != 0)
            throw RunError("cannot make a database");
        return address(name);
    }
    [[nodiscard]] std::string address(const std::string& database) const {
        return "postgresql://postgres@/" + database + "?host=" + folder_;
    }
    /// As kill -9 leaves it; then up again.
    void kill() { (void)call("kill " + folder_); }
    void restart() { (void)call("restart " + folder_); }

private:
    ThrowawayServer() : folder_(call("start " + std::to_string(::getpid()))) {}

    static std::string call(const std::string& arguments) {
        const std::string command = source("scripts/throwaway-postgresql.sh").string() + " " + arguments;
        FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) throw RunError("cannot run " + command);
        std::string said;
        std::array<char, 256> part{};
        while (std::fgets(part.data(), part.size(), pipe) != nullptr) said += part.data();
        const int status = ::pclose(pipe);
        constexpr int skipped = 77;
        if (WEXITSTATUS(status) == skipped) return {};
        if (status != 0) throw RunError(command + " failed");
        while (!said.empty() && said.back() == '\n') said.pop_back();
        return said;
    }

    std::string folder_;
    int count_ = 0;
};

}  // namespace hwnas::test
