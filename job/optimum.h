#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "job/job.h"
#include "search/exact/exact_front.h"

namespace hwnas {

/// What is asked of a job whose figures are all at hand.
struct OptimumRequest {
    bool front = false;                     ///< of all objectives, instead of the best of the first one
    std::map<std::string, double> at_most;  ///< limits by figure, besides the job's own
    ExactSettings settings;
};

/// The best networks that there are, and how much of that is proved.
struct Optimum {
    struct Network {
        std::string id;
        Json choices;
        std::map<std::string, double> figures;  ///< all that the job has tables of
    };
    std::string job;
    bool front = false;
    std::vector<Objective> objectives;  ///< that were asked for
    std::vector<Limit> limits;
    std::vector<Network> networks;  ///< the best one, or the front, best first objective first
    bool complete = false;          ///< all that could be better by more than `within` was looked at
    bool enumerated = false;        ///< network by network
    double within = 0;              ///< in the first objective's unit
    /// No network has a better first objective; infinite where nothing is proved. Without a front alone.
    std::optional<double> bound;
    /// In the box of the objectives' `worst`, where each has one; and what no front has more of.
    std::optional<double> hypervolume;
    std::optional<double> hypervolume_bound;
    std::uint64_t looked_at = 0;  ///< networks, or parts of them
    double seconds = 0;
};

/// Spaces of at most 2^20 encodings are enumerated, larger ones are searched by branch and bound. Throws InputError
/// where the job's figures are not at hand, or no sums over the choices of a larger space, or where no network keeps
/// the limits.
[[nodiscard]] Optimum find_optimum(const Job& job, const OptimumRequest& request, const std::stop_token& stop = {});

/// What a study of the same space found, by the job's own tables.
struct StudyRating {
    std::size_t networks = 0;           ///< complete trials that keep the limits
    std::optional<double> best;         ///< first objective
    std::optional<double> hypervolume;  ///< where the objectives have a `worst`
};
/// Throws InputError where a trial is of another space.
[[nodiscard]] StudyRating rate_study(const Job& job, const OptimumRequest& request, std::span<const Trial> trials);

}  // namespace hwnas
