#include "study/sqlite_store.h"

#include "study/byte_lock.h"
#include "study/sqlite_file.h"
#include "study/study_names.h"
#include "study/trial_row.h"

namespace hwnas {
namespace {

std::optional<std::int64_t> id_of(sqlite::Connection& connection, const std::string& name) {
    auto row = connection.prepare("SELECT id FROM studies WHERE name = ?");
    if (!row.bind(name).step()) return std::nullopt;
    return row.integer();
}

/// Within a transaction.
void insert_trials(sqlite::Connection& connection, std::int64_t study, std::span<const Trial> trials) {
    const std::string columns = kTrialColumns + std::string(", study");
    std::string marks = "?";
    for (const char letter : columns)
        if (letter == ',') marks += ", ?";
    auto insert = connection.prepare("INSERT OR REPLACE INTO trials (" + columns + ") VALUES (" + marks + ")");
    for (const auto& trial : trials) {
        bind_trial(insert, trial);
        insert.bind(study);
        insert.step();
        insert.reset();
    }
}

class SqliteStudy : public Study {
public:
    SqliteStudy(std::shared_ptr<SqliteFile> file, std::int64_t id, StudyInfo info)
        : file_(std::move(file)), id_(id), info_(std::move(info)) {}

    StudyInfo info() const override { return info_; }

    void put(std::span<const Trial> trials) override {
        if (trials.empty()) return;
        file_->with("write trials", [&](sqlite::Connection& connection) {
            sqlite::Transaction transaction(connection);
            // An id is given again once the last study was removed.
            if (id_of(connection, info_.name) != id_) throw study_removed(file_->path.string(), info_.name);
            insert_trials(connection, id_, trials);
            transaction.commit();
        });
    }

    std::vector<Trial> trials() const override {
        return file_->with("read trials", [&](sqlite::Connection& connection) {
            auto rows = connection.prepare(std::string("SELECT ") + kTrialColumns +
                                           " FROM trials WHERE study = ? ORDER BY number");
            rows.bind(id_);
            std::vector<Trial> trials;
            while (rows.step()) {
                try {
                    trials.push_back(read_trial(rows));
                } catch (const std::exception& error) {
                    throw RunError(file_->path.string() + ": study \"" + info_.name + "\": trial " +
                                   std::to_string(rows.first_integer()) + " cannot be read (" + error.what() + ")");
                }
            }
            return trials;
        });
    }

    std::shared_ptr<const void> hold(Use use) override {
        auto lock = lock_byte(std::filesystem::path(file_->path) += "-lock", id_,
                              use == Use::change ? LockKind::alone : LockKind::shared);
        if (!lock) throw study_in_use(file_->path.string(), info_.name, use);
        return lock;
    }

private:
    std::shared_ptr<SqliteFile> file_;
    std::int64_t id_;
    StudyInfo info_;
};

StudyInfo read_info(sqlite::Statement& row) {
    StudyInfo info;
    info.name = row.text();
    info.job = Json::parse(row.text());
    info.created = row.number();
    info.version = row.text();
    return info;
}

class SqliteStore : public Store {
public:
    explicit SqliteStore(std::shared_ptr<SqliteFile> file) : file_(std::move(file)) {}

    std::vector<StudyInfo> studies() const override {
        return file_->with("read its studies", [](sqlite::Connection& connection) {
            auto rows = connection.prepare("SELECT name, job, created, version FROM studies ORDER BY id");
            std::vector<StudyInfo> infos;
            while (rows.step()) infos.push_back(read_info(rows));
            return infos;
        });
    }

    std::shared_ptr<Study> create(const StudyInfo& info) override {
        const auto id = file_->with("make a study", [&](sqlite::Connection& connection) {
            sqlite::Transaction transaction(connection);
            const auto made = insert_study(connection, info);
            transaction.commit();
            return made;
        });
        return std::make_shared<SqliteStudy>(file_, id, info);
    }

    std::shared_ptr<Study> open(const std::string& name) override {
        return file_->with("open a study", [&](sqlite::Connection& connection) -> std::shared_ptr<Study> {
            auto row = connection.prepare("SELECT name, job, created, version, id FROM studies WHERE name = ?");
            if (row.bind(name).step()) {
                auto info = read_info(row);
                const auto id = row.integer();
                return std::make_shared<SqliteStudy>(file_, id, std::move(info));
            }
            throw unknown(connection, name);
        });
    }

    void apply(const StoreChange& change) override {
        file_->with("change studies", [&](sqlite::Connection& connection) {
            sqlite::Transaction transaction(connection);
            for (const auto& name : change.remove) {
                const auto id = known_id(connection, name);
                connection.prepare("DELETE FROM trials WHERE study = ?").bind(id).step();
                connection.prepare("DELETE FROM studies WHERE id = ?").bind(id).step();
            }
            for (const auto& [info, trials] : change.create)
                insert_trials(connection, insert_study(connection, info), trials);
            for (const auto& [name, trials] : change.put) insert_trials(connection, known_id(connection, name), trials);
            transaction.commit();
        });
    }

private:
    /// Within a transaction.
    std::int64_t insert_study(sqlite::Connection& connection, const StudyInfo& info) const {
        if (id_of(connection, info.name)) throw name_taken(file_->path.string(), info.name);
        auto insert =
            connection.prepare("INSERT INTO studies (name, job, created, version) VALUES (?, ?, ?, ?) RETURNING id");
        insert.bind(info.name).bind(to_column(info.job)).bind(info.created).bind(info.version).step();
        const auto made = insert.integer();
        insert.step();
        return made;
    }

    std::int64_t known_id(sqlite::Connection& connection, const std::string& name) const {
        if (const auto id = id_of(connection, name)) return *id;
        throw unknown(connection, name);
    }

    InputError unknown(sqlite::Connection& connection, const std::string& name) const {
        auto rows = connection.prepare("SELECT name FROM studies ORDER BY id");
        std::vector<std::string> names;
        while (rows.step()) names.push_back(rows.text());
        return name_unknown(file_->path.string(), name, names);
    }

    std::shared_ptr<SqliteFile> file_;
};

}  // namespace

std::shared_ptr<Store> open_sqlite_store(const std::filesystem::path& path, Access access) {
    return std::make_shared<SqliteStore>(open_sqlite_file(path, access));
}

}  // namespace hwnas
