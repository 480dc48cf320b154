#pragma once

#include <span>
#include <vector>

#include "study/trial.h"

namespace hwnas {

/// How the trials of one study come into another one of the same job.
struct TrialMerge {
    std::vector<Trial> put;    ///< new ones, and those of the study that change
    std::size_t added = 0;     ///< of `put`: new to the study
    std::size_t answered = 0;  ///< of `put`: were under way in the study, and have the other's answer
    std::size_t known = 0;     ///< the study has an answer to the same question, which stays
    std::size_t left_out = 0;  ///< running and duplicate ones of the other, which say nothing new
    bool continued = false;    ///< the other one went on from where the study stands: it is taken as it is
};

/// A question is an architecture, a repeat, a seed, a budget and the question that its parent
/// answers. Each is taken once:
/// - Where `from` goes on from where `into` stands (all trials of `into` are in it, under
///   their numbers, and their ends and the order of telling agree), `into` becomes equal to
///   it, duplicates and running trials included.
/// - Else an ended trial of `from` whose question is new gets the next free number and, if it
///   was told, the next place in the order of telling, both in the order of `from`; `parent`,
///   `duplicate_of` and the note `repeat_of` follow the numbers. One that `into` has as running
///   gives it its answer. One that has ended in `into` stays as it is there.
/// So merging the same again changes nothing. Throws InputError at `origin` where a trial of
/// `from` names a parent that is not there.
[[nodiscard]] TrialMerge merge_trials(std::span<const Trial> into, std::span<const Trial> from,
                                      const std::string& origin);

}  // namespace hwnas
