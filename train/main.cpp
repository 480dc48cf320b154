#include <iostream>
#include <string>

#include "train/process.h"
#include "train/trainer.h"

/// The trainer: requests on standard input, answers on standard output, one JSON
/// object a line. Ends with its input. With `--untuned` the process stays as the system
/// starts it, which is what `hwnas bench-proxy` compares with.
int main(int count, char** arguments) {
    if (count < 2 || std::string(arguments[1]) != "--untuned") hwnas::train::prepare_process();
    std::ios::sync_with_stdio(false);
    hwnas::train::Trainer trainer;
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.empty()) continue;
        std::cout << trainer.answer(line) << '\n' << std::flush;
    }
    return 0;
}
