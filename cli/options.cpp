#include <charconv>
#include <cmath>
#include <iostream>

#include "cli/command.h"
#include "core/error.h"
#include "core/text.h"

namespace hwnas::cli {

namespace po = boost::program_options;

Options::Options(std::string usage, std::string about)
    : usage_(std::move(usage)), about_(std::move(about)), shown_("Options", 100) {
    flag("help,h", "show this");
}

void Options::flag(const char* name, const char* help) { shown_.add_options()(name, help); }

void Options::value(const char* name, const char* value_name, const char* help) {
    shown_.add_options()(name, po::value<std::string>()->value_name(value_name), help);
}

void Options::values(const char* name, const char* value_name, const char* help) {
    shown_.add_options()(name, po::value<std::vector<std::string>>()->value_name(value_name), help);
}

void Options::positional(const char* name, bool needed) {
    hidden_.add_options()(name, po::value<std::string>());
    positions_.add(name, 1);
    if (needed) needed_.emplace_back(name);
}

void Options::positionals(const char* name) {
    hidden_.add_options()(name, po::value<std::vector<std::string>>());
    positions_.add(name, -1);
}

bool Options::parse(const std::vector<std::string>& arguments) {
    po::options_description all;
    all.add(shown_).add(hidden_);
    // No guessing of shortened names: a script's option must not change its
    // meaning when another one is added.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    try {
        po::store(po::command_line_parser(arguments).options(all).positional(positions_).style(style).run(), map_);
        po::notify(map_);
    } catch (const po::error& error) {
        throw InputError({"hwnas " + usage_.substr(0, usage_.find(' ')), "", error.what(), "see --help"});
    }
    if (has("help")) {
        std::cout << "Usage: hwnas " << usage_ << "\n\n" << about_ << "\n\n" << shown_;
        return false;
    }
    for (const auto& name : needed_)
        if (!has(name))
            throw InputError(
                {"hwnas " + usage_.substr(0, usage_.find(' ')), name, "nothing", "usage: hwnas " + usage_});
    return true;
}

std::string Options::text(const std::string& name, const std::string& otherwise) const {
    return has(name) ? map_[name].as<std::string>() : otherwise;
}

std::int64_t Options::integer(const std::string& name, std::int64_t otherwise, std::int64_t least,
                              std::int64_t most) const {
    if (!has(name)) return otherwise;
    const std::string given = text(name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (error != std::errc() || end != given.data() + given.size() || value < least || value > most)
        throw InputError({"--" + name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
                          "\"" + given + "\"", ""});
    return value;
}

double Options::number(const std::string& name, double otherwise, double least) const {
    if (!has(name)) return otherwise;
    const std::string given = text(name);
    double value = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (error != std::errc() || end != given.data() + given.size() || !(value >= least) || std::isinf(value))
        throw InputError({"--" + name, "a number that is at least " + number_text(least), "\"" + given + "\"", ""});
    return value;
}

std::vector<std::string> Options::texts(const std::string& name) const {
    return has(name) ? map_[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

}  // namespace hwnas::cli
