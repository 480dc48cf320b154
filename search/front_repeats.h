#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "search/objective.h"
#include "search/pareto_front.h"
#include "study/trial.h"

namespace hwnas {

struct FrontRepeatsSettings {
    double share = 0.2;     ///< of the budget, its last part, in which networks may be repeated
    std::int64_t most = 5;  ///< evaluations of one network
    double deviations = 2;  ///< of a difference's noise: what differs by less can't be told apart
};

/// Which network to evaluate once more, because noise may have decided who is on the front: one that could come onto it
/// or leave it if its figures and a rival's were off by no more than evaluations of one network differ by. A front of
/// the best of single evaluations is one of the lucky; their means come back to what they are. A fold over told trials.
class FrontRepeats {
public:
    /// `known`: figures that no evaluation is needed for, and which have no noise.
    FrontRepeats(FrontRepeatsSettings settings, std::vector<Objective> objectives, std::vector<Limit> limits,
                 const std::set<std::string>& known);

    /// A told trial of any state.
    void tell(const Trial& trial);

    struct Repeat {
        Encoding encoding;
        std::int64_t of = 0;      ///< number of the network's first trial
        std::int64_t repeat = 0;  ///< the next one that nobody asked for
        std::optional<std::int64_t> parent;
    };
    /// The network whose place is least sure, or its rival, whichever was evaluated less; nothing where all are sure or
    /// were evaluated often enough. Until five repeats tell the noise nothing is sure, and the nearest ones come first.
    [[nodiscard]] std::optional<Repeat> next(std::span<const Trial> pending) const;
    /// Deviation of one evaluation, an objective each, 0 for a known one; nothing before it can be told.
    [[nodiscard]] std::optional<std::vector<double>> noise() const;

private:
    struct Network {
        Encoding encoding;
        std::int64_t first = 0;
        std::int64_t next_repeat = 0;
        std::optional<std::int64_t> parent;
        std::int64_t failed = 0;
        std::int64_t count = 0;
        std::map<std::string, double> means;  ///< of all figures
        std::vector<double> squares;          ///< sum of squared differences from the mean, an objective each
    };
    struct Standing;
    [[nodiscard]] std::vector<Standing> standings(std::span<const Trial> pending) const;

    FrontRepeatsSettings settings_;
    std::vector<Objective> objectives_;
    std::vector<Limit> limits_;
    std::vector<bool> learned_;
    std::map<std::string, Network> networks_;  ///< by architecture
};

}  // namespace hwnas
