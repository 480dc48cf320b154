#include "core/json_process.h"

#include <cstdlib>

#include "core/text.h"

namespace hwnas {
namespace {

constexpr std::size_t longest_quoted_line = 200;

std::string seconds_text(std::chrono::duration<double> seconds) {
    return Json(seconds.count()).dump() + " s";
}

}  // namespace

JsonProcess::Reply JsonProcess::lose(const std::string& what) {
    const std::string end = process_->end_and_explain();
    const std::string program = options_.arguments.front();
    process_.reset();
    return {Outcome::lost, {}, program + (what.empty() ? " ended: " : " " + what + "; ") + end};
}

JsonProcess::Reply JsonProcess::ask(Json question, std::optional<std::chrono::duration<double>> limit,
                                    const std::stop_token& stop) {
    if (stop.stop_requested()) return {Outcome::stopped, {}, "stopped on request"};
    try {
        if (!process_) process_ = std::make_unique<LineProcess>(options_);
    } catch (const RunError& error) {
        return {Outcome::lost, {}, error.what()};
    }
    const std::int64_t id = ++questions_;
    question["id"] = id;
    const auto heard = process_->exchange(question.dump(), limit, stop);
    switch (heard.end) {
        case LineProcess::End::line:
            break;
        case LineProcess::End::timeout:
            return lose("gave no answer within " + seconds_text(*limit));
        case LineProcess::End::closed:
            return lose("");
        case LineProcess::End::too_long:
            return lose("answered with more than " + std::to_string(options_.longest_line) + " bytes");
        case LineProcess::End::stopped:
            static_cast<void>(lose(""));
            return {Outcome::stopped, {}, "stopped on request"};
    }
    Json answer = Json::parse(heard.line, nullptr, false);
    if (!answer.is_object())
        return lose("answered with something that is no JSON object: " +
                    valid_utf8(shortened(heard.line, longest_quoted_line)));
    if (!answer.contains("id") || answer["id"] != id)
        return lose("answered with the id " + (answer.contains("id") ? answer["id"].dump() : "none") +
                    " where " + std::to_string(id) + " was asked");
    if (answer.contains("error")) {
        const auto& error = answer["error"];
        return {Outcome::refusal, {}, error.is_string() ? error.get<std::string>() : error.dump()};
    }
    return {Outcome::answer, std::move(answer), ""};
}

LineProcess::Options computing_program(std::vector<std::string> command, std::int64_t threads) {
    const char* heap = std::getenv("GLIBC_TUNABLES");
    return {.arguments = std::move(command),
            .environment = {{"GLIBC_TUNABLES", heap != nullptr ? heap : "glibc.malloc.hugetlb=1"},
                            {"OMP_NUM_THREADS", std::to_string(threads)}},
            .removed_environment = {"MALLOC_ARENA_MAX"}};
}

}  // namespace hwnas
