#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devices/cost_table.h"
#include "graph/graph.h"

namespace hwnas {

/// An accuracy with where it comes from: `published by ...`, `proxy training, fashion-mnist`.
struct SourcedTop1 {
    double percent = 0;
    std::string source;
};

struct ComparedNetwork {
    std::string name;
    Graph graph;
    std::int64_t onnx_bytes = 0;
    std::optional<SourcedTop1> top1;
};

struct ComparedTable {
    std::string file;  ///< for messages
    CostTable table;
};

/// Networks side by side: one row each, one column a figure.
struct Comparison {
    struct Column {
        std::string key;          ///< `parameters`, `latency`, with several tables `latency@DEVICE`
        std::string unit;         ///< `parameters`, `MACs`, `bytes`, `ms`, `mJ`, `%`
        std::string device = {};  ///< of a table's column

        /// As `figure_label` takes it: with the device, even where it is the only one.
        [[nodiscard]] std::string label_key() const;
    };
    struct Row {
        std::string name;
        std::string id;                             ///< `graph_id`
        std::vector<std::optional<double>> values;  ///< by column; empty where not known, never zero for that
        std::string top1_source;
    };
    /// What a table lacks of a network: canonical texts of its segments, or what a segment that no table can have is
    /// called.
    struct Missing {
        std::string network;
        std::string device;
        std::string file;
        std::vector<std::string> segments;
    };

    std::vector<Column> columns;
    std::vector<Row> rows;
    std::vector<Missing> missing;
    std::int64_t batch = 1;  ///< of the tables: so many images a run

    /// The column of a key; throws InputError that lists them, place `--sort`.
    [[nodiscard]] std::size_t column(const std::string& key) const;
};

/// Counts each network and looks its segments up. Throws InputError where tables were measured with another batch or
/// data type than the first one, or two are of one device.
[[nodiscard]] Comparison compare(const std::vector<ComparedNetwork>& networks,
                                 const std::vector<ComparedTable>& tables);

/// The best first: the most accurate, else the least; unknown ones last, equal ones in their order. `key`: a column's,
/// or `name`.
void sort_rows(Comparison& comparison, const std::string& key);

/// For a terminal: what is missing stands in its cell, and what to profile underneath.
[[nodiscard]] std::string comparison_table(const Comparison& comparison);
/// Empty where nothing is missing.
[[nodiscard]] std::string missing_text(const Comparison& comparison);
/// Unknown cells are empty.
[[nodiscard]] std::string comparison_csv(const Comparison& comparison);
/// Unknown figures are null.
[[nodiscard]] Json comparison_json(const Comparison& comparison);

/// A scatter plot: accuracy over latency, where two networks or more have both; else over parameters; else latency
/// over multiply-accumulates; where there is neither, bars of multiply-accumulates. Networks without the figures are
/// named underneath.
[[nodiscard]] std::string comparison_svg(const Comparison& comparison);

}  // namespace hwnas
