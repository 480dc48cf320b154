#pragma once

#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "predictors/evaluator.h"

namespace hwnas::test {

/// What every evaluator must hold to. The requests must be ones that it can
/// answer, all with different seeds or architectures.
struct EvaluatorCase {
    std::function<std::unique_ptr<Evaluator>()> make;
    std::vector<EvaluationRequest> requests;
};

inline bool has_its_metrics(const Evaluator& evaluator, const Evaluation& evaluation) {
    for (const auto& [name, unit] : evaluator.metrics())
        if (!evaluation.values.contains(name)) return false;
    for (const auto& [name, value] : evaluation.values)
        if (!std::isfinite(value)) return false;
    return std::isfinite(evaluation.cpu_seconds) && evaluation.cpu_seconds >= 0 && evaluation.details.is_object();
}

inline void check_evaluator_contract(const EvaluatorCase& subject) {
    REQUIRE(subject.requests.size() >= 2);
    const auto evaluator = subject.make();

    SECTION("it names at least one metric, each with a unit") {
        REQUIRE(!evaluator->metrics().empty());
        for (const auto& [name, unit] : evaluator->metrics()) {
            REQUIRE(!name.empty());
            REQUIRE(!unit.empty());
        }
    }
    SECTION("every answer has all its metrics as finite numbers") {
        for (const auto& request : subject.requests)
            REQUIRE(has_its_metrics(*evaluator, evaluator->evaluate(request, {})));
    }
    SECTION("the same request has the same values, in a new evaluator too") {
        const auto first = evaluator->evaluate(subject.requests.front(), {});
        static_cast<void>(evaluator->evaluate(subject.requests.back(), {}));
        REQUIRE(evaluator->evaluate(subject.requests.front(), {}).values == first.values);
        REQUIRE(subject.make()->evaluate(subject.requests.front(), {}).values == first.values);
    }
    SECTION("callers in several threads get the answers to their own requests") {
        std::vector<std::map<std::string, double>> alone;
        for (const auto& request : subject.requests) alone.push_back(evaluator->evaluate(request, {}).values);
        std::atomic<int> wrong{0};
        {
            std::vector<std::jthread> callers;
            for (std::size_t i = 0; i < subject.requests.size(); ++i)
                callers.emplace_back([&, i] {
                    for (int repeat = 0; repeat < 3; ++repeat)
                        if (evaluator->evaluate(subject.requests[i], {}).values != alone[i]) ++wrong;
                });
        }
        REQUIRE(wrong == 0);
    }
    SECTION("a stop that came before is obeyed, and only for that call") {
        std::stop_source source;
        source.request_stop();
        REQUIRE_THROWS_AS(evaluator->evaluate(subject.requests.front(), source.get_token()), EvaluationStopped);
        REQUIRE(has_its_metrics(*evaluator, evaluator->evaluate(subject.requests.front(), {})));
    }
}

}  // namespace hwnas::test
