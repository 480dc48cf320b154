#include <catch2/catch.hpp>

#include <set>

#include "made_problem.h"
#include "search/netadapt_strategy.h"
#include "space/width_space.h"

using namespace hwnas;
using namespace hwnas::test;

namespace {

/// A network of two inverted residual layers, whose cost is its parameters and whose
/// accuracy falls with each channel taken, least with those of layer `a`.
class Widths {
public:
    Widths() : space_(width_space("widths", "net", network(), {.step = 4, .least = 4, .removable_layers = true})) {
        parameters_ = std::make_unique<CompiledMetric>(parameter_metric(space_));
        feasible_ = std::make_unique<FeasibleNetworks>(space_, std::vector<Bound>{});
        problem.space = &space_;
        problem.feasible = feasible_.get();
        problem.objectives = {{"top1", "%", Direction::maximize, {}},
                              {"parameters", "parameters", Direction::minimize, {}}};
        problem.known["parameters"] = [this](const Encoding& encoding) { return (*parameters_)(encoding); };
        problem.start = space_.space().reference();
    }
    Widths(const Widths&) = delete;

    static Graph network() {
        Graph graph({1, 8, 8});
        graph.begin_segment("stem");
        NodeId node = graph.add("stem.conv", op::Conv{.filters = 8}, {0});
        for (const std::string name : {"a", "b"}) {
            graph.begin_segment(name);
            const NodeId input = node;
            node = graph.add(name + ".expand", op::Conv{.filters = 32}, {node});
            node = graph.add(name + ".depthwise",
                             op::Conv{.filters = 32, .kernel = {3, 3}, .pads = {1, 1, 1, 1}, .group = 32}, {node});
            node = graph.add(name + ".project", op::Conv{.filters = 8}, {node});
            node = graph.add(name + ".add", op::Add{}, {node, input});
        }
        graph.begin_segment("head");
        node = graph.add("head.pool", op::GlobalAveragePool{}, {node});
        node = graph.add("head.flatten", op::Flatten{}, {node});
        graph.add("head.classes", op::Gemm{.features = 4}, {node});
        return graph;
    }

    [[nodiscard]] double cost(const Encoding& encoding) const { return (*parameters_)(encoding); }
    /// 90 % for the whole network; channels of `a.expand` cost nothing, others 1 point each 4.
    [[nodiscard]] double accuracy(const Encoding& encoding) const {
        double accuracy = 90;
        const auto& choices = space_.choices();
        const auto& own = space_.space().reference();
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i].name != "a.expand") accuracy -= std::abs(own[i] - encoding[i]);
        return accuracy;
    }
    [[nodiscard]] const CompiledSpace& space() const { return space_; }

    SearchProblem problem;

private:
    CompiledSpace space_;
    std::unique_ptr<CompiledMetric> parameters_;
    std::unique_ptr<FeasibleSet> feasible_;
};

std::vector<Trial> walk(const Widths& widths, NetAdaptOptions options) {
    NetAdaptStrategy strategy(widths.problem, std::move(options));
    return run(strategy, widths.space(), 1000, [&](Trial& trial) {
        trial.values = {{"top1", widths.accuracy(trial.architecture.encoding)},
                        {"parameters", widths.cost(trial.architecture.encoding)}};
    });
}

std::vector<const Trial*> of_phase(const std::vector<Trial>& trials, const std::string& phase) {
    std::vector<const Trial*> found;
    for (const auto& trial : trials)
        if (trial.notes.at("phase") == phase) found.push_back(&trial);
    return found;
}

}  // namespace

TEST_CASE("a network's widths are choices, in steps up to its own, tied where tensors are added") {
    const Widths widths;
    std::set<std::string> names;
    for (const auto& choice : widths.space().choices()) names.insert(choice.name);
    CHECK(names == std::set<std::string>{"stem.conv", "a.expand", "a.layer", "b.expand", "b.layer"});
}

TEST_CASE("each proposal changes one choice and is the costliest that meets the budget") {
    const Widths widths;
    const auto trials = walk(widths, {});
    const auto proposals = of_phase(trials, "proposal");
    REQUIRE(proposals.size() > 10);
    std::map<std::int64_t, Encoding> by_number;
    for (const auto& trial : trials) by_number[trial.number] = trial.architecture.encoding;
    for (const auto* trial : proposals) {
        const double budget = trial->notes.at("budget");
        const auto& from = by_number.at(trial->parent.value());
        const auto& to = trial->architecture.encoding;
        CHECK(widths.cost(to) <= budget);
        CHECK(trial->budget == NetAdaptOptions{}.short_term);
        std::size_t changed = 0;
        while (widths.space().choices()[changed].name != trial->notes.at("choice")) ++changed;
        // The next wider value breaks the budget, or is what it was.
        for (std::size_t value = 0; value < widths.space().choices()[changed].values.size(); ++value) {
            Encoding other = from;
            other[changed] = static_cast<std::uint8_t>(value);
            CHECK((widths.cost(other) <= widths.cost(to) || widths.cost(other) > budget));
        }
    }
}

TEST_CASE("the walk lowers the budget by reduction times decay to the i, and takes what costs no accuracy first") {
    const Widths widths;
    NetAdaptOptions options;
    options.reduction = 0.1;
    options.decay = 0.9;
    options.until = 0.3;
    const auto trials = walk(widths, options);
    const double start = widths.cost(trials.front().architecture.encoding);
    const auto proposals = of_phase(trials, "proposal");
    std::map<std::int64_t, double> budgets;
    for (const auto* trial : proposals)
        budgets[trial->notes.at("iteration").get<std::int64_t>()] = trial->notes.at("budget").get<double>();
    CHECK(budgets.at(1) == Approx(0.9 * start));
    double before = start;
    for (const auto& [iteration, budget] : budgets) {
        CHECK(before - budget >= Approx(0.1 * start * std::pow(0.9, iteration - 1)).margin(0.01 * start));
        before = budget;
    }
    // Layer a's free channels go before anything that costs accuracy.
    const auto long_term = of_phase(trials, "long-term");
    REQUIRE(long_term.size() == budgets.size() + 1);
    CHECK(long_term[0]->architecture.encoding == trials.front().architecture.encoding);
    CHECK(widths.accuracy(long_term[1]->architecture.encoding) == 90);
    CHECK(widths.accuracy(long_term[2]->architecture.encoding) == 90);
    CHECK(widths.cost(long_term.back()->architecture.encoding) <= std::max(0.3 * start, budgets.rbegin()->second));
    for (const auto* trial : long_term) {
        CHECK(trial->budget == Json::object());
        CHECK(trial->parent.has_value());
    }
}

TEST_CASE("the best proposal may be the one that loses least accuracy for what it saves") {
    const Widths widths;
    NetAdaptOptions options;
    options.select = NetAdaptOptions::Select::accuracy_per_cost;
    const auto trials = walk(widths, options);
    CHECK_FALSE(of_phase(trials, "long-term").empty());
}

TEST_CASE("narrowing all choices scales the start by one factor, the greatest that meets the budget") {
    const Widths widths;
    NetAdaptOptions options;
    options.narrow = NetAdaptOptions::Narrow::all_choices;
    options.until = 0.2;
    const auto trials = walk(widths, options);
    const auto proposals = of_phase(trials, "proposal");
    REQUIRE(proposals.size() > 5);
    const auto& choices = widths.space().choices();
    const auto& own = widths.space().space().reference();
    for (const auto* trial : proposals) {
        CHECK(widths.cost(trial->architecture.encoding) <= trial->notes.at("budget").get<double>());
        double least = 1, most = 0;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            const auto& value = choices[i].values[trial->architecture.encoding[i]];
            if (!value.is_number()) {
                CHECK(value == "keep");
                continue;
            }
            const double share = value.get<double>() / choices[i].values[own[i]].get<double>();
            // Widths come in steps of 4: of 8 channels that is half.
            least = std::min(least, share);
            most = std::max(most, share);
        }
        CHECK(most - least <= 0.5);
        CHECK(trial->parent.has_value());
    }
    CHECK(widths.cost(trials.back().architecture.encoding) < 0.5 * widths.cost(own));
}

TEST_CASE("a target of the cost is where the walk ends") {
    Widths widths;
    const double start = widths.cost(*widths.problem.start);
    widths.problem.objectives[1].target = 0.6 * start;
    const auto trials = walk(widths, {});
    const auto last = of_phase(trials, "long-term").back();
    CHECK(widths.cost(last->architecture.encoding) <= 0.6 * start);
    CHECK(widths.cost(last->architecture.encoding) > 0.4 * start);
}

TEST_CASE("a reference that was evaluated anyway is the start") {
    const Widths widths;
    NetAdaptStrategy strategy(widths.problem, {});
    Trial reference = trial_of(widths.space(), 0, {*widths.problem.start, {{"origin", "reference"}}});
    reference.state = TrialState::complete;
    reference.values = {{"top1", 90.0}};
    strategy.tell(reference);
    const auto proposal = strategy.ask(1, {});
    REQUIRE(proposal);
    CHECK(proposal->parent == 0);
    CHECK(proposal->notes.at("phase") == "proposal");
}

TEST_CASE("without a start that worked, or with nothing that fits, the walk ends; wrong problems say so") {
    Widths widths;
    NetAdaptStrategy strategy(widths.problem, {});
    auto start = trial_of(widths.space(), 0, strategy.ask(0, {}).value());
    CHECK_FALSE(strategy.ask(1, std::vector{start}));
    start.state = TrialState::failed;
    strategy.tell(start);
    CHECK_FALSE(strategy.ask(1, {}));

    widths.problem.objectives.pop_back();
    CHECK_THROWS_WITH(NetAdaptStrategy(widths.problem, {}), Catch::Contains("known before training"));
}

TEST_CASE("screened proposals: the most promising ones from the third iteration on, the others where those fail") {
    const Widths widths;
    NetAdaptOptions options;
    options.until = 0.6;
    options.screened = 1;
    const auto asked = [](const std::vector<Trial>& trials) {
        std::map<std::int64_t, std::vector<std::string>> choices;  // by iteration
        for (const auto& trial : trials)
            if (trial.notes.value("phase", "") == "proposal")
                choices[trial.notes.at("iteration").get<std::int64_t>()].push_back(trial.notes.at("choice"));
        return choices;
    };
    const auto by_iteration = asked(walk(widths, options));
    REQUIRE(by_iteration.size() >= 4);
    for (const auto& [iteration, choices] : by_iteration) {
        INFO("iteration " << iteration);
        if (iteration < 3)
            CHECK(choices.size() > 1);
        else
            CHECK(choices.size() == 1);
    }

    NetAdaptStrategy failing(widths.problem, options);
    const auto trials = run(failing, widths.space(), 1000, [&](Trial& trial) {
        const auto& notes = trial.notes;
        if (notes.value("phase", "") == "proposal" && notes.at("iteration") == 3) {
            trial.state = TrialState::failed;
            return;
        }
        trial.values = {{"top1", widths.accuracy(trial.architecture.encoding)},
                        {"parameters", widths.cost(trial.architecture.encoding)}};
    });
    CHECK(asked(trials).at(3).size() > 1);
}
