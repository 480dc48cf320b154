#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace hwnas::test {

/// How many file descriptors and how many children this process has.
inline std::pair<std::ptrdiff_t, std::ptrdiff_t> open_ends() {
    namespace fs = std::filesystem;
    const auto descriptors = std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
    std::ptrdiff_t children = 0;
    for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
        std::ifstream file(thread.path() / "children");
        children += std::distance(std::istream_iterator<int>(file), std::istream_iterator<int>());
    }
    return {descriptors, children};
}

/// A zombie that its new parent has not yet collected is gone for our purpose.
inline bool is_running(int process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto name_end = text.rfind(')');
    return name_end != std::string::npos && text.substr(name_end + 2, 1) != "Z";
}

}  // namespace hwnas::test
