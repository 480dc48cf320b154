#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/json_reader.h"
#include "space/search_space.h"

namespace hwnas::test {

/// Fields of a stage of each family behind a stem of 12 channels, and choices of it.
inline std::vector<std::pair<std::string, std::string>> example_stages() {
    return {
        {"classifier", R"("filters": 16, "hidden": 8)"},
        {"conv", R"("filters": 16, "choices": {"kernel": [1, 3], "activation": ["relu", "hard-swish"]})"},
        {"dense", R"("growth": 4, "layers": 2, "choices": {"bottleneck": [0, 2], "layers": [-1, 0]})"},
        {"fbnet",
         R"("filters": 16, "layers": 2, "stride": 2, "choices": {"block": ["k3_e1", "k5_e2_g2", "k3_e3_se", "skip"]})"},
        {"fire",
         R"("filters": 16, "layers": 2, "stride": 2, "choices": {"squeeze_ratio": [0.25, 0.5], "share_3x3": [0, 0.5, 1], "stride_at": [0, 1]})"},
        {"identity", R"("choices": {"filters": [1, 2]}, "filters": 12)"},
        {"inverted-residual",
         R"("filters": 12, "layers": 2, "choices": {"expansion": [1, 3], "kernel": [3, 7], "se_ratio": [0, 0.25], "groups": [1, 2], "activation": ["swish", "relu6"]})"},
        {"large-kernel",
         R"("filters": 12, "layers": 2, "stride": 2, "choices": {"kernel": [7, 31], "expansion": [2, 4], "stride_at": [0, 1]})"},
        {"mnasnet",
         R"("filters": 12, "layers": 2, "choices": {"op": ["conv", "sepconv", "mbconv3"], "skip": ["none", "identity", "pool"]})"},
        {"pool", R"("stride": 2, "choices": {"kind": ["max", "average"], "kernel": [2, 3]})"},
        {"residual",
         R"("filters": 16, "layers": 2, "stride": 2, "choices": {"block": ["basic", "bottleneck"], "reduction": [2, 4], "groups": [1, 4], "stride_in": ["kernel", "first"]})"},
        {"separable", R"("filters": 16, "stride": 2, "choices": {"kernel": [3, 5], "filters": [0.5, 1]})"},
        {"shuffle-v1",
         R"("filters": 24, "layers": 2, "stride": 2, "choices": {"groups": [1, 2, 3], "group_first": [true, false]})"},
        {"shuffle-v2", R"("filters": 24, "layers": 2, "stride": 2, "choices": {"kernel": [3, 5]})"},
        {"transition", R"("choices": {"compression": [0.5, 1]})"},
    };
}

/// A small space with one such stage.
inline SearchSpace space_with(const std::string& family, const std::string& fields, std::int64_t extent = 8) {
    const std::string stage = R"({"name": "stage", "family": ")" + family + R"(", )" + fields + "}";
    const std::string head = R"({"family": "classifier"})";
    const bool ends = family == "classifier";
    auto document =
        JsonDocument::parse(R"({"name": "example", "input": [3, )" + std::to_string(extent) + ", " +
                                std::to_string(extent) +
                                R"(], "classes": 5, "stem": {"family": "conv", "filters": 12, "stride": 2},
            "stages": [)" + (ends ? R"({"name": "stage", "family": "pool"})" : stage) +
                                R"(], "head": )" + (ends ? R"({"family": "classifier", )" + fields + "}" : head) + "}",
                            family + ".json");
    auto space = SearchSpace::read(JsonValue(document));
    document.throw_problems();
    return space;
}

/// The network of an encoding, if it keeps to all constraints.
inline std::optional<Graph> lowered(const SearchSpace& space, const Encoding& encoding) {
    try {
        return space.lower(encoding);
    } catch (const InputError&) {
        return std::nullopt;
    }
}

/// Every encoding of a space.
inline std::vector<Encoding> all_encodings(const SearchSpace& space) {
    std::vector<Encoding> encodings{{}};
    for (const auto& choice : space.choices()) {
        std::vector<Encoding> longer;
        for (const auto& encoding : encodings)
            for (std::size_t value = 0; value < choice.values.size(); ++value) {
                longer.push_back(encoding);
                longer.back().push_back(static_cast<std::uint8_t>(value));
            }
        encodings = std::move(longer);
    }
    return encodings;
}

}  // namespace hwnas::test
