#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/text.h"
#include "devices/table_difference.h"
#include "report/figures.h"

namespace hwnas::cli {
namespace {

constexpr std::size_t longest_segment = 90;

Json json_of(const TableDifference& difference) {
    Json rows = Json::array();
    for (const auto& row : difference.farthest)
        rows.push_back({{"segment", row.segment}, {"first_ms", row.first_ms}, {"second_ms", row.second_ms}});
    return {{"settings", difference.settings},
            {"only_in_first", difference.only_in_first},
            {"only_in_second", difference.only_in_second},
            {"unsupported_in_one", difference.unsupported_in_one},
            {"latency", to_json(difference.latency)},
            {"median_ratio", difference.median_ratio},
            {"least_ratio", difference.least_ratio},
            {"most_ratio", difference.most_ratio},
            {"farthest", std::move(rows)}};
}

void print(const TableDifference& difference) {
    if (difference.settings.empty()) std::cout << "The same device, settings and versions.\n";
    for (const auto& line : difference.settings) std::cout << line << '\n';
    std::cout << difference.latency.count << " rows are in both";
    if (difference.only_in_first > 0) std::cout << ", " << difference.only_in_first << " only in the first";
    if (difference.only_in_second > 0) std::cout << ", " << difference.only_in_second << " only in the second";
    if (difference.unsupported_in_one > 0)
        std::cout << ", " << difference.unsupported_in_one << " that only one of them can run";
    std::cout << ".\n";
    if (difference.latency.count == 0) return;
    std::cout << "Latency, second over first: median " << format_figure(difference.median_ratio, "", 3) << ", from "
              << format_figure(difference.least_ratio, "", 3) << " to " << format_figure(difference.most_ratio, "", 3)
              << "; Kendall's tau " << format_figure(difference.latency.kendall_tau, "", 3) << ", within 5 % "
              << format_figure(100 * difference.latency.within_5_percent, "", 1) << " % of rows.\n"
              << "Farthest from the median:\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : difference.farthest)
        rows.push_back({format_figure(row.first_ms, "ms", 4), format_figure(row.second_ms, "ms", 4),
                        format_figure(row.second_ms / row.first_ms, "", 3), shortened(row.segment, longest_segment)});
    std::cout << format_table({{"first [ms]", true}, {"second [ms]", true}, {"ratio", true}, {"segment", false}}, rows,
                              TableStyle::plain);
}

}  // namespace

int table(const std::vector<std::string>& arguments) {
    Options options("table diff A.json B.json [--json]",
                    "Compares two cost tables: what was set otherwise, and how their latencies differ row by row.");
    options.positional("diff", true);
    options.positional("A.json", true);
    options.positional("B.json", true);
    options.flag("json", "print JSON");
    if (!options.parse(arguments)) return exit_done;
    if (options.text("diff") != "diff")
        throw InputError({"hwnas table", "diff", "\"" + options.text("diff") + "\"", ""});
    const auto difference =
        table_difference(CostTable::load(options.text("A.json")), CostTable::load(options.text("B.json")));
    if (options.has("json"))
        std::cout << json_of(difference).dump(2) << '\n';
    else
        print(difference);
    return exit_done;
}

}  // namespace hwnas::cli
