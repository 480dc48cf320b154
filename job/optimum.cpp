#include "job/optimum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "search/exact/enumeration.h"

namespace hwnas {
namespace {

constexpr double most_enumerated = 1U << 20U;
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The figures of a job that nobody has to be asked for.
class FiguresAtHand {
public:
    explicit FiguresAtHand(const Job& job) {
        for (const auto* tables : {&job.figures, &job.evaluator.sums})
            for (const auto& [key, table] : *tables) {
                sums_[key] = &table;
                functions_[key] = [&table = table](const Encoding& encoding) { return table(encoding); };
            }
        for (const auto& [key, function] : job.evaluator.exact) functions_[key] = function;
    }
    [[nodiscard]] const ChoiceTable* sum(const std::string& key) const {
        const auto found = sums_.find(key);
        return found == sums_.end() ? nullptr : found->second;
    }
    [[nodiscard]] bool has(const std::string& key) const { return functions_.contains(key); }
    [[nodiscard]] const ListedQuestion::Figure& function(const std::string& key) const { return functions_.at(key); }
    [[nodiscard]] std::map<std::string, double> of(const Encoding& encoding) const {
        std::map<std::string, double> figures;
        for (const auto& [key, function] : functions_)
            if (const auto figure = function(encoding)) figures[key] = *figure;
        return figures;
    }
    [[nodiscard]] std::vector<std::string> keys() const {
        std::vector<std::string> keys;
        for (const auto& [key, function] : functions_) keys.push_back(key);
        return keys;
    }

private:
    std::map<std::string, const ChoiceTable*> sums_;
    std::map<std::string, ListedQuestion::Figure> functions_;
};

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<Objective> asked_objectives(const Job& job, const OptimumRequest& request) {
    if (request.front) return job.objectives;
    return {job.objectives.front()};
}

std::vector<Limit> asked_limits(const Job& job, const OptimumRequest& request) {
    auto limits = job.limits;
    for (const auto& [key, most] : request.at_most) {
        std::string unit;
        if (const auto found = job.evaluator.metrics.find(key); found != job.evaluator.metrics.end())
            unit = found->second;
        if (const auto found = job.figures.find(key); found != job.figures.end()) unit = found->second.unit();
        limits.push_back({key, unit, {}, most});
    }
    return limits;
}

void check_at_hand(const Job& job, const OptimumRequest& request, const FiguresAtHand& figures) {
    if (!job.categories)
        throw InputError(
            {"job \"" + job.name + "\"", "a space of named choices, whose figures are all in tables",
             "the space \"" + job.space.name() + "\" of networks, whose accuracy is known by training only",
             "there is no exact answer; `hwnas search` searches it"});
    std::vector<Problem> problems;
    for (const auto& [key, most] : request.at_most)
        if (!figures.has(key) && !job.evaluator.metrics.contains(key)) {
            const auto near = nearest_word(key, figures.keys());
            problems.push_back({"--at-most " + key, "one of the job's figures: " + listed(figures.keys()),
                                "\"" + key + "\"", near ? "did you mean \"" + *near + "\"?" : ""});
        }
    std::vector<std::string> missing;
    const auto check = [&](const std::string& key) {
        if (!figures.has(key) && job.evaluator.metrics.contains(key) &&
            std::find(missing.begin(), missing.end(), key) == missing.end())
            missing.push_back(key);
    };
    for (const auto& objective : asked_objectives(job, request)) check(objective.key);
    for (const auto& limit : asked_limits(job, request)) check(limit.key);
    for (const auto& key : missing)
        problems.push_back({"job \"" + job.name + "\"", "a table of " + key + " for all networks",
                            "the evaluator \"" + job.evaluator.name + "\", which has to be asked for each",
                            "there is an exact answer where the evaluator is \"choice-table\" or \"table\""});
    if (!problems.empty()) throw InputError(std::move(problems));
}

/// A larger space has an answer where every figure is a sum over its choices.
void check_sums(const Job& job, const std::vector<Objective>& objectives, const std::vector<Limit>& limits,
                const FiguresAtHand& figures) {
    std::vector<std::string> missing;
    const auto check = [&](const std::string& key) {
        if (figures.sum(key) == nullptr && std::find(missing.begin(), missing.end(), key) == missing.end())
            missing.push_back(key);
    };
    for (const auto& objective : objectives) check(objective.key);
    for (const auto& limit : limits) check(limit.key);
    if (missing.empty()) return;
    throw InputError({"job \"" + job.name + "\"",
                      "sums over the choices, or a space of at most " + number_text(most_enumerated) + " encodings",
                      listed(missing) + " by rows, and " + number_text(job.categories->encoding_count()) + " encodings",
                      "give the figure as a table of choices (docs/tables.md)"});
}

Point box_of(const std::vector<Objective>& objectives, bool front) {
    Point box;
    for (const auto& objective : objectives)
        box.push_back(front && objective.worst ? turned(objective, *objective.worst) : infinite);
    return box;
}

bool is_bounded(const Point& box) {
    return std::all_of(box.begin(), box.end(), [](double end) { return end < infinite; });
}

ExactAnswer answer_of(const Job& job, const OptimumRequest& request, const std::vector<Objective>& objectives,
                      const std::vector<Limit>& limits, const FiguresAtHand& figures, bool enumerated,
                      const std::stop_token& stop) {
    const Point box = box_of(objectives, request.front);
    if (enumerated) {
        ListedQuestion question{job.categories.get(), {}, {}, box};
        for (const auto& objective : objectives)
            question.objectives.push_back(
                {figures.function(objective.key), objective.direction == Direction::maximize});
        for (const auto& limit : limits)
            question.limits.push_back({figures.function(limit.key), limit.least, limit.most});
        return enumerate_front(question, request.settings, stop);
    }
    check_sums(job, objectives, limits, figures);
    ExactQuestion question{job.categories.get(), {}, {}, box};
    for (const auto& objective : objectives)
        question.objectives.push_back(
            {objective.key, figures.sum(objective.key), objective.direction == Direction::maximize});
    for (const auto& limit : limits)
        question.limits.push_back({limit.key, figures.sum(limit.key), limit.least, limit.most});
    return exact_front(question, request.settings, stop);
}

std::string limits_text(const std::vector<Limit>& limits) {
    std::vector<std::string> texts;
    for (const auto& limit : limits) {
        if (limit.most) texts.push_back(limit.key + " <= " + number_text(*limit.most) + " " + limit.unit);
        if (limit.least) texts.push_back(limit.key + " >= " + number_text(*limit.least) + " " + limit.unit);
    }
    return listed(texts);
}

}  // namespace

Optimum find_optimum(const Job& job, const OptimumRequest& request, const std::stop_token& stop) {
    const FiguresAtHand figures(job);
    check_at_hand(job, request, figures);
    Optimum optimum;
    optimum.job = job.name;
    optimum.front = request.front;
    optimum.within = request.settings.within;
    optimum.objectives = asked_objectives(job, request);
    optimum.limits = asked_limits(job, request);
    optimum.enumerated = job.categories->encoding_count() <= most_enumerated;
    const auto answer = answer_of(job, request, optimum.objectives, optimum.limits, figures, optimum.enumerated, stop);
    if (answer.complete && answer.front.empty() && optimum.within == 0)
        throw InputError({"job \"" + job.name + "\"", "limits and a box that some network keeps",
                          "none that has " + (optimum.limits.empty() ? "all figures" : limits_text(optimum.limits)),
                          "loosen one of them"});
    optimum.complete = answer.complete;
    optimum.looked_at = answer.labels;
    optimum.seconds = answer.seconds;
    std::vector<Point> points;
    for (const auto& entry : answer.front) {
        points.push_back(entry.point);
        optimum.networks.push_back({job.categories->architecture(entry.encoding).id,
                                    job.categories->choices_json(entry.encoding), figures.of(entry.encoding)});
    }
    auto possible = points;
    possible.insert(possible.end(), answer.possible.begin(), answer.possible.end());
    if (!request.front) {
        double least = infinite;
        for (const auto& point : possible) least = std::min(least, point[0]);
        optimum.bound = turned(optimum.objectives[0], least);
    } else if (const Point box = box_of(optimum.objectives, true); is_bounded(box)) {
        optimum.hypervolume = hypervolume(points, box);
        optimum.hypervolume_bound = hypervolume(possible, box);
    }
    return optimum;
}

StudyRating rate_study(const Job& job, const OptimumRequest& request, std::span<const Trial> trials) {
    const FiguresAtHand figures(job);
    check_at_hand(job, request, figures);
    const auto objectives = asked_objectives(job, request);
    const auto limits = asked_limits(job, request);
    StudyRating rating;
    std::vector<Point> points;
    for (const auto& trial : trials) {
        if (trial.state != TrialState::complete) continue;
        auto document =
            JsonDocument::from_value(trial.choices, "trial " + std::to_string(trial.number) + " of the study");
        const auto encoding = job.categories->from_json(JsonValue(document));
        document.throw_problems();
        const auto values = figures.of(job.categories->canonical(encoding));
        auto point = point_of(objectives, values);
        if (!point || !meets(limits, values)) continue;
        ++rating.networks;
        const double first = values.at(objectives[0].key);
        const auto better = [&](double a, double b) { return turned(objectives[0], a) < turned(objectives[0], b); };
        if (!rating.best || better(first, *rating.best)) rating.best = first;
        points.push_back(std::move(*point));
    }
    if (const Point box = box_of(objectives, request.front); request.front && is_bounded(box))
        rating.hypervolume = hypervolume(points, box);
    return rating;
}

}  // namespace hwnas
