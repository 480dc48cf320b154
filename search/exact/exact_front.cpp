#include "search/exact/exact_front.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "search/exact/front_corners.h"
#include "search/exact/label_dominance.h"
#include "search/exact/objective_windows.h"

namespace hwnas {
namespace {

/// Labels that are expanded in one go, between looks at the clock.
constexpr std::size_t step_labels = 1024;
/// Labels that wait together: where they are comparable the more the better, as far as memory goes.
constexpr std::size_t batch_labels = 8192;
constexpr std::size_t comparable_batch_labels = 1U << 18U;
constexpr std::size_t beam_labels = 64;
constexpr std::size_t all_labels = std::numeric_limits<std::size_t>::max();

/// The question as figures of a model: limits on an objective's own figure are part of the box.
BoxedModel boxed_model(const ExactQuestion& question, double within) {
    auto figures = question.objectives;
    BoxedModel boxed;
    boxed.box = question.box;
    boxed.within = within;
    const auto add = [&](const TableBound& bound, bool turned, double most) {
        for (std::size_t i = 0; i < question.objectives.size(); ++i)
            if (question.objectives[i].table == bound.table && question.objectives[i].turned == turned) {
                boxed.box[i] = std::min(boxed.box[i], std::nextafter(most, std::numeric_limits<double>::infinity()));
                return;
            }
        figures.push_back({bound.name, bound.table, turned});
        boxed.limits.push_back(most);
    };
    for (const auto& bound : question.limits) {
        if (bound.most) add(bound, false, *bound.most);
        if (bound.least) add(bound, true, -*bound.least);
    }
    boxed.model = pairwise_model(*question.space, figures);
    return boxed;
}

/// Where a box is open, it ends behind all there is.
void close_box(BoxedModel& boxed, const OpenRanges& ranges) {
    for (std::size_t i = 0; i < boxed.box.size(); ++i) {
        const double most = boxed.model.constants[i] + ranges.most(i, 0);
        const double beyond = most + 1e-6 * std::max(std::abs(most), ranges.most(i, 0) - ranges.least(i, 0)) + 1e-300;
        boxed.box[i] = std::min(boxed.box[i], beyond);
    }
}

class FrontSearch {
public:
    FrontSearch(const ExactQuestion& question, const ExactSettings& settings, const std::stop_token& stop)
        : question_(&question),
          settings_(&settings),
          stop_(&stop),
          boxed_(boxed_model(question, settings.within)),
          ranges_(boxed_.model) {
        close_box(boxed_, ranges_);
    }

    [[nodiscard]] ExactAnswer run() {
        ObjectiveWindows rough(boxed_, ranges_, {});
        rough.fit({});
        beam(rough);
        ObjectiveWindows windows(boxed_, ranges_, points());
        windows.fit(front_values());
        beam(windows);
        search(windows);
        ExactAnswer answer;
        answer.possible = possible(windows);
        // What waits may be unable to be better, though time ended before that was seen.
        answer.complete = waiting_.empty() || answer.possible.empty();
        for (const auto& entry : front_.entries())
            answer.front.push_back({found_[static_cast<std::size_t>(entry.id)].encoding, entry.point});
        answer.labels = labels_;
        answer.seconds = seconds();
        return answer;
    }

private:
    struct Found {
        Encoding encoding;
        std::vector<std::uint16_t> values;
    };

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }
    [[nodiscard]] bool over() const { return stop_->stop_requested() || seconds() > settings_->seconds; }
    [[nodiscard]] std::size_t depth() const { return boxed_.model.variables.size(); }
    [[nodiscard]] std::vector<Point> points() const {
        std::vector<Point> points;
        for (const auto& entry : front_.entries()) points.push_back(entry.point);
        return points;
    }
    [[nodiscard]] std::vector<std::vector<std::uint16_t>> front_values() const {
        std::vector<std::vector<std::uint16_t>> values;
        for (const auto& entry : front_.entries()) values.push_back(found_[static_cast<std::size_t>(entry.id)].values);
        return values;
    }

    void update(ObjectiveWindows& windows) {
        if (!changed_) return;
        windows.update(points());
        changed_ = false;
    }

    /// Whole answers, by the figures of the tables themselves.
    void take(const LabelBatch& leaves) {
        for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
            const auto values = leaves.values_of(leaf);
            Encoding encoding = question_->space->canonical(boxed_.model.encoding(values));
            Point point;
            bool inside = true;
            for (std::size_t i = 0; i < question_->objectives.size(); ++i) {
                const auto& objective = question_->objectives[i];
                const double figure = (*objective.table)(encoding);
                point.push_back(objective.turned ? -figure : figure);
                inside = inside && point.back() < boxed_.box[i];
            }
            for (const auto& bound : question_->limits) {
                const double figure = (*bound.table)(encoding);
                inside = inside && (!bound.most || figure <= *bound.most) && (!bound.least || figure >= *bound.least);
            }
            if (!inside || !front_.insert(std::move(point), static_cast<std::int64_t>(found_.size()))) continue;
            found_.push_back({std::move(encoding), {values.begin(), values.end()}});
            changed_ = true;
        }
    }

    /// A quick look for good answers, by the best few partial ones of each window.
    void beam(ObjectiveWindows& windows) {
        windows.update(points());
        auto labels = root_label(windows);
        while (labels.size() > 0 && labels.depth < depth() && !over()) {
            LabelBatch next;
            for (std::size_t first = 0; first < labels.size(); first += step_labels * 64)
                next.append(
                    expand(windows, labels, first, std::min(first + step_labels * 64, labels.size()), beam_labels));
            labels_ += next.size();
            drop_dominated(next, windows);
            labels = std::move(next);
        }
        if (labels.depth == depth()) take(labels);
        update(windows);
    }

    void search(ObjectiveWindows& windows) {
        waiting_.push_back(root_label(windows));
        while (!waiting_.empty() && !over()) {
            const auto labels = std::move(waiting_.back());
            waiting_.pop_back();
            if (labels.depth == depth()) {
                take(labels);
                continue;
            }
            LabelBatch next;
            std::size_t first = 0;
            for (; first < labels.size() && !over(); first += step_labels) {
                update(windows);
                auto children =
                    expand(windows, labels, first, std::min(first + step_labels, labels.size()), all_labels);
                labels_ += children.size();
                if (children.depth == depth())
                    take(children);
                else
                    next.append(children);
                if (settings_->progress) settings_->progress(labels_, seconds(), front_.entries().size());
            }
            if (first < labels.size()) wait(labels, first, labels.size());
            if (next.size() == 0) continue;
            drop_dominated(next, windows);
            wait_in_batches(next);
        }
    }

    void wait(const LabelBatch& labels, std::size_t first, std::size_t last) {
        std::vector<std::size_t> chosen(last - first);
        std::iota(chosen.begin(), chosen.end(), first);
        waiting_.emplace_back().append(labels, chosen);
    }

    /// The most promising ones on top.
    void wait_in_batches(const LabelBatch& labels) {
        std::vector<std::size_t> order(labels.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(labels.promise[a], b) < std::pair(labels.promise[b], a);
        });
        const std::size_t batch = comparable(boxed_.model, labels.depth) ? comparable_batch_labels : batch_labels;
        for (std::size_t first = 0; first < order.size(); first += batch)
            waiting_.emplace_back().append(labels,
                                           std::span(order).subspan(first, std::min(batch, order.size() - first)));
    }

    [[nodiscard]] std::vector<Point> possible(const ObjectiveWindows& windows) const {
        constexpr double none = std::numeric_limits<double>::infinity();
        std::vector<double> least(windows.windows().size(), none);
        for (const auto& labels : waiting_) {
            const auto bounds = least_bounds(windows, labels, 0);
            for (std::size_t w = 0; w < least.size(); ++w) least[w] = std::min(least[w], bounds[w]);
        }
        const auto corners = front_corners(points(), boxed_.box);
        ParetoFront lower;
        for (std::size_t w = 0; w < least.size(); ++w) {
            // What was not looked for, for being too little better, weighs no less than the threshold.
            if (settings_->within > 0) least[w] = std::min(least[w], windows.windows()[w].threshold);
            if (least[w] == none) continue;
            for (auto& point : windows.possible(w, corners, least[w])) (void)lower.insert(std::move(point), 0);
        }
        std::vector<Point> points;
        for (const auto& entry : lower.entries()) points.push_back(entry.point);
        return points;
    }

    const ExactQuestion* question_;
    const ExactSettings* settings_;
    const std::stop_token* stop_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    BoxedModel boxed_;
    OpenRanges ranges_;
    ParetoFront front_;
    std::vector<Found> found_;  ///< by the ids of the front's entries
    bool changed_ = true;
    std::vector<LabelBatch> waiting_;
    std::uint64_t labels_ = 0;
};

}  // namespace

ExactAnswer exact_front(const ExactQuestion& question, const ExactSettings& settings, const std::stop_token& stop) {
    return FrontSearch(question, settings, stop).run();
}

}  // namespace hwnas
