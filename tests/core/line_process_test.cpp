#include "core/line_process.h"

#include <signal.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "core/error.h"

using namespace hwnas;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using End = LineProcess::End;

namespace {

LineProcess::Options shell(const std::string& script) { return {{"/bin/sh", "-c", script}, {}, 1U << 20U, {}}; }

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

LineProcess::Answer ask(LineProcess& process, const std::string& line, double limit = 10) {
    return process.exchange(line, std::chrono::duration<double>(limit), {});
}

// A zombie that its new parent has not yet collected is gone for our purpose.
bool is_running(int process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto name_end = text.rfind(')');
    return name_end != std::string::npos && text.substr(name_end + 2, 1) != "Z";
}

bool ends_soon(int process) {
    const auto start = Clock::now();
    while (is_running(process) && seconds_since(start) < 5) std::this_thread::sleep_for(5ms);
    return !is_running(process);
}

}  // namespace

TEST_CASE("a line goes in and a line comes out, many times") {
    LineProcess process({{"cat"}, {}});
    for (int i = 0; i < 1000; ++i) {
        const auto answer = ask(process, "line " + std::to_string(i));
        REQUIRE(answer.end == End::line);
        REQUIRE(answer.line == "line " + std::to_string(i));
    }
}

TEST_CASE("a line far longer than a pipe's buffer passes both ways at once") {
    LineProcess process({{"cat"}, {}});
    const std::string line(5'000'000, 'x');
    const auto answer = ask(process, line);
    REQUIRE(answer.end == End::line);
    REQUIRE(answer.line == line);
}

TEST_CASE("an answer that comes in pieces is one line, and lines that come at once are several") {
    LineProcess process(shell("while read l; do printf half; sleep 0.05; printf ' and half\\nmore\\n'; done"));
    REQUIRE(ask(process, "a").line == "half and half");
    REQUIRE(ask(process, "b").line == "more");
    REQUIRE(ask(process, "c").line == "half and half");
}

TEST_CASE("a time limit ends the exchange and the process can't be asked again") {
    LineProcess process(shell("sleep 100"));
    const auto start = Clock::now();
    REQUIRE(ask(process, "a", 0.1).end == End::timeout);
    REQUIRE(seconds_since(start) >= 0.1);
    REQUIRE(seconds_since(start) < 2);
    REQUIRE(ask(process, "b").end == End::closed);
    REQUIRE_THAT(process.end_and_explain(), Catch::Contains("was still running"));
}

TEST_CASE("without a time limit the exchange waits for its line") {
    LineProcess process(shell("read l; sleep 0.2; echo late"));
    const auto answer = process.exchange("a", std::nullopt, {});
    REQUIRE(answer.end == End::line);
    REQUIRE(answer.line == "late");
}

TEST_CASE("a stop is heard at once while the child is silent") {
    LineProcess process(shell("sleep 100"));
    std::stop_source source;
    std::jthread stopper([&source] {
        std::this_thread::sleep_for(100ms);
        source.request_stop();
    });
    const auto start = Clock::now();
    REQUIRE(process.exchange("a", std::nullopt, source.get_token()).end == End::stopped);
    REQUIRE(seconds_since(start) < 1);
}

TEST_CASE("a stop that came before the question leaves the process as it was") {
    LineProcess process({{"cat"}, {}});
    std::stop_source source;
    source.request_stop();
    REQUIRE(process.exchange("a", std::nullopt, source.get_token()).end == End::stopped);
    REQUIRE(ask(process, "b").line == "b");
}

TEST_CASE("an exit code is explained with the end of standard error") {
    LineProcess process(shell("read l; echo 'no such weights' >&2; exit 3"));
    REQUIRE(ask(process, "a").end == End::closed);
    const std::string reason = process.end_and_explain();
    REQUIRE_THAT(reason, Catch::StartsWith("exit code 3"));
    REQUIRE_THAT(reason, Catch::Contains("no such weights"));
    REQUIRE(process.end_and_explain() == reason);
}

TEST_CASE("a signal that ended the child is named") {
    LineProcess process(shell("read l; ulimit -c 0; kill -SEGV $$"));
    REQUIRE(ask(process, "a").end == End::closed);
    REQUIRE_THAT(process.end_and_explain(), Catch::StartsWith("killed by signal 11 (Segmentation fault)"));
}

TEST_CASE("a kill from outside is told apart from ours") {
    LineProcess process(shell("read l; kill -KILL $$"));
    REQUIRE(ask(process, "a").end == End::closed);
    REQUIRE_THAT(process.end_and_explain(), Catch::StartsWith("killed by signal 9 (Killed), as happens where memory"));
}

TEST_CASE("half a line and then the end is no answer, and is told") {
    LineProcess process(shell("read l; printf half"));
    const auto answer = ask(process, "a");
    REQUIRE(answer.end == End::closed);
    REQUIRE(answer.line == "half");
    REQUIRE_THAT(process.end_and_explain(), Catch::StartsWith("exit code 0"));
}

TEST_CASE("a whole line before the end is an answer") {
    LineProcess process(shell("read l; echo last; exit 4"));
    const auto answer = ask(process, "a");
    REQUIRE(answer.end == End::line);
    REQUIRE(answer.line == "last");
    REQUIRE(ask(process, "b").end == End::closed);
}

TEST_CASE("output without a newline is cut off at the longest line") {
    LineProcess process(shell("read l; yes | tr -d '\\n' | head -c 100000000"));
    const auto start = Clock::now();
    REQUIRE(ask(process, "a").end == End::too_long);
    REQUIRE(seconds_since(start) < 5);
}

TEST_CASE("a child that floods standard error is not blocked and its last words are kept") {
    LineProcess process(
        shell("read l; head -c 3000000 /dev/zero | tr '\\0' e >&2; echo the end >&2; echo ok; read l; exit 5"));
    REQUIRE(ask(process, "a").line == "ok");
    REQUIRE(ask(process, "b").end == End::closed);
    const std::string reason = process.end_and_explain();
    REQUIRE_THAT(reason, Catch::EndsWith("the end"));
    REQUIRE(reason.size() > 4000);
    REQUIRE(reason.size() < 4300);
}

TEST_CASE("standard error that is not UTF-8 becomes text that JSON can hold") {
    LineProcess process(shell("read l; printf 'bad \\377 byte' >&2; exit 1"));
    REQUIRE(ask(process, "a").end == End::closed);
    REQUIRE_THAT(process.end_and_explain(), Catch::Contains("bad \xEF\xBF\xBD byte"));
}

TEST_CASE("a child that reads nothing and ends does not end us by SIGPIPE") {
    LineProcess process(shell("exec 0<&-; sleep 0.1; exit 6"));
    const std::string line(1'000'000, 'x');
    REQUIRE(ask(process, line).end == End::closed);
    REQUIRE_THAT(process.end_and_explain(), Catch::StartsWith("exit code 6"));
}

TEST_CASE("the end of a child is seen although its own child holds its output open") {
    LineProcess process(shell("sleep 100 & read l; echo $!; read l; exit 3"));
    const int grandchild = std::stoi(ask(process, "a").line);
    REQUIRE(is_running(grandchild));
    const auto start = Clock::now();
    REQUIRE(ask(process, "b").end == End::closed);
    REQUIRE(seconds_since(start) < 2);
    REQUIRE_THAT(process.end_and_explain(), Catch::StartsWith("exit code 3"));
    REQUIRE(ends_soon(grandchild));
}

TEST_CASE("a child gone for good takes its children with it") {
    int child = 0;
    int grandchild = 0;
    {
        LineProcess process(shell("trap '' TERM; sleep 100 & read l; echo $!; exec sleep 100"));
        grandchild = std::stoi(ask(process, "a").line);
        child = process.process();
        REQUIRE(ask(process, "b", 0.01).end == End::timeout);
    }
    REQUIRE(ends_soon(child));
    REQUIRE(ends_soon(grandchild));
}

TEST_CASE("a child that ends with its input is given the time to do so") {
    const std::string path = std::string(HWNAS_BINARY_DIR) + "/line_process_test.out";
    std::remove(path.c_str());
    { LineProcess process(shell("while read l; do echo $l; done; sleep 0.1; echo tidy > " + path)); }
    std::ifstream file(path);
    std::string word;
    file >> word;
    REQUIRE(word == "tidy");
    std::remove(path.c_str());
}

TEST_CASE("a program that does not exist is an error that names it") {
    REQUIRE_THROWS_WITH(LineProcess({{"/no/such/program"}, {}}),
                        Catch::Contains("/no/such/program") && Catch::Contains("No such file"));
    REQUIRE_THROWS_AS(LineProcess({{}, {}}), RunError);
}

TEST_CASE("the environment is ours with additions and removals") {
    ::setenv("HWNAS_TEST_REMOVED", "x", 1);
    ::setenv("HWNAS_TEST_KEPT", "kept", 1);
    ::setenv("HWNAS_TEST_CHANGED", "before", 1);
    auto options = shell("read l; echo \"$HWNAS_TEST_REMOVED,$HWNAS_TEST_KEPT,$HWNAS_TEST_CHANGED\"");
    options.environment["HWNAS_TEST_CHANGED"] = "after";
    options.removed_environment = {"HWNAS_TEST_REMOVED"};
    LineProcess process(options);
    REQUIRE(ask(process, "a").line == ",kept,after");
}

TEST_CASE("a child starts with no signal blocked or ignored") {
    struct sigaction ignored {};
    struct sigaction before {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignored, &before);
    LineProcess process(shell("read l; grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -dc '1-9a-f'; echo"));
    ::sigaction(SIGPIPE, &before, nullptr);
    const auto answer = ask(process, "a");
    REQUIRE(answer.end == End::line);
    REQUIRE(answer.line == "");
}

TEST_CASE("a child outlives the thread that started it") {
    std::unique_ptr<LineProcess> process;
    std::thread([&process] { process = std::make_unique<LineProcess>(LineProcess::Options{{"cat"}, {}}); }).join();
    std::this_thread::sleep_for(50ms);
    REQUIRE(ask(*process, "a").line == "a");
}

TEST_CASE("a child does not outlive a killed process") {
#ifdef __SANITIZE_THREAD__
    WARN("SKIPPED: ThreadSanitizer allows no thread in a forked process");
    return;
#endif
    // A process of our own that starts a child and is then killed the hard way.
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t middle = ::fork();
    if (middle == 0) {
        LineProcess process(shell("sleep 100"));
        const int child = process.process();
        [[maybe_unused]] const auto written = ::write(ends[1], &child, sizeof child);
        ::pause();
        ::_exit(0);
    }
    int child = 0;
    REQUIRE(::read(ends[0], &child, sizeof child) == sizeof child);
    REQUIRE(is_running(child));
    ::kill(middle, SIGKILL);
    REQUIRE(ends_soon(child));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("many processes are used from many threads at once") {
    std::atomic<int> right{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&right, t] {
                for (int round = 0; round < 5; ++round) {
                    LineProcess process({{"cat"}, {}});
                    const std::string text = std::to_string(t) + " " + std::to_string(round);
                    if (ask(process, text).line == text) ++right;
                }
            });
    }
    REQUIRE(right == 40);
}

TEST_CASE("a group that takes more memory than it may is seen, whoever of it takes the memory") {
    // The third descriptor keeps the pipe open, since dd turns the second to its output.
    const std::string taking = "dd if=/dev/zero of=/dev/null bs=60M";
    auto options = shell(GENERATE_COPY("read l; exec 3>&1; exec " + taking, "read l; (" + taking + "); echo late"));
    options.most_memory = 40U << 20U;
    LineProcess process(options);
    REQUIRE(ask(process, "a").end == End::too_much_memory);
    REQUIRE(ask(process, "b").end == End::closed);
}

TEST_CASE("memory that a group shares is counted once") {
    // Eight shells, each with the libraries and the heap of the first.
    auto options = shell("for i in 1 2 3 4 5 6 7; do (read never </dev/zero) & done; read l; sleep 0.2; echo ok");
    options.most_memory = 6U << 20U;
    LineProcess process(options);
    REQUIRE(ask(process, "a").line == "ok");
}

TEST_CASE("CPU time of the child is counted while it runs and after its end") {
    LineProcess process(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; read l; echo done; read l"));
    REQUIRE(ask(process, "a").line == "done");
    const double running = process.cpu_seconds();
    REQUIRE(running > 0);
    REQUIRE(running < 10);
    static_cast<void>(process.end_and_explain());
    REQUIRE(process.cpu_seconds() > 0.5 * running);
}
