#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace hwnas::cli {

/// Exit codes that scripts may rely on.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;       ///< the run failed
inline constexpr int exit_wrong_input = 2;  ///< config, option or file
inline constexpr int exit_interrupted = 130;

/// A subcommand: one file each, listed in main.cpp.
struct Command {
    std::string name;
    std::string summary;
    int (*run)(const std::vector<std::string>& arguments);
};

int search(const std::vector<std::string>& arguments);
int worker(const std::vector<std::string>& arguments);
int slurm(const std::vector<std::string>& arguments);
int validate(const std::vector<std::string>& arguments);
int profile(const std::vector<std::string>& arguments);
int table(const std::vector<std::string>& arguments);
int bench_search(const std::vector<std::string>& arguments);
int bench_proxy(const std::vector<std::string>& arguments);
int optimum(const std::vector<std::string>& arguments);
int tune(const std::vector<std::string>& arguments);
int front(const std::vector<std::string>& arguments);
int families(const std::vector<std::string>& arguments);
int inspect(const std::vector<std::string>& arguments);
int studies(const std::vector<std::string>& arguments);
int compare(const std::vector<std::string>& arguments);
int train(const std::vector<std::string>& arguments);
int import(const std::vector<std::string>& arguments);
int import_table(const std::vector<std::string>& arguments);
int export_network(const std::vector<std::string>& arguments);

/// A subcommand's options: parsed, with wrong ones told as InputError, and help.
class Options {
public:
    /// `usage`: what stands behind `hwnas NAME`, `about`: a few lines of help.
    Options(std::string usage, std::string about);

    /// `name` as Boost has it: `out,o`. The value's name is shown in help.
    void flag(const char* name, const char* help);
    void value(const char* name, const char* value_name, const char* help);
    void values(const char* name, const char* value_name, const char* help);
    /// What stands without a dash, in its order, needed or not.
    void positional(const char* name, bool needed);
    /// All that stand without a dash from here on; none is needed.
    void positionals(const char* name);

    /// False where help was asked for, and printed.
    [[nodiscard]] bool parse(const std::vector<std::string>& arguments);

    [[nodiscard]] bool has(const std::string& name) const { return map_.count(name) > 0; }
    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = "") const;
    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
    /// Throws InputError where the value is no whole number between these.
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise, std::int64_t least,
                                       std::int64_t most) const;
    /// Throws InputError where the value is no number from `least` on.
    [[nodiscard]] double number(const std::string& name, double otherwise, double least) const;

private:
    std::string usage_;
    std::string about_;
    boost::program_options::options_description shown_;
    boost::program_options::options_description hidden_;
    boost::program_options::positional_options_description positions_;
    std::vector<std::string> needed_;
    boost::program_options::variables_map map_;
};

}  // namespace hwnas::cli
