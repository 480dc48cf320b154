#include "core/json_process.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/text.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_quoted_line = 200;
constexpr std::size_t longest_refusal = 4096;

std::string seconds_text(std::chrono::duration<double> seconds) { return Json(seconds.count()).dump() + " s"; }

std::string quoted(const std::string& line) { return valid_utf8(shortened(line, longest_quoted_line)); }

std::string id_of(const Json& answer) {
    return answer.is_object() && answer.contains("id") ? answer["id"].dump() : "none";
}

JsonProcess::Reply reply_of(Json answer, double cpu_seconds) {
    if (!answer.contains("error")) return {JsonProcess::Outcome::answer, std::move(answer), "", cpu_seconds};
    const auto& error = answer["error"];
    const std::string reason = error.is_string() ? error.get<std::string>() : error.dump();
    return {JsonProcess::Outcome::refusal, {}, valid_utf8(shortened(reason, longest_refusal)), cpu_seconds};
}

// What is wrong with the answers to questions of these ids; empty where each has one.
std::string flaw_of(const Json& answer, std::set<std::int64_t> ids) {
    const auto batch = answer.find("batch");
    if (batch == answer.end() || !batch->is_array())
        return "answered a batch without \"batch\", an array: " + quoted(answer.dump());
    for (const auto& item : *batch)
        if (id_of(item) == "none" || !item["id"].is_number_integer() || ids.erase(item["id"].get<std::int64_t>()) == 0)
            return "answered with the id " + id_of(item) + " in a batch where it was not asked, or not once more";
    return ids.empty() ? "" : "answered a batch without the id " + std::to_string(*ids.begin());
}

}  // namespace

JsonProcess::Reply JsonProcess::lose(const std::string& what) {
    const std::string end = process_->end_and_explain();
    const std::string program = options_.arguments.front();
    process_.reset();
    return {Outcome::lost, {}, program + (what.empty() ? " ended: " : " " + what + "; ") + end};
}

JsonProcess::Reply JsonProcess::exchange(const Json& line, std::optional<std::chrono::duration<double>> limit,
                                         const std::stop_token& stop) {
    if (stop.stop_requested()) return {Outcome::stopped, {}, "stopped on request"};
    const double cpu_seconds_before = cpu_seconds();
    try {
        if (!process_) process_ = std::make_unique<LineProcess>(options_);
    } catch (const RunError& error) {
        return {Outcome::lost, {}, error.what()};
    }
    const auto heard = process_->exchange(line.dump(), limit, stop);
    switch (heard.end) {
        case LineProcess::End::line:
            break;
        case LineProcess::End::timeout:
            return lose("gave no answer within " + seconds_text(*limit));
        case LineProcess::End::closed:
            return lose(heard.line.empty() ? "" : "ended in the middle of a line, " + quoted(heard.line));
        case LineProcess::End::too_long:
            return lose("answered with more than " + std::to_string(options_.longest_line) + " bytes");
        case LineProcess::End::too_much_memory:
            return lose("took more than " + std::to_string(options_.most_memory >> 20U) + " MiB of memory");
        case LineProcess::End::stopped:
            static_cast<void>(lose(""));
            return {Outcome::stopped, {}, "stopped on request"};
    }
    Json answer = Json::parse(heard.line, nullptr, false);
    if (!answer.is_object()) return lose("answered with something that is no JSON object: " + quoted(heard.line));
    return {Outcome::answer, std::move(answer), "", std::max(0.0, cpu_seconds() - cpu_seconds_before)};
}

JsonProcess::Reply JsonProcess::ask(Json question, std::optional<std::chrono::duration<double>> limit,
                                    const std::stop_token& stop) {
    const std::int64_t id = ++questions_;
    question["id"] = id;
    auto reply = exchange(question, limit, stop);
    if (reply.outcome != Outcome::answer) return reply;
    if (!reply.answer.contains("id") || reply.answer["id"] != id)
        return lose("answered with the id " + id_of(reply.answer) + " where " + std::to_string(id) + " was asked");
    return reply_of(std::move(reply.answer), reply.cpu_seconds);
}

std::vector<JsonProcess::Reply> JsonProcess::ask_all(std::vector<Json> questions,
                                                     std::optional<std::chrono::duration<double>> limit,
                                                     const std::stop_token& stop) {
    const std::size_t count = questions.size();
    const std::int64_t first = questions_ + 1;
    std::set<std::int64_t> ids;
    for (auto& question : questions) {
        question["id"] = ++questions_;
        ids.insert(questions_);
    }
    auto whole = exchange({{"batch", std::move(questions)}}, limit, stop);
    if (whole.outcome == Outcome::answer)
        if (const auto flaw = flaw_of(whole.answer, std::move(ids)); !flaw.empty()) whole = lose(flaw);
    if (whole.outcome != Outcome::answer) return std::vector<Reply>(count, whole);
    std::vector<Reply> replies(count);
    for (auto& answer : whole.answer["batch"]) {
        const auto place = static_cast<std::size_t>(answer["id"].get<std::int64_t>() - first);
        replies[place] = reply_of(std::move(answer), whole.cpu_seconds / static_cast<double>(count));
    }
    return replies;
}

LineProcess::Options computing_program(std::vector<std::string> command, std::int64_t threads) {
    const char* heap = std::getenv("GLIBC_TUNABLES");
    return {.arguments = std::move(command),
            .environment = {{"GLIBC_TUNABLES", heap != nullptr ? heap : "glibc.malloc.hugetlb=1"},
                            {"OMP_NUM_THREADS", std::to_string(threads)}},
            .removed_environment = {"MALLOC_ARENA_MAX"}};
}

}  // namespace hwnas
