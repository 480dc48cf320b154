// A device left out of a table of published latencies, told from a few of its own and the others'
// (regression/cost_transfer.h): Spearman's rho and the mean relative error on networks that could not be probes.
//
// usage: bench_device_transfer FOLDER/fbnet/archs_latency_ms.csv.gz [SPLITS]
//
// Left out with a device are its siblings: the same chip at other batch sizes. Half of the networks may be probes, the
// others are predicted. The kind of model was chosen with all devices in sight; its constants and the choice of probes
// were tuned on the devices of the first half alone.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/rng.h"
#include "regression/agreement.h"
#include "regression/cost_transfer.h"
#include "regression/least_squares.h"

namespace {

using namespace hwnas;
using Eigen::Index;
using Eigen::MatrixXd;

const std::set<std::string> tuned_on{"1080ti", "eyeriss", "gold_6226", "essential_ph", "raspi4"};

struct Published {
    std::vector<std::string> devices;
    MatrixXd costs;                ///< networks x devices, ms
    std::vector<std::string> ops;  ///< of each network, a digit a layer
};

Published load(const std::string& path) {
    const auto table = read_csv(path);
    Published published;
    std::vector<std::size_t> columns;
    std::size_t ops = 0;
    for (std::size_t i = 0; i < table.header.size(); ++i)
        if (table.header[i] == "ops") {
            ops = i;
        } else if (table.header[i] != "idx") {
            columns.push_back(i);
            published.devices.push_back(table.header[i]);
        }
    published.costs.resize(static_cast<Index>(table.rows.size()), static_cast<Index>(columns.size()));
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        published.ops.push_back(table.rows[r][ops]);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto& cell = table.rows[r][columns[c]];
            double value = 0;
            if (std::from_chars(cell.data(), cell.data() + cell.size(), value).ec != std::errc())
                throw std::runtime_error(table.place(r) + ": no number in " + published.devices[c]);
            published.costs(static_cast<Index>(r), static_cast<Index>(c)) = value;
        }
    }
    return published;
}

/// `titanxp_32` is the chip `titanxp`, but `gold_6226` a chip.
std::string chip_of(const std::string& device) {
    const auto end = device.rfind('_');
    const std::string tail = end == std::string::npos ? "" : device.substr(end + 1);
    return tail == "1" || tail == "32" || tail == "64" ? device.substr(0, end) : device;
}

struct Score {
    double spearman = 0;
    double error = 0;  ///< mean relative error, percent
};

/// A device, and how the networks are dealt.
struct Question {
    MatrixXd pool_known;
    std::vector<double> pool_costs;
    MatrixXd asked_known;
    std::vector<double> asked_costs;
    std::vector<std::string> pool_ops;
    std::vector<std::string> asked_ops;
};

Score score_of(const std::vector<double>& predicted, const std::vector<double>& measured) {
    const auto figures = agreement(predicted, measured);
    return {figures.spearman, figures.mean_error_percent};
}

std::vector<double> at(const std::vector<double>& costs, const std::vector<std::size_t>& items) {
    std::vector<double> some;
    for (const std::size_t item : items) some.push_back(costs[item]);
    return some;
}

/// The pool's known costs over the asked ones': probes are of the first.
Score transferred(const Question& question, const std::vector<std::size_t>& probes) {
    MatrixXd known(question.pool_known.rows() + question.asked_known.rows(), question.pool_known.cols());
    known << question.pool_known, question.asked_known;
    auto costs = complete_costs(known, probes, at(question.pool_costs, probes)).costs;
    costs.erase(costs.begin(), costs.begin() + question.pool_known.rows());
    return score_of(costs, question.asked_costs);
}

std::vector<double> column(const MatrixXd& costs, Index device) {
    return {costs.col(device).begin(), costs.col(device).end()};
}

/// The known device whose order of the probes is most like the new one's, its costs scaled.
Score single_device(const Question& question, const std::vector<std::size_t>& probes) {
    const auto measured = at(question.pool_costs, probes);
    double best = -2;
    Score score;
    for (Index device = 0; device < question.pool_known.cols(); ++device) {
        const auto theirs = at(column(question.pool_known, device), probes);
        const double likeness = spearman(theirs, measured);
        if (!(likeness > best)) continue;
        best = likeness;
        double logs = 0;
        for (std::size_t i = 0; i < probes.size(); ++i)
            logs += std::log(measured[i] / theirs[i]) / static_cast<double>(probes.size());
        auto predicted = column(question.asked_known, device);
        for (double& cost : predicted) cost *= std::exp(logs);
        score = score_of(predicted, question.asked_costs);
    }
    return score;
}

MatrixXd indicators(const std::vector<std::string>& ops) {
    constexpr Index kinds = 9;
    MatrixXd rows = MatrixXd::Zero(static_cast<Index>(ops.size()), kinds * static_cast<Index>(ops.front().size()) + 1);
    rows.rightCols(1).setOnes();
    for (std::size_t i = 0; i < ops.size(); ++i)
        for (std::size_t layer = 0; layer < ops[i].size(); ++layer)
            rows(static_cast<Index>(i), kinds * static_cast<Index>(layer) + ops[i][layer] - '0') = 1;
    return rows;
}

/// What a sum over the layers' ops reaches with the whole pool measured: how far the figures can be told at all.
Score additive(const Question& question) {
    const Eigen::VectorXd logs =
        Eigen::Map<const Eigen::ArrayXd>(question.pool_costs.data(), static_cast<Index>(question.pool_costs.size()))
            .log();
    const Eigen::VectorXd weights = fit_least_squares(indicators(question.pool_ops), logs, {1, false, 0});
    const Eigen::VectorXd told = (indicators(question.asked_ops) * weights).array().exp();
    return score_of({told.begin(), told.end()}, question.asked_costs);
}

Question ask(const Published& published, std::size_t device, Rng rng) {
    std::vector<Index> others;
    for (std::size_t i = 0; i < published.devices.size(); ++i)
        if (chip_of(published.devices[i]) != chip_of(published.devices[device]))
            others.push_back(static_cast<Index>(i));
    std::vector<Index> order(static_cast<std::size_t>(published.costs.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    rng.shuffle(order);
    const auto half = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
    const std::vector<Index> pool(order.begin(), half);
    const std::vector<Index> asked(half, order.end());
    Question question;
    question.pool_known = published.costs(pool, others);
    question.asked_known = published.costs(asked, others);
    for (const Index i : pool) {
        question.pool_costs.push_back(published.costs(i, static_cast<Index>(device)));
        question.pool_ops.push_back(published.ops[static_cast<std::size_t>(i)]);
    }
    for (const Index i : asked) {
        question.asked_costs.push_back(published.costs(i, static_cast<Index>(device)));
        question.asked_ops.push_back(published.ops[static_cast<std::size_t>(i)]);
    }
    return question;
}

struct Row {
    Score chosen, random, single, whole;
};

void add(Score& sum, const Score& score, double share) {
    sum.spearman += score.spearman * share;
    sum.error += score.error * share;
}

Row measure(const Published& published, std::size_t device, std::size_t budget, std::size_t splits) {
    Row row;
    const double share = 1 / static_cast<double>(splits);
    for (std::size_t split = 0; split < splits; ++split) {
        const Rng rng(100 + split);
        const auto question = ask(published, device, rng.split(1));
        const auto probes = choose_probes(question.pool_known, budget);
        add(row.chosen, transferred(question, probes), share);
        add(row.single, single_device(question, probes), share);
        add(row.whole, additive(question), share);
        auto drawn = rng.split(2);
        std::set<std::size_t> random;
        while (random.size() < budget) random.insert(drawn.below(question.pool_costs.size()));
        add(row.random, transferred(question, {random.begin(), random.end()}), share);
    }
    return row;
}

void print(const std::string& name, const Row& row) {
    std::printf("%-24s", name.c_str());
    for (const auto* score : {&row.chosen, &row.random, &row.single, &row.whole})
        std::printf("   %.3f %5.1f %%", score->spearman, score->error);
    std::printf("\n");
}

void print_half(const Published& published, bool tuning, std::size_t budget, std::size_t splits) {
    std::printf("\n%zu probes, devices that the method was %s\n%-24s   %-13s   %-13s   %-13s   %s\n", budget,
                tuning ? "tuned on" : "not tuned on", "", "chosen probes", "random probes", "best single",
                "all 1,500 by ops");
    Row mean;
    const auto in_half = [&](std::size_t i) {
        return tuned_on.count(chip_of(published.devices[i])) == (tuning ? 1 : 0);
    };
    double devices = 0;
    for (std::size_t i = 0; i < published.devices.size(); ++i) devices += in_half(i) ? 1 : 0;
    for (std::size_t i = 0; i < published.devices.size(); ++i) {
        if (!in_half(i)) continue;
        const auto row = measure(published, i, budget, splits);
        print(published.devices[i], row);
        add(mean.chosen, row.chosen, 1 / devices);
        add(mean.random, row.random, 1 / devices);
        add(mean.single, row.single, 1 / devices);
        add(mean.whole, row.whole, 1 / devices);
    }
    print("mean", mean);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_device_transfer FOLDER/fbnet/archs_latency_ms.csv.gz [SPLITS]\n");
        return 2;
    }
    try {
        const auto published = load(argv[1]);
        const std::size_t splits = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
        std::printf("%td networks; Spearman's rho and the mean relative error, means over %zu splits\n",
                    static_cast<std::ptrdiff_t>(published.costs.rows()), splits);
        for (const std::size_t budget : {std::size_t{10}, std::size_t{20}})
            for (const bool tuning : {true, false}) print_half(published, tuning, budget, splits);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
