#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "example_trial.h"

namespace hwnas::test {

/// Another process holds the only study at the address for a search. Why this one may not change
/// it meanwhile; then that process is killed.
inline std::string refused_beside_killed_holder(const std::string& address, Study& study) {
    int channel[2];
    REQUIRE(::pipe(channel) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        char said = 'n';
        std::shared_ptr<const void> held;
        try {
            held = open_study(*open_store(address, Access::existing), "")->hold(Use::search);
            said = 'y';
        } catch (const std::exception&) {
        }
        (void)!::write(channel[1], &said, 1);
        for (;;) ::pause();
    }
    ::close(channel[1]);
    char said = 0;
    REQUIRE(::read(channel[0], &said, 1) == 1);
    ::close(channel[0]);
    std::string refused;
    try {
        (void)study.hold(Use::change);
    } catch (const InputError& error) {
        refused = error.what();
    }
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(said == 'y');
    return refused;
}

}  // namespace hwnas::test
