#include "search/front_repeats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "study/fidelity.h"

namespace hwnas {
namespace {

constexpr std::int64_t least_freedom = 5;  // repeats that have to tell the noise
constexpr double endless = std::numeric_limits<double>::infinity();

}  // namespace

struct FrontRepeats::Standing {
    const Network* network = nullptr;
    Point point;
    std::int64_t count = 0;  ///< evaluations, those under way included
    std::int64_t asked = 0;  ///< the failed ones too
    std::int64_t repeat = 0;
    bool on_front = false;
};

FrontRepeats::FrontRepeats(FrontRepeatsSettings settings, std::vector<Objective> objectives, std::vector<Limit> limits,
                           const std::set<std::string>& known)
    : settings_(settings), objectives_(std::move(objectives)), limits_(std::move(limits)) {
    for (const auto& objective : objectives_) learned_.push_back(!known.contains(objective.key));
}

void FrontRepeats::tell(const Trial& trial) {
    const bool usable = trial.state == TrialState::complete && is_in_full(trial) && trial.budget.empty();
    const bool failed = trial.state == TrialState::failed && trial.repeat > 0;
    const auto point = usable ? point_of(objectives_, trial.values) : std::nullopt;
    if (!point && !failed) return;
    // A repeat that failed, of a network that has no figures yet, tells nothing.
    if (!point && !networks_.contains(trial.architecture.id)) return;
    auto& network = networks_[trial.architecture.id];
    // A network's figures are those of trials asked alike, the last way that it was asked; a front counts it so too.
    if (network.count == 0 || (point && network.parent != trial.parent)) {
        network = {trial.architecture.encoding, trial.number, 0, trial.parent, 0, 0, {}, {}};
        network.squares.assign(objectives_.size(), 0);
    }
    network.next_repeat = std::max(network.next_repeat, trial.repeat + 1);
    if (!point) {
        ++network.failed;
        return;
    }
    ++network.count;
    const auto count = static_cast<double>(network.count);
    for (std::size_t i = 0; i < objectives_.size(); ++i) {
        const double value = trial.values.at(objectives_[i].key);
        const auto mean = network.means.find(objectives_[i].key);
        const double away = mean == network.means.end() ? 0 : value - mean->second;
        network.squares[i] += away * away * (count - 1) / count;
    }
    for (const auto& [key, value] : trial.values) {
        auto& mean = network.means.try_emplace(key, value).first->second;
        mean += (value - mean) / count;
    }
}

std::optional<std::vector<double>> FrontRepeats::noise() const {
    std::vector<double> squares(objectives_.size(), 0);
    std::int64_t freedom = 0;
    for (const auto& [id, network] : networks_) {
        if (network.count < 2) continue;
        freedom += network.count - 1;
        for (std::size_t i = 0; i < squares.size(); ++i) squares[i] += network.squares[i];
    }
    if (freedom < least_freedom) return std::nullopt;
    for (std::size_t i = 0; i < squares.size(); ++i)
        squares[i] = learned_[i] ? std::sqrt(squares[i] / static_cast<double>(freedom)) : 0;
    return squares;
}

std::vector<FrontRepeats::Standing> FrontRepeats::standings(std::span<const Trial> pending) const {
    std::vector<Standing> all;
    for (const auto& [id, network] : networks_) {
        if (!meets(limits_, network.means)) continue;
        Standing standing{&network, point_of(objectives_, network.means).value(), network.count,
                          network.count + network.failed, network.next_repeat};
        for (const auto& trial : pending) {
            if (trial.architecture.id != id || !trial.budget.empty()) continue;
            ++standing.count;
            ++standing.asked;
            standing.repeat = std::max(standing.repeat, trial.repeat + 1);
        }
        all.push_back(std::move(standing));
    }
    ParetoFront front;
    for (std::size_t i = 0; i < all.size(); ++i) front.insert(all[i].point, static_cast<std::int64_t>(i));
    for (const auto& entry : front.entries()) all[static_cast<std::size_t>(entry.id)].on_front = true;
    return all;
}

std::optional<FrontRepeats::Repeat> FrontRepeats::next(std::span<const Trial> pending) const {
    if (std::none_of(learned_.begin(), learned_.end(), [](bool learned) { return learned; })) return std::nullopt;
    const auto all = standings(pending);
    const auto known_noise = noise();
    const auto deviation = [&](std::size_t axis, const Standing& a, const Standing& b) {
        const double one = known_noise ? (*known_noise)[axis] : 1;
        return std::max(one, 1e-12) * std::sqrt(1 / static_cast<double>(a.count) + 1 / static_cast<double>(b.count));
    };
    // By how many deviations `rival` has to be better, on every learned axis on which it is not yet, to dominate
    // `other`; endless where a known figure forbids it.
    const auto until_dominates = [&](const Standing& rival, const Standing& other) {
        double most = 0;
        for (std::size_t i = 0; i < learned_.size(); ++i) {
            const double behind = rival.point[i] - other.point[i];
            if (behind <= 0) continue;
            if (!learned_[i]) return endless;
            most = std::max(most, behind / deviation(i, rival, other));
        }
        return most;
    };
    // By how many `other` has to be better, on one of them, not to be dominated.
    const auto until_escapes = [&](const Standing& rival, const Standing& other) {
        double least = endless;
        for (std::size_t i = 0; i < learned_.size(); ++i)
            if (learned_[i]) least = std::min(least, (other.point[i] - rival.point[i]) / deviation(i, rival, other));
        return least;
    };

    const double sure = known_noise ? settings_.deviations : endless;
    const Standing* chosen = nullptr;
    double nearest = endless;
    for (const auto& one : all) {
        // On the front: what is nearest to throwing it out. Off it: the one that is hardest to escape.
        double margin = one.on_front ? endless : 0;
        const Standing* rival = nullptr;
        for (const auto& other : all) {
            if (!other.on_front || &other == &one) continue;
            const double until_out = until_dominates(other, one);
            if (one.on_front ? until_out >= margin : until_out > 0) continue;
            const double until = one.on_front ? until_out : until_escapes(other, one);
            if (!one.on_front && rival != nullptr && until <= margin) continue;
            margin = until;
            rival = &other;
        }
        if (rival == nullptr || margin >= sure || margin >= nearest) continue;
        const bool rival_less = rival->asked < one.asked;
        const Standing* less = rival_less ? rival : &one;
        if (less->asked >= settings_.most) continue;
        nearest = margin;
        chosen = less;
    }
    if (chosen == nullptr) return std::nullopt;
    return Repeat{chosen->network->encoding, chosen->network->first, chosen->repeat, chosen->network->parent};
}

}  // namespace hwnas
