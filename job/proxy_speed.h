#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace hwnas {

struct NetworkToTrain {
    std::string name;
    Graph graph;
};

struct ProxySpeedOptions {
    std::int64_t batch = 128;
    std::int64_t candidates = 1;    ///< trained at a time, one thread each
    std::int64_t rounds = 5;        ///< of which the median counts
    double burst_seconds = 2;       ///< of steps that are timed, each way and round
    std::int64_t loss_steps = 100;  ///< whose losses are compared
};

/// Images a second are of all candidates together.
struct ProxySpeed {
    std::string name;
    std::int64_t macs = 0;         ///< of one image
    double images_per_second = 0;  ///< by the trainer
    /// By LibTorch as it comes (an operator a node, NCHW, autograd, the system's allocator): the better of one
    /// process with as many threads as there are candidates, and of as many processes.
    double plain_images_per_second = 0;
    double plain_threaded = 0;   ///< one process
    double plain_processes = 0;  ///< several
    /// Of what the candidates' threads multiply and add at most at the same time; a training step is
    /// counted as three times the MACs of a forward pass.
    double peak_share = 0;
    double loss_difference = 0;  ///< the largest relative one of both ways' losses, step by step
};

/// Times training steps of each network by the trainer and by plain LibTorch, in turn, in processes of
/// their own. Throws RunError where the trainer fails. `told` hears what is done next.
[[nodiscard]] std::vector<ProxySpeed> proxy_speed(const std::vector<NetworkToTrain>& networks,
                                                  const ProxySpeedOptions& options,
                                                  const std::function<void(const std::string&)>& told);

}  // namespace hwnas
