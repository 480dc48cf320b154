#pragma once

#include <filesystem>
#include <map>
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

/// All of a study, by value.
struct StudyRecord {
    StudyInfo info;
    std::vector<Trial> trials;  ///< by number
};

/// What a study is used for, as long as the token of `Study::hold` is there: any number of
/// searches may go on in it, but who changes it from outside is alone with it.
enum class Use { search, change };

/// The durable record of one search.
class Study {
public:
    virtual ~Study() = default;
    [[nodiscard]] virtual StudyInfo info() const = 0;
    /// Inserts or replaces trials by number, all or none, durable on return.
    /// Throws RunError.
    virtual void put(std::vector<Trial> trials) = 0;
    /// All of them, by number.
    [[nodiscard]] virtual std::vector<Trial> trials() const = 0;
    /// Claims the study until the token goes, or its process ends, however it ends. Throws
    /// InputError at once where the study is in a use that goes not together with this one.
    /// Reading needs no claim.
    [[nodiscard]] virtual std::shared_ptr<const void> hold(Use use) = 0;
};

/// What is done to a store in one go, in this order.
struct StoreChange {
    std::vector<std::string> remove;                ///< names of studies, which go with all their trials
    std::vector<StudyRecord> create;                ///< studies of names that are free
    std::map<std::string, std::vector<Trial>> put;  ///< by study: trials to insert or replace by number
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
    /// All of the change or, where anything throws or the process ends, none of it; durable on
    /// return. Whoever has a study that others may use should `hold` it. A study that was
    /// removed takes no more trials: its `put` is a RunError. Throws InputError where a name to
    /// create is taken or another one is unknown, RunError.
    virtual void apply(const StoreChange& change) = 0;
};

enum class Access { existing, create };

/// By address: a path is SQLite's file, `postgresql://...` a PostgreSQL database (as libpq reads it, without a
/// password), `memory:` a store of this process alone.
/// With Access::existing a missing file or store is an InputError.
[[nodiscard]] std::shared_ptr<Store> open_store(const std::string& address, Access access);

/// The only study of a store, or the one of that name; InputError lists the
/// names where a choice must be made.
[[nodiscard]] std::shared_ptr<Study> open_study(Store& store, const std::string& name_or_empty);

}  // namespace hwnas
