#include "search/exact/enumeration.h"

#include <chrono>

namespace hwnas {
namespace {

constexpr std::uint64_t looks_between_clocks = 4096;

/// False behind the last one.
bool move_on(Encoding& encoding, const std::vector<Choice>& choices) {
    for (std::size_t i = encoding.size(); i-- > 0;) {
        if (++encoding[i] < choices[i].values.size()) return true;
        encoding[i] = 0;
    }
    return false;
}

bool keeps(const ListedQuestion::Limit& limit, const Encoding& encoding) {
    const auto figure = limit.figure(encoding);
    return figure && (!limit.least || *figure >= *limit.least) && (!limit.most || *figure <= *limit.most);
}

std::optional<Point> point_in_box(const ListedQuestion& question, const Encoding& encoding) {
    Point point;
    for (std::size_t i = 0; i < question.objectives.size(); ++i) {
        const auto figure = question.objectives[i].figure(encoding);
        if (!figure) return std::nullopt;
        point.push_back(question.objectives[i].turned ? -*figure : *figure);
        if (!(point.back() < question.box[i])) return std::nullopt;
    }
    return point;
}

}  // namespace

ExactAnswer enumerate_front(const ListedQuestion& question, const ExactSettings& settings,
                            const std::stop_token& stop) {
    const auto started = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    ExactAnswer answer;
    ParetoFront front;
    std::vector<Encoding> found;
    Encoding encoding(question.space->choices().size(), 0);
    answer.complete = true;
    do {
        if (answer.labels++ % looks_between_clocks == 0) {
            if (stop.stop_requested() || seconds() > settings.seconds) {
                answer.complete = false;
                answer.possible = {Point(question.objectives.size(), -std::numeric_limits<double>::infinity())};
                break;
            }
            if (settings.progress) settings.progress(answer.labels, seconds(), front.entries().size());
        }
        if (question.space->canonical(encoding) != encoding) continue;
        auto point = point_in_box(question, encoding);
        if (!point) continue;
        bool kept = true;
        for (const auto& limit : question.limits) kept = kept && keeps(limit, encoding);
        if (kept && front.insert(std::move(*point), static_cast<std::int64_t>(found.size()))) found.push_back(encoding);
    } while (move_on(encoding, question.space->choices()));
    for (const auto& entry : front.entries())
        answer.front.push_back({found[static_cast<std::size_t>(entry.id)], entry.point});
    answer.seconds = seconds();
    return answer;
}

}  // namespace hwnas
