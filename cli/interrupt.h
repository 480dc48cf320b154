#pragma once

#include <stop_token>
#include <thread>

namespace hwnas::cli {

/// Turns the first SIGINT or SIGTERM into a request to stop; a second one ends
/// the program at once. Make it before any other thread.
class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::thread waiter_;
};

}  // namespace hwnas::cli
