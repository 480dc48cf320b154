#include "search/model_based_strategy.h"

#include <algorithm>

#include "search/spread_start.h"

namespace hwnas {
namespace {

/// All canonical, feasible encodings; empty where there are more than `most`.
std::vector<Encoding> all_encodings(const SearchProblem& problem, std::size_t most) {
    constexpr double walked_for_each = 16;
    const auto& choices = problem.space->choices();
    double count = 1;
    for (const auto& choice : choices) count *= static_cast<double>(choice.values.size());
    if (count > walked_for_each * static_cast<double>(most)) return {};
    std::vector<Encoding> all;
    Encoding encoding(choices.size(), 0);
    for (bool more = true; more;) {
        if (problem.space->canonical(encoding) == encoding && problem.feasible->contains(encoding))
            all.push_back(encoding);
        if (all.size() > most) return {};
        more = false;
        for (std::size_t i = encoding.size(); i-- > 0 && !more;) {
            more = ++encoding[i] < choices[i].values.size();
            if (!more) encoding[i] = 0;
        }
    }
    return all;
}

}  // namespace

ModelBasedOptions ModelBasedOptions::read(JsonObject& object) {
    ModelBasedOptions options;
    const auto count = [&object](const char* key, std::size_t otherwise, Range range) {
        return static_cast<std::size_t>(object.integer(key, static_cast<std::int64_t>(otherwise), range));
    };
    options.start = count("start", options.start, {2, 1000});
    options.most_listed = count("most_listed", options.most_listed, {0, 100000});
    options.pool.first = count("pool", options.pool.first, {10, 100000});
    options.pool.generations = count("generations", options.pool.generations, {0, 100});
    options.pool.children = count("children", options.pool.children, {1, 100000});
    return options;
}

StrategyFactory ModelBasedStrategy::read(JsonObject& object) {
    return [options = ModelBasedOptions::read(object)](const SearchProblem& problem, std::uint64_t seed) {
        return std::make_unique<ModelBasedStrategy>(problem, seed, options);
    };
}

ModelBasedStrategy::ModelBasedStrategy(const SearchProblem& problem, std::uint64_t seed, ModelBasedOptions options)
    : problem_(problem),
      options_(options),
      rng_(seed),
      start_(spread_start(problem, options.start, rng_.split(seed_word("start")))),
      surrogate_(problem) {
    if (auto all = all_encodings(problem, options.most_listed); !all.empty())
        listed_ = surrogate_.candidates(std::move(all));
}

void ModelBasedStrategy::tell(const Trial& trial) {
    seen_.insert(trial.architecture.encoding);
    surrogate_.tell(trial);
}

std::optional<Encoding> ModelBasedStrategy::unseen_start(const std::set<Encoding>& taken) const {
    // Others may have been evaluated too, given as starting networks.
    if (taken.size() >= start_.size() && surrogate_.learns_nothing()) return std::nullopt;
    for (const auto& encoding : start_)
        if (!taken.contains(encoding)) return encoding;
    return std::nullopt;
}

std::optional<Proposal> ModelBasedStrategy::ask(std::int64_t number, std::span<const Trial> pending) {
    std::set<Encoding> taken = seen_;
    std::vector<Encoding> under_way;
    for (const auto& trial : pending)
        if (taken.insert(trial.architecture.encoding).second) under_way.push_back(trial.architecture.encoding);
    if (auto first = unseen_start(taken)) return Proposal{std::move(*first)};
    Rng rng = rng_.split(static_cast<std::uint64_t>(number));
    std::optional<Encoding> best;
    if (surrogate_.ready()) {
        Prospects prospects(surrogate_, std::move(under_way), optimism_of(number));
        best = listed_ ? best_listed(taken, prospects)
                       : best_of_pool(problem_, surrogate_, prospects, taken, options_.pool, rng);
    }
    if (!best && !listed_) best = problem_.space->canonical(problem_.feasible->sample(rng));
    if (!best)
        for (const auto& encoding : listed_->encodings)
            if (!taken.contains(encoding)) best = encoding;
    if (!best) return std::nullopt;
    return Proposal{std::move(*best)};
}

std::optional<Encoding> ModelBasedStrategy::best_listed(const std::set<Encoding>& taken, Prospects& prospects) {
    const auto promise = prospects.promise(*listed_);
    std::optional<std::size_t> best;
    for (std::size_t n = 0; n < promise.size(); ++n)
        if ((!best || promise[n] > promise[*best]) && !taken.contains(listed_->encodings[n])) best = n;
    if (!best) return std::nullopt;
    return listed_->encodings[*best];
}

}  // namespace hwnas
