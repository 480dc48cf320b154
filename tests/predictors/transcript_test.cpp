#include <catch2/catch.hpp>
#include <sstream>

#include "core/files.h"
#include "core/line_process.h"
#include "predictors/command_evaluator.h"
#include "support.h"

using namespace hwnas;

namespace {

struct Exchange {
    Json question;
    Json answer;
};

/// The exchanges of the block ```transcript in docs/protocols.md.
std::vector<Exchange> transcript() {
    const std::string text = read_file(test::source("docs/protocols.md"));
    const std::string start = "```transcript\n";
    const auto first = text.find(start);
    REQUIRE(first != std::string::npos);
    const auto body = first + start.size();
    std::istringstream lines(text.substr(body, text.find("```", body) - body));
    std::vector<Exchange> exchanges;
    for (std::string line; std::getline(lines, line);) {
        const Json said = Json::parse(line.substr(2));
        if (line.starts_with("> "))
            exchanges.push_back({said, {}});
        else
            exchanges.back().answer = said;
    }
    return exchanges;
}

std::string program() { return std::string(HWNAS_BINARY_DIR) + "/fake_command"; }

}  // namespace

TEST_CASE("the documented exchanges happen as they are written") {
    LineProcess process({{program()}, {}});
    REQUIRE(transcript().size() == 3);
    for (const auto& exchange : transcript()) {
        const auto heard = process.exchange(exchange.question.dump(), std::chrono::seconds(20), {});
        REQUIRE(heard.end == LineProcess::End::line);
        REQUIRE(Json::parse(heard.line) == exchange.answer);
    }
}

TEST_CASE("the documented requests are what the evaluator sends") {
    CommandEvaluator evaluator({.command = {program()}, .metrics = {{"top1", "%"}}, .budget = {{"details", true}}});
    Json documented = transcript()[0].question;
    auto document = JsonDocument::from_value(documented["graph"], "docs/protocols.md");
    EvaluationRequest request;
    request.architecture = documented["architecture"];
    request.graph = graph_from_json(JsonValue(document));
    request.seed = documented["seed"];
    request.budget = documented["budget"];
    documented["budget"]["details"] = true;  // so that the program tells what it was sent
    REQUIRE(evaluator.evaluate(request, {}).details["request"] == documented);
}
