#include "search/earlier_figures.h"

#include <memory>

#include "search/learned_figure.h"

namespace hwnas {

ModelledSpace with_earlier_figures(const SearchProblem& problem) {
    const auto plain = std::make_shared<const ModelledSpace>(problem);
    ModelledSpace space = *plain;
    for (const auto& [name, encodings, values] : problem.earlier) {
        const auto learned = std::make_shared<LearnedFigure>(*plain, false);
        for (std::size_t i = 0; i < values.size(); ++i) learned->add(problem.space->canonical(encodings[i]), values[i]);
        space.add([plain, learned](const CategoricalPoints& points) { return learned->mean(points); });
    }
    return space;
}

}  // namespace hwnas
