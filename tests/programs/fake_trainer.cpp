// A made trainer that keeps the protocol, or breaks it as the tests ask: for
// `train` by the budget's "behaviour", for `measure` and `zero-cost` by the first argument.
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

using Json = nlohmann::json;

namespace {

void say(const Json& answer) { std::cout << answer.dump() << std::endl; }

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "unset" : value;
}

// True where the behaviour took the place of an answer.
bool misbehave(const std::string& behaviour, const Json& id) {
    if (behaviour == "refuse")
        say({{"id", id}, {"error", "diverged: loss is not finite at step 7"}});
    else if (behaviour == "crash")
        std::raise(SIGSEGV);
    else if (behaviour == "exit") {
        std::cerr << "out of cheese" << std::endl;
        std::exit(3);
    } else if (behaviour == "hang")
        std::this_thread::sleep_for(std::chrono::seconds(100));
    else if (behaviour == "garbage")
        std::cout << "loading weights ..." << std::endl;
    else if (behaviour == "other_id")
        say({{"id", 999999}, {"values", {{"top1", 1.0}, {"loss", 1.0}}}});
    else
        return false;
    return true;
}

void train(const Json& question) {
    const std::string behaviour = question["budget"].value("behaviour", "");
    const Json& id = question["id"];
    if (misbehave(behaviour, id)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(question["budget"].value("milliseconds", 0)));
    const auto seed = question["seed"].get<std::uint64_t>();
    Json answer = {{"id", id},
                   {"values", {{"top1", static_cast<double>(seed % 100)}, {"loss", 0.25}}},
                   {"weights", std::string(64, 'a')},
                   {"details",
                    {{"process", ::getpid()},
                     {"question", question},
                     {"threads", variable("OMP_NUM_THREADS")},
                     {"heap", variable("GLIBC_TUNABLES")},
                     {"arenas", variable("MALLOC_ARENA_MAX")}}},
                   {"cpu_seconds", 1.5}};
    if (behaviour == "not_finite") answer["values"]["loss"] = nullptr;
    if (behaviour == "no_top1") answer["values"].erase("top1");
    if (behaviour == "no_values") answer.erase("values");
    if (behaviour == "no_cpu_seconds") answer.erase("cpu_seconds");
    say(answer);
}

void zero_cost(const Json& question, const std::string& behaviour) {
    const Json& id = question["id"];
    if (misbehave(behaviour, id)) return;
    Json answer = {{"id", id}, {"values", Json::object()}, {"refused", Json::object()}, {"cpu_seconds", 0.25}};
    for (const auto& name : question["proxies"])
        answer["values"][name.get<std::string>()] = static_cast<double>(question["seed"].get<std::uint64_t>() % 100);
    if (behaviour == "refuse_naswot") {
        answer["values"].erase("naswot");
        answer["refused"]["naswot"] = "there are no ReLUs";
    }
    if (behaviour == "no_naswot") answer["values"].erase("naswot");
    if (behaviour == "echo") answer["details"] = question;
    say(answer);
}

void measure(const Json& question, const std::string& behaviour) {
    if (misbehave(behaviour, question["id"])) return;
    if (behaviour == "crash_on_crash" && question["graph"]["nodes"].size() > 1) std::raise(SIGSEGV);
    if (behaviour == "no_times") return say({{"id", question["id"]}, {"milliseconds", "soon"}});
    if (behaviour == "unsupported") return say({{"id", question["id"]}, {"unsupported", "no kernel for Relu"}});
    Json times = Json::array();
    for (int run = 0; run < question["least_runs"].get<int>(); ++run) times.push_back(0.5 + 0.01 * run);
    Json answer = {{"id", question["id"]}, {"milliseconds", times}};
    if (behaviour == "metered") {
        answer["throughput"] = 1800;
        answer["millijoules"] = 2.5;
        answer["idle_millijoules"] = 0.5;
        answer["details"] = {{"timer_resolution_ms", 0.005}};
    }
    if (behaviour == "negative_energy") answer["millijoules"] = -1;
    if (behaviour == "echo") answer["details"] = question;
    say(answer);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string behaviour = count > 1 ? arguments[1] : "";
    for (std::string line; std::getline(std::cin, line);) {
        const Json question = Json::parse(line);
        const std::string task = question["task"];
        if (task == "describe")
            say({{"id", question["id"]}, {"context", {{"engine", "fake"}, {"version", "1"}, {"process", ::getpid()}}}});
        else if (task == "train")
            train(question);
        else if (task == "zero-cost")
            zero_cost(question, behaviour);
        else if (task == "measure")
            measure(question, behaviour);
        else
            say({{"id", question["id"]}, {"error", "unknown task " + task}});
    }
}
