#pragma once

#include <string>
#include <vector>

#include "space/made_categories.h"

namespace hwnas::test {

/// A space of a few choices, some of them interchangeable, and figures that are sums over them, by a seed.
struct MadeSums {
    CategoricalSpace space;
    std::vector<ChoiceTable> tables;  ///< look into `space`: not to be moved

    MadeSums(std::uint64_t seed, std::size_t figures, std::size_t pairs, std::size_t triples = 0)
        : space(made_space(seed)) {
        Rng rng(seed + 1000);
        const std::size_t count = space.choices().size();
        for (std::size_t f = 0; f < figures; ++f) {
            std::vector<ChoiceTable::Term> terms;
            const auto add = [&](std::size_t size) {
                std::vector<std::size_t> choices;
                while (choices.size() < size)
                    if (const auto choice = rng.below(count);
                        std::find(choices.begin(), choices.end(), choice) == choices.end())
                        choices.push_back(choice);
                terms.push_back(random_term(space, choices, rng));
            };
            for (std::size_t i = 0; i < 3 * count; ++i) add(1);
            for (std::size_t i = 0; i < (f == 0 ? pairs : pairs / 4); ++i) add(2);
            for (std::size_t i = 0; i < triples; ++i) add(3);
            tables.emplace_back(space, "unit", 3.0, terms);
        }
    }
    MadeSums(const MadeSums&) = delete;
    MadeSums& operator=(const MadeSums&) = delete;

private:
    static CategoricalSpace made_space(std::uint64_t seed) {
        Rng rng(seed);
        Json choices = Json::array();
        const std::size_t count = 4 + rng.below(4);
        for (std::size_t i = 0; i < count; ++i) {
            Json values = Json::array();
            const std::size_t size = i < 2 ? 3 : 2 + rng.below(3);
            for (std::size_t v = 0; v < size; ++v) values.push_back(v);
            choices.push_back({{"name", "c" + std::to_string(i)}, {"values", values}});
        }
        Json space{{"name", "made"}, {"type", "categorical"}, {"choices", choices}};
        if (seed % 3 == 0) space["interchangeable"] = {{{"value", 1}, {"among", {"c0", "c1"}}}};
        return space_of(space);
    }
};

}  // namespace hwnas::test
