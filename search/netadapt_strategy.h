#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "search/learned_figure.h"
#include "search/modelled_space.h"
#include "search/strategy.h"

namespace hwnas {

struct NetAdaptOptions {
    std::string cost;         ///< key of the known figure to lower; empty: the first known one that is minimised
    double reduction = 0.05;  ///< of the first iteration, as a share of the starting network's cost
    double decay = 0.98;      ///< each iteration's reduction over that of the one before
    double until = 0.25;      ///< the last budget, as a share of the starting network's cost
    /// How the best of an iteration is chosen: by accuracy, or by the accuracy that
    /// each unit of cost saved loses (MobileNetV3, arXiv 1905.02244, section 4.2).
    enum class Select { accuracy, accuracy_per_cost };
    Select select = Select::accuracy;
    /// What a proposal narrows: one choice, or all of them by one factor (MobileNet's width
    /// multiplier, arXiv 1704.04861, section 3.3), the baseline in the same walk.
    enum class Narrow { one_choice, all_choices };
    Narrow narrow = Narrow::one_choice;
    /// Proposals of an iteration that are fine-tuned at most, those of which a model of the proposals so far expects
    /// most; 0: all, as in the paper.
    std::size_t screened = 0;
    Json short_term = {{"steps", 100}, {"learning_rate", 0.02}};  ///< budget of a proposal
    std::optional<Json> long_term = Json::object();  ///< budget of the trajectory's networks; none: left out

    /// Problems go to the value's document.
    static NetAdaptOptions read(JsonObject& options);
};

/// NetAdapt (Yang et al., arXiv 1804.03230, algorithm 1): walks from one network to
/// cheaper ones. Each iteration lowers the budget by reduction x decay^i and asks for
/// one proposal per choice: the costliest value of that choice alone with which the
/// network meets the new budget by the table. Each proposal starts from the weights
/// of the network that it was made from and gets the short-term budget; the best one
/// is where the next iteration starts. The walk ends at `until` (or the cost's target,
/// where the objective has one), or where no single choice saves as much as a 32nd of a
/// reduction: one that none can save is halved up to five times. Then each
/// network of the trajectory, the start too, is asked for once more with the long-term
/// budget, from the weights that it had. The trajectory is the front.
///
/// It starts from `SearchProblem::start`, else from the costliest feasible network;
/// a trial of that network in the job's plain budget that is told anyway (the
/// reference) is taken for it. On a space of a network's widths
/// (space/width_space.h) the choices are the paper's layers; on any other they are
/// whatever can be chosen. With `narrow` of all choices an iteration has one proposal: the
/// start, the numbers of its choices times the greatest factor that meets the budget.
///
/// With `screened` an iteration fine-tunes so many proposals only, from the third on: a Gaussian process over the
/// choices learns what the proposals of the iterations before came to. Where all of those fail the others are asked
/// for.
class NetAdaptStrategy : public Strategy {
public:
    static StrategyFactory read(JsonObject& options);

    /// Throws InputError where no known figure is minimised, where nothing is
    /// maximised, or where the starting network breaks a limit.
    NetAdaptStrategy(const SearchProblem& problem, NetAdaptOptions options);

    /// Notes: `phase` (start, proposal, long-term), and `iteration`, `choice`, `budget`
    /// of a proposal or `step` of the trajectory.
    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

private:
    /// A network on the way, evaluated.
    struct Step {
        Encoding encoding;
        double cost = 0;
        double accuracy = 0;
        std::int64_t trial = 0;
    };
    struct Candidate {
        Encoding encoding;
        std::string choice;
    };
    [[nodiscard]] double cost_of(const Encoding& encoding) const { return problem_.known.at(options_.cost)(encoding); }
    [[nodiscard]] std::vector<Candidate> candidates(double budget) const;
    [[nodiscard]] std::vector<Candidate> scaled_start(double budget) const;
    [[nodiscard]] Proposal long_term(std::size_t step) const;
    void begin_iteration();
    /// Leaves the most promising ones among the candidates; the others wait in `reserve_`.
    void screen();
    [[nodiscard]] double merit(double accuracy, double cost) const;
    void choose();

    SearchProblem problem_;
    NetAdaptOptions options_;
    std::string accuracy_;  ///< key of the first maximised objective
    Encoding start_;        ///< canonical
    bool start_failed_ = false;
    std::vector<Step> trajectory_;  ///< empty until the start is told
    double budget_ = 0;             ///< of this iteration
    double last_budget_ = 0;
    bool walking_ = true;
    std::vector<Candidate> candidates_;                   ///< of this iteration
    std::vector<Candidate> reserve_;                      ///< of this iteration, not to be fine-tuned
    std::optional<ModelledSpace> modelled_;               ///< where proposals are screened
    std::optional<LearnedFigure> learned_;                ///< minus the accuracy of proposals
    std::map<std::string, std::optional<Step>> answers_;  ///< by choice; none where it failed
    std::set<std::size_t> fine_tuned_;                    ///< steps of the trajectory whose long-term trial ended
};

}  // namespace hwnas
