// A made program for the command evaluator that keeps its protocol, or breaks it as
// the request's budget says under "behaviour".
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

using Json = nlohmann::json;

namespace {

void say(const std::string& line) { std::cout << line << std::endl; }

void wait() { std::this_thread::sleep_for(std::chrono::seconds(100)); }

[[noreturn]] void take_memory() {
    std::vector<std::vector<char>> taken;
    for (;;) {
        taken.emplace_back(8U << 20U, 'x');
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

// A child that stays in the group and holds standard output; its number goes to standard error.
void leave_a_child() {
    const pid_t child = ::fork();
    if (child == 0) {
        wait();
        ::_exit(0);
    }
    std::cerr << "child " << child << std::endl;
}

// True where the behaviour took the place of an answer.
bool misbehave(const std::string& behaviour, const Json& id) {
    if (behaviour == "hang")
        wait();
    else if (behaviour == "memory")
        take_memory();
    else if (behaviour == "memory_of_child") {
        if (::fork() == 0) take_memory();
        wait();
    } else if (behaviour == "other_id")
        say(Json{{"id", id.get<int>() + 1}, {"values", {{"top1", 1.0}}}}.dump());
    else if (behaviour == "half_line") {
        std::cout << "{\"id\": " << id << ", \"val" << std::flush;
        std::_Exit(0);
    } else if (behaviour == "long_line") {
        const std::string chunk(1U << 20U, 'x');
        for (int i = 0; i < 100; ++i) std::cout << chunk;
        say("");
    } else if (behaviour == "exit") {
        std::cerr << "no CUDA device found" << std::endl;
        std::_Exit(3);
    } else if (behaviour == "crash")
        std::raise(SIGSEGV);
    else if (behaviour == "grandchild") {
        leave_a_child();
        std::_Exit(0);
    } else if (behaviour == "noise")
        say("Epoch 1/10: loss 2.30");
    else
        return false;
    return true;
}

Json answer(const Json& request) {
    const Json& budget = request["budget"];
    const std::string behaviour = budget.value("behaviour", "");
    std::this_thread::sleep_for(std::chrono::milliseconds(budget.value("milliseconds", 0)));
    if (behaviour == "refuse") return {{"id", request["id"]}, {"error", "CUDA out of memory"}};
    if (budget.value("epochs", 1) < 1)
        return {{"id", request["id"]}, {"error", "budget: expected at least 1 epoch; found 0"}};
    Json result{{"id", request["id"]},
                {"values", {{"top1", static_cast<double>(request["seed"].get<std::uint64_t>() % 100)}}}};
    if (behaviour == "not_a_number") result["values"]["top1"] = "82 %";
    if (behaviour == "missing") result["values"] = {{"top5", 99.0}};
    if (budget.value("details", false)) result["details"] = {{"process", ::getpid()}, {"request", request}};
    return result;
}

void answer_batch(Json requests) {
    Json answers = Json::array();
    for (const auto& request : requests) {
        if (misbehave(request["budget"].value("behaviour", ""), request["id"])) return;
        answers.push_back(answer(request));
        if (answers.back().contains("details")) answers.back()["details"]["together"] = requests.size();
    }
    std::reverse(answers.begin(), answers.end());
    if (requests.back()["budget"].value("behaviour", "") == "drop") answers.erase(0);
    say(Json{{"batch", answers}}.dump());
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const Json request = Json::parse(line);
        if (request.contains("batch"))
            answer_batch(request["batch"]);
        else if (!misbehave(request["budget"].value("behaviour", ""), request["id"]))
            say(answer(request).dump());
    }
}
