// What giving up trainings saves and costs: replays trainings that went to their end, in many orders, as if each was
// asked for with the rule that those before it make.
//
//     bench_early_stopping [FOLDER]        (docs/proxy-study: networks.csv and trainings.csv)
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "core/csv.h"
#include "core/error.h"
#include "core/rng.h"
#include "regression/agreement.h"
#include "search/early_stopping.h"

using namespace hwnas;

namespace {

struct Epoch {
    double train_loss = 0, top1 = 0, loss = 0;
};
struct Training {
    double macs = 0;
    std::vector<Epoch> epochs;
};

std::size_t column(const CsvTable& table, const std::string& name) {
    const auto at = std::find(table.header.begin(), table.header.end(), name);
    if (at == table.header.end()) throw InputError({table.origin, "a column \"" + name + "\"", "none", ""});
    return static_cast<std::size_t>(at - table.header.begin());
}

std::vector<Training> long_trainings(const std::filesystem::path& folder) {
    const auto networks = read_csv(folder / "networks.csv");
    std::map<std::string, double> macs;
    for (const auto& row : networks.rows)
        macs[row[column(networks, "network")]] = std::stod(row[column(networks, "macs")]);
    const auto table = read_csv(folder / "trainings.csv");
    std::map<std::string, Training> found;
    for (const auto& row : table.rows) {
        const auto text = [&](const char* name) { return row[column(table, name)]; };
        if (text("recipe") != "long" || !text("error").empty() || text("repeat") != "0") continue;
        auto& training = found[text("network")];
        training.macs = macs.at(text("network"));
        training.epochs.push_back(
            {std::stod(text("train_loss")), std::stod(text("validation_top1")), std::stod(text("validation_loss"))});
    }
    std::vector<Training> trainings;
    for (auto& [network, training] : found) trainings.push_back(std::move(training));
    return trainings;
}

Trial trial_of(const Training& training, std::int64_t number) {
    Trial trial;
    trial.number = number;
    trial.state = TrialState::complete;
    trial.values = {{"macs", training.macs}, {"top1", training.epochs.back().top1}};
    trial.details["epochs"] = Json::array();
    for (const auto& epoch : training.epochs) trial.details["epochs"].push_back({{"train_loss", epoch.train_loss}});
    return trial;
}

struct Saved {
    double epochs = 0;         // share
    double given_up = 0;       // trainings, share
    double wrong = 0;          // of these, the end was as good as needed
    double lost_of_front = 0;  // networks of the front, share
};

Saved replay(const std::vector<Training>& trainings, double confidence, int orders) {
    const std::vector<Objective> objectives{{"top1", "%", Direction::maximize, {}, false, {}},
                                            {"macs", "MACs", Direction::minimize, {}, false, {}}};
    double trained = 0, whole = 0, asked = 0, given_up = 0, wrong = 0, lost = 0, on_front = 0;
    ParetoFront truth;
    for (std::size_t i = 0; i < trainings.size(); ++i)
        truth.insert({trainings[i].macs, -trainings[i].epochs.back().top1}, static_cast<std::int64_t>(i));
    for (int order = 0; order < orders; ++order) {
        std::vector<std::size_t> sequence(trainings.size());
        for (std::size_t i = 0; i < sequence.size(); ++i) sequence[i] = i;
        Rng rng(static_cast<std::uint64_t>(order) + 1);
        rng.shuffle(sequence);
        EarlyStopping stopping({.confidence = confidence}, objectives, {});
        std::vector<char> lost_here(trainings.size(), 0);
        for (std::size_t i = 0; i < sequence.size(); ++i) {
            const auto& training = trainings[sequence[i]];
            const auto trial = trial_of(training, static_cast<std::int64_t>(i));
            const auto rule = stopping.rule(trial);
            auto epochs = training.epochs.size();
            if (rule)
                for (const auto& after : rule->after)
                    if (training.epochs[static_cast<std::size_t>(after.epoch) - 1].train_loss > after.most_train_loss) {
                        epochs = static_cast<std::size_t>(after.epoch);
                        break;
                    }
            trained += static_cast<double>(epochs);
            whole += static_cast<double>(training.epochs.size());
            ++asked;
            if (epochs == training.epochs.size()) {
                stopping.tell(trial);
                continue;
            }
            ++given_up;
            wrong += training.epochs.back().top1 >= rule->needed_top1 ? 1 : 0;
            lost_here[sequence[i]] = 1;
        }
        for (const auto& entry : truth.entries()) {
            ++on_front;
            lost += lost_here[static_cast<std::size_t>(entry.id)];
        }
    }
    return {1 - trained / whole, given_up / asked, given_up > 0 ? wrong / given_up : 0, lost / on_front};
}

void what_each_epoch_tells(const std::vector<Training>& trainings) {
    std::vector<double> ends;
    for (const auto& training : trainings) ends.push_back(training.epochs.back().top1);
    std::printf("Kendall's tau with the accuracy at the end:\n%8s %14s %20s %16s\n", "epoch", "training loss",
                "validation accuracy", "validation loss");
    for (std::size_t epoch = 0; epoch < trainings.front().epochs.size(); ++epoch) {
        std::vector<double> train_loss, top1, loss;
        for (const auto& training : trainings) {
            train_loss.push_back(-training.epochs[epoch].train_loss);
            top1.push_back(training.epochs[epoch].top1);
            loss.push_back(-training.epochs[epoch].loss);
        }
        std::printf("%8zu %14.3f %20.3f %16.3f\n", epoch + 1, kendall_tau(train_loss, ends), kendall_tau(top1, ends),
                    kendall_tau(loss, ends));
    }
}

void print_all(const std::filesystem::path& folder) {
    const auto trainings = long_trainings(folder);
    if (trainings.size() < 20)
        throw InputError({(folder / "trainings.csv").string(), "20 trainings of the recipe \"long\" or more",
                          std::to_string(trainings.size()), "make them with scripts/proxy_study.py"});
    std::printf("%zu trainings of %zu epochs\n\n", trainings.size(), trainings.front().epochs.size());
    what_each_epoch_tells(trainings);
    std::printf("\nReplayed in 200 orders, accuracy against MACs:\n%12s %14s %10s %22s %18s\n", "confidence",
                "epochs saved", "given up", "of these wrongly", "of the front lost");
    for (const double confidence : {0.8, 0.9, 0.95, 0.99}) {
        const auto saved = replay(trainings, confidence, 200);
        std::printf("%12.2f %12.1f %% %8.1f %% %20.1f %% %16.1f %%\n", confidence, 100 * saved.epochs,
                    100 * saved.given_up, 100 * saved.wrong, 100 * saved.lost_of_front);
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        print_all(count > 1 ? arguments[1] : "docs/proxy-study");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
