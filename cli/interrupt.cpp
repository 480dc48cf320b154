#include "cli/interrupt.h"

#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <unistd.h>

#include "cli/command.h"

namespace hwnas::cli {
namespace {

constexpr int end_of_waiting = SIGUSR2;

sigset_t watched_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, end_of_waiting);
    return set;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t set = watched_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::thread([source = source_, set]() mutable {
        for (;;) {
            int signal = 0;
            sigwait(&set, &signal);
            if (signal == end_of_waiting) return;
            if (source.stop_requested()) _exit(exit_interrupted);
            constexpr char message[] = "\nstopping: finishing what must be written (once more to end at once)\n";
            (void)!::write(STDERR_FILENO, message, sizeof message - 1);
            source.request_stop();
        }
    });
}

Interrupt::~Interrupt() {
    pthread_kill(waiter_.native_handle(), end_of_waiting);
    waiter_.join();
}

}  // namespace hwnas::cli
