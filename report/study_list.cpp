#include "report/study_list.h"

#include <cmath>
#include <ctime>

#include "report/figures.h"

namespace hwnas {
namespace {

/// Text at a path of a job, null where there is none.
Json of_job(const Json& job, const char* key, const char* inner = nullptr) {
    const auto found = job.is_object() ? job.find(key) : job.end();
    if (!job.is_object() || found == job.end()) return nullptr;
    if (inner != nullptr) return of_job(*found, inner);
    return found->is_string() ? *found : Json();
}

std::string or_dash(const Json& text) { return text.is_string() ? text.get<std::string>() : "-"; }

std::string time_text(double seconds) {
    const auto whole = static_cast<std::time_t>(std::floor(seconds));
    std::tm parts{};
    char text[32] = "-";
    if (gmtime_r(&whole, &parts) != nullptr) (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return text;
}

std::string best_text(const StudyLine& line) {
    if (!line.front || line.front->entries.empty()) return "-";
    const auto& objective = line.front->objectives.front();
    return objective.key + " " + figure_with_unit(line.front->value(line.front->entries.front(), 0), objective.unit);
}

}  // namespace

StudyLine study_line(const StudyInfo& info, std::span<const Trial> trials, std::optional<Front> front) {
    StudyLine line;
    line.info = info;
    line.front = std::move(front);
    for (const auto& trial : trials) switch (trial.state) {
            case TrialState::complete:
                ++line.complete;
                break;
            case TrialState::failed:
                ++line.failed;
                break;
            case TrialState::running:
                ++line.running;
                break;
            case TrialState::duplicate:
                ++line.duplicate;
                break;
        }
    return line;
}

std::string study_table(std::span<const StudyLine> studies) {
    if (studies.empty()) return "no studies\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : studies) {
        const auto& job = line.info.job;
        rows.push_back({line.info.name, time_text(line.info.created), line.info.version, std::to_string(line.complete),
                        std::to_string(line.failed), std::to_string(line.running), std::to_string(line.duplicate),
                        best_text(line), line.front ? std::to_string(line.front->entries.size()) : "-",
                        or_dash(of_job(job, "strategy", "name")), or_dash(of_job(job, "evaluator", "name")),
                        or_dash(of_job(job, "space"))});
    }
    return format_table({{"study"},
                         {"created (UTC)"},
                         {"hwnas"},
                         {"complete", true},
                         {"failed", true},
                         {"running", true},
                         {"duplicate", true},
                         {"best"},
                         {"front", true},
                         {"strategy"},
                         {"evaluator"},
                         {"space"}},
                        rows, TableStyle::plain);
}

Json study_list_json(std::span<const StudyLine> studies) {
    Json list = Json::array();
    for (const auto& line : studies) {
        const auto& job = line.info.job;
        Json best = nullptr;
        if (line.front && !line.front->entries.empty()) {
            const auto& objective = line.front->objectives.front();
            const auto index = line.front->entries.front();
            const auto& entry = line.front->networks[index];
            best = {{"objective", objective.key},
                    {"unit", objective.unit},
                    {"direction", to_string(objective.direction)},
                    {"value", line.front->value(index, 0)},
                    {"id", entry.id},
                    {"trial", entry.trials.front()}};
        }
        list.push_back({{"name", line.info.name},
                        {"created", line.info.created},
                        {"version", line.info.version},
                        {"job", of_job(job, "name")},
                        {"strategy", of_job(job, "strategy", "name")},
                        {"evaluator", of_job(job, "evaluator", "name")},
                        {"space", of_job(job, "space")},
                        {"trials",
                         {{"complete", line.complete},
                          {"failed", line.failed},
                          {"running", line.running},
                          {"duplicate", line.duplicate}}},
                        {"front", line.front ? Json(line.front->entries.size()) : Json()},
                        {"best", std::move(best)}});
    }
    return {{"studies", std::move(list)}};
}

}  // namespace hwnas
