#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "study/trial.h"

namespace hwnas {

struct StudyInfo {
    std::string name;
    Json job;             ///< the job file, overrides applied, in full
    double created = 0;   ///< seconds since 1970, UTC
    std::string version;  ///< of the program that made it
};

/// The durable record of one search.
class Study {
public:
    virtual ~Study() = default;
    [[nodiscard]] virtual StudyInfo info() const = 0;
    /// Inserts or replaces trials by number, all or none, durable on return.
    /// Throws RunError.
    virtual void put(std::span<const Trial> trials) = 0;
    /// All of them, by number.
    [[nodiscard]] virtual std::vector<Trial> trials() const = 0;
};

/// Holds studies by name. All methods may be called from several threads.
class Store {
public:
    virtual ~Store() = default;
    [[nodiscard]] virtual std::vector<StudyInfo> studies() const = 0;
    /// Throws InputError where the name is taken.
    [[nodiscard]] virtual std::shared_ptr<Study> create(const StudyInfo& info) = 0;
    /// Throws InputError where there is none of that name, listing those there are.
    [[nodiscard]] virtual std::shared_ptr<Study> open(const std::string& name) = 0;
};

enum class Access { existing, create };

/// By address: a path is SQLite's file, `memory:` a store of this process alone.
/// With Access::existing a missing file is an InputError.
[[nodiscard]] std::shared_ptr<Store> open_store(const std::string& address, Access access);

/// The only study of a store, or the one of that name; InputError lists the
/// names where a choice must be made.
[[nodiscard]] std::shared_ptr<Study> open_study(Store& store, const std::string& name_or_empty);

}  // namespace hwnas
