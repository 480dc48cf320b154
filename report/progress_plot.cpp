#include "report/figures.h"
#include "report/plot.h"
#include "report/plot_frame.h"

namespace hwnas {

std::string progress_svg(const Front& front, const Progress& progress, const PlotOptions& options) {
    const double height = options.height > 0 ? options.height : 320;
    if (!(progress.box > 0)) {
        Svg svg(options.width, height, options.title);
        if (!options.title.empty()) svg.text(24, 27, options.title, {.size = 16, .bold = true});
        svg.text(options.width / 2, height / 2,
                 "No hypervolume: the networks within the limits do not differ in every objective.",
                 {.size = 14, .anchor = "middle", .fill = "#666666"});
        return svg.finish();
    }
    const auto trials = static_cast<double>(progress.hypervolume.size());
    const double top = 100 * progress.share();
    const PlotAxis x_axis{"complete trials", 0, trials, 1};
    const PlotAxis y_axis{"hypervolume (%)", 0, top > 0 ? top * 1.08 : 1, 1};
    std::string note = "Of the box that reaches from the best figures seen to the reference point:";
    std::string point;
    for (std::size_t i = 0; i < front.objectives.size(); ++i)
        point += (i == 0 ? "" : ", ") + front.objectives[i].key + " " +
                 figure_with_unit(progress.ideal_point[i], front.objectives[i].unit) + " to " +
                 figure_with_unit(progress.reference_point[i], front.objectives[i].unit);
    PlotFrame frame(
        {.title = options.title, .width = options.width, .height = height, .legend = {}, .notes = {note, point + "."}},
        x_axis, y_axis);

    // Steps: the volume changes when a trial ends, not before.
    std::vector<Svg::Position> corners{{frame.x(0), frame.y(0)}};
    double shown = 0;
    for (std::size_t i = 0; i < progress.hypervolume.size(); ++i) {
        const double share = 100 * progress.hypervolume[i] / progress.box;
        if (share == shown) continue;
        const double x = frame.x(static_cast<double>(i + 1));
        corners.emplace_back(x, frame.y(shown));
        corners.emplace_back(x, frame.y(share));
        shown = share;
    }
    corners.emplace_back(frame.x(trials), frame.y(shown));
    auto area = corners;
    area.emplace_back(frame.x(trials), frame.y(0));
    frame.svg().polygon(area, "fill=\"#1b4f9c\" fill-opacity=\"0.10\"");
    frame.svg().polyline(corners, "fill=\"none\" stroke=\"#1b4f9c\" stroke-width=\"1.8\"");
    return frame.svg().finish();
}

}  // namespace hwnas
