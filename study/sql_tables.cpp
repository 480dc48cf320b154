#include "study/sql_tables.h"

#include <array>
#include <utility>

namespace hwnas::sql {
namespace {

constexpr const char* study_tables = R"sql(
CREATE TABLE IF NOT EXISTS studies (
    id      {id},
    name    TEXT NOT NULL UNIQUE,
    job     TEXT NOT NULL,    -- JSON, overrides applied
    created {real} NOT NULL,  -- seconds since 1970, UTC
    version TEXT NOT NULL     -- of the program
) {end};
CREATE TABLE IF NOT EXISTS trials (
    study        {integer} NOT NULL REFERENCES studies (id),
    number       {integer} NOT NULL,
    architecture TEXT NOT NULL,    -- id
    encoding     {blob} NOT NULL,  -- one byte a choice
    choices      TEXT NOT NULL,    -- JSON
    repeat       {integer} NOT NULL,
    seed         TEXT NOT NULL,    -- decimal: integers here are signed
    budget       TEXT NOT NULL DEFAULT '{}',  -- JSON, what differs from the job's
    parent       {integer},        -- number of the trial whose weights it starts from
    state        TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'duplicate')),
    "values"     TEXT NOT NULL,    -- JSON, figures by key; "NaN" and "Infinity" are strings
    error        TEXT NOT NULL,
    duplicate_of {integer},
    told         {integer},
    weights      TEXT NOT NULL,    -- content hash
    notes        TEXT NOT NULL,    -- JSON
    details      TEXT NOT NULL,    -- JSON
    host         TEXT NOT NULL,
    started      {real} NOT NULL,  -- seconds since 1970, UTC
    finished     {real} NOT NULL,
    cpu_seconds  {real} NOT NULL,
    PRIMARY KEY (study, number)
) {end};
)sql";

// No more rows than trials that are under way, or have ended and wait for their search to hear of it.
constexpr const char* work_tables = R"sql(
CREATE TABLE IF NOT EXISTS tasks (
    study         {integer} NOT NULL REFERENCES studies (id),
    number        {integer} NOT NULL,  -- of the trial
    needs         TEXT NOT NULL,       -- of a worker: tags, sorted, a comma between two
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done')),
    epoch         {integer} NOT NULL,  -- claims so far
    attempts      {integer} NOT NULL,  -- those that count
    most_attempts {integer} NOT NULL,
    worker        TEXT NOT NULL,       -- who claimed it last
    host          TEXT NOT NULL,       -- its host
    lease_until   {real} NOT NULL,     -- by this database's clock
    PRIMARY KEY (study, number)
) {end};
CREATE TABLE IF NOT EXISTS leaders (
    study       {integer} NOT NULL PRIMARY KEY REFERENCES studies (id),
    holder      TEXT NOT NULL,
    host        TEXT NOT NULL,
    place       TEXT NOT NULL,       -- JSON, what paths of the job are relative to
    epoch       {integer} NOT NULL,
    lease_until {real} NOT NULL
) {end};
CREATE TABLE IF NOT EXISTS workers (
    id      TEXT NOT NULL PRIMARY KEY,
    host    TEXT NOT NULL,
    has     TEXT NOT NULL,           -- tags, as a task needs them
    job     TEXT NOT NULL,           -- the scheduler's name for it
    started {real} NOT NULL,
    seen    {real} NOT NULL,
    done    {integer} NOT NULL       -- evaluations
) {end};
)sql";

// Devices' tables that workers measure for a search.
constexpr const char* profile_tables = R"sql(
CREATE TABLE IF NOT EXISTS profiles (
    study         {integer} NOT NULL REFERENCES studies (id),
    device        TEXT NOT NULL,       -- its name in the job
    place         TEXT NOT NULL,       -- JSON, what paths of the job are relative to
    needs         TEXT NOT NULL,       -- of a worker, as a task's
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'claimed', 'done')),
    epoch         {integer} NOT NULL,  -- claims so far
    attempts      {integer} NOT NULL,  -- those that count
    most_attempts {integer} NOT NULL,
    worker        TEXT NOT NULL,       -- who claimed it last
    host          TEXT NOT NULL,       -- its host
    lease_until   {real} NOT NULL,     -- by this database's clock
    content       TEXT NOT NULL,       -- the cost table so far, as its file; empty: nothing yet
    error         TEXT NOT NULL,       -- why it is not whole though done
    PRIMARY KEY (study, device)
) {end};
)sql";

std::string in_kinds(std::string text, const ColumnKinds& kinds) {
    const std::array<std::pair<std::string, std::string>, 5> words{{{"{id}", kinds.id},
                                                                    {"{integer}", kinds.integer},
                                                                    {"{real}", kinds.real},
                                                                    {"{blob}", kinds.blob},
                                                                    {"{end}", kinds.end}}};
    for (const auto& [word, kind] : words)
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + kind.size()))
            text.replace(at, word.size(), kind);
    return text;
}

}  // namespace

std::string table_statements(const ColumnKinds& kinds) {
    return in_kinds(study_tables, kinds) + work_table_statements(kinds) + profile_table_statements(kinds);
}

std::string work_table_statements(const ColumnKinds& kinds) { return in_kinds(work_tables, kinds); }

std::string profile_table_statements(const ColumnKinds& kinds) { return in_kinds(profile_tables, kinds); }

}  // namespace hwnas::sql
