#pragma once

namespace hwnas {

/// What a thread of TBB is handed: it does `state->work()`. In a file of its own, since that
/// TBB hands it over is not seen by ThreadSanitizer, which is told so by the file's name
/// (tests/tsan.supp), and of nothing else.
template <class State>
struct HandedTask {
    State* state;
    void operator()() const { state->work(); }
};

}  // namespace hwnas
