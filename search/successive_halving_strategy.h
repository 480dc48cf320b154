#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "search/rung.h"
#include "search/rung_figures.h"
#include "search/strategy.h"

namespace hwnas {

struct SuccessiveHalvingOptions {
    std::string key = "epochs";             ///< of the evaluator's budget, what the rungs are figures of
    std::vector<double> rungs = {1, 3, 9};  ///< ascending, two or more; the last is the evaluator's own budget
    double reduction = 3;                   ///< of a rung's networks one in so many goes on
    bool continues = true;                  ///< from the weights, with what the budget has more; else anew
    bool synchronous = false;
    std::size_t bracket = 9;  ///< networks that begin together, where synchronous
    StrategyFactory inner;    ///< finds the networks

    /// Problems go to the value's document.
    static SuccessiveHalvingOptions read(JsonObject& options);
};

/// A figure of a budget as a job would have it: whole numbers stay whole.
[[nodiscard]] Json budget_figure(double figure);

/// Successive halving over the evaluator's budget: each network is evaluated with the least budget (the lowest rung),
/// and the best of each rung go on to the next, chosen by the front (`front_order`). Asynchronous (ASHA: Li
/// et al., arXiv 1810.05934, algorithm 2; over a front: Schmucker et al., arXiv 2106.12639) it never waits: whoever is
/// among the best of its rung so far goes on, from the highest rung down, and where nobody is, a new network begins.
/// Synchronous (Jamieson and Talwalkar, AISTATS 2016) a bracket of networks begins, and the
/// best go on when all of their rung have ended.
///
/// The networks come from another strategy. It hears of them as of evaluations in full, by the figures of the
/// highest rung that each has reached, brought to the scale of the whole budget (`RungFigures`). What a higher rung
/// says is not new to it one by one: it is made anew, and hears of all again, whenever the answers of higher rungs
/// have grown by a fifth. Since figures of the first ones are on no such scale, its objectives have no
/// `worst` where they are not known beforehand, its limits are those on known figures, and of a trial that came from
/// elsewhere it hears at first that it is known, without figures. Where it has nothing new, or asked a hundred times in
/// a row for what is known, the next best go on (asynchronous), or the bracket begins with fewer.
class SuccessiveHalvingStrategy : public Strategy {
public:
    static StrategyFactory read(JsonObject& options);

    /// What `problem` points to must outlive this.
    SuccessiveHalvingStrategy(const SearchProblem& problem, std::uint64_t seed, SuccessiveHalvingOptions options);

    [[nodiscard]] std::optional<Proposal> ask(std::int64_t number, std::span<const Trial> pending) override;
    void tell(const Trial& trial) override;

private:
    /// Where a trial of this strategy stands.
    struct Place {
        std::size_t rung = 0;
        std::int64_t bracket = 0;
    };
    [[nodiscard]] std::optional<Place> place_of(const Trial& trial) const;
    [[nodiscard]] Proposal proposal(std::size_t rung, Encoding encoding, Json notes,
                                    std::optional<std::int64_t> parent) const;
    [[nodiscard]] Proposal going_on(std::size_t from, const Rung::Member& member) const;
    /// The best of a rung, among its best `count`, that has not gone on.
    [[nodiscard]] std::optional<Proposal> next_best(std::size_t rung, std::size_t count,
                                                    std::span<const Trial> pending) const;
    /// What the inner strategy asks for, on the lowest rung.
    [[nodiscard]] std::optional<Proposal> new_network(std::span<const Trial> pending);
    [[nodiscard]] std::size_t quota(std::size_t rung) const;
    [[nodiscard]] bool is_dry() const;

    [[nodiscard]] std::optional<Proposal> ask_asynchronous(std::span<const Trial> pending);
    [[nodiscard]] std::optional<Proposal> ask_bracket(std::span<const Trial> pending);
    /// What the inner strategy hears of a trial.
    [[nodiscard]] Trial as_heard(const Trial& trial) const;
    /// Makes the inner strategy anew where much is known by now that it has not heard.
    void renew_inner();
    /// Begins another bracket where this one has come to its end.
    void end_bracket(std::size_t rung);

    std::vector<Objective> objectives_;
    std::vector<Limit> limits_;
    SuccessiveHalvingOptions options_;
    std::uint64_t seed_;
    SearchProblem inner_problem_;
    std::unique_ptr<Strategy> inner_;
    std::vector<Rung> rungs_;          ///< of the bracket, where synchronous
    std::vector<std::size_t> ended_;   ///< by rung, failed ones too: networks of the bracket
    RungFigures figures_;              ///< of all brackets
    std::vector<Trial> heard_;         ///< by the inner strategy, as they were told
    std::int64_t higher_ = 0;          ///< answers of higher rungs
    std::int64_t higher_heard_ = 0;    ///< as the inner strategy was made
    std::int64_t bracket_ = 0;         ///< always 0 where asynchronous
    std::int64_t asked_of_inner_ = 0;  ///< told ones
    std::int64_t known_in_a_row_ = 0;  ///< of what the inner strategy asked for
};

}  // namespace hwnas
