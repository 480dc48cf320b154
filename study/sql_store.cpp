#include "study/sql_store.h"

#include "study/study_names.h"
#include "study/trial_row.h"

namespace hwnas {
namespace {

/// A study that is not removed before this transaction has ended.
std::optional<std::int64_t> id_of(sql::Session& session, const sql::Dialect& dialect, const std::string& name) {
    std::optional<std::int64_t> id;
    session.run("SELECT id FROM studies WHERE name = $1 " + dialect.for_share, {name},
                [&](sql::Row& row) { id = row.integer(); });
    return id;
}

class SqlStudy : public Study {
public:
    SqlStudy(std::shared_ptr<sql::Database> database, std::int64_t id, StudyInfo info)
        : database_(std::move(database)), id_(id), info_(std::move(info)) {}

    StudyInfo info() const override { return info_; }

    void put(std::vector<Trial> trials) override {
        if (trials.empty()) return;
        const auto& dialect = database_->dialect();
        database_->transact(sql::Access::write, "write trials", [&](sql::Session& session) {
            // SQLite gives an id again once the last study was removed.
            if (id_of(session, dialect, info_.name) != id_) throw study_removed(dialect.database, info_.name);
            put_trials(session, id_, trials);
        });
    }

    std::vector<Trial> trials() const override {
        std::vector<Trial> trials;
        database_->transact(sql::Access::read, "read trials", [&](sql::Session& session) {
            trials.clear();
            session.run(std::string("SELECT ") + kTrialColumns + " FROM trials WHERE study = $1 ORDER BY number", {id_},
                        [&](sql::Row& row) {
                            try {
                                trials.push_back(read_trial(row));
                            } catch (const RunError& error) {
                                throw RunError(database_->dialect().database + ": study \"" + info_.name +
                                               "\": " + error.what());
                            }
                        });
        });
        return trials;
    }

    std::shared_ptr<const void> hold(Use use) override {
        auto lock = database_->lock(id_, use == Use::change ? LockKind::alone : LockKind::shared);
        if (!lock) throw study_in_use(database_->dialect().database, info_.name, use);
        return lock;
    }

private:
    std::shared_ptr<sql::Database> database_;
    std::int64_t id_;
    StudyInfo info_;
};

StudyInfo read_info(sql::Row& row) {
    StudyInfo info;
    info.name = row.text();
    info.job = Json::parse(row.text());
    info.created = row.number();
    info.version = row.text();
    return info;
}

class SqlStore : public Store {
public:
    explicit SqlStore(std::shared_ptr<sql::Database> database) : database_(std::move(database)) {}

    std::vector<StudyInfo> studies() const override {
        std::vector<StudyInfo> infos;
        database_->transact(sql::Access::read, "read its studies", [&](sql::Session& session) {
            infos.clear();
            session.run("SELECT name, job, created, version FROM studies ORDER BY id", {},
                        [&](sql::Row& row) { infos.push_back(read_info(row)); });
        });
        return infos;
    }

    std::shared_ptr<Study> create(const StudyInfo& info) override {
        std::int64_t id = 0;
        database_->transact(sql::Access::write, "make a study",
                            [&](sql::Session& session) { id = insert_study(session, info); });
        return std::make_shared<SqlStudy>(database_, id, info);
    }

    std::shared_ptr<Study> open(const std::string& name) override {
        std::shared_ptr<Study> study;
        database_->transact(sql::Access::read, "open a study", [&](sql::Session& session) {
            session.run("SELECT name, job, created, version, id FROM studies WHERE name = $1", {name},
                        [&](sql::Row& row) {
                            auto info = read_info(row);
                            study = std::make_shared<SqlStudy>(database_, row.integer(), std::move(info));
                        });
            if (!study) (void)sql_study_number(session, database_->dialect().database, name);
        });
        return study;
    }

    void apply(const StoreChange& change) override {
        database_->transact(sql::Access::write, "change studies", [&](sql::Session& session) {
            for (const auto& name : change.remove) {
                const auto id = known_id(session, name);
                for (const char* table : {"tasks", "leaders", "profiles", "trials"})
                    session.run(std::string("DELETE FROM ") + table + " WHERE study = $1", {id});
                session.run("DELETE FROM studies WHERE id = $1", {id});
            }
            for (const auto& [info, trials] : change.create) put_trials(session, insert_study(session, info), trials);
            for (const auto& [name, trials] : change.put) put_trials(session, known_id(session, name), trials);
        });
    }

private:
    /// Within a transaction.
    std::int64_t insert_study(sql::Session& session, const StudyInfo& info) const {
        std::optional<std::int64_t> made;
        session.run(
            "INSERT INTO studies (name, job, created, version) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING "
            "RETURNING id",
            {info.name, to_column(info.job), info.created, info.version}, [&](sql::Row& row) { made = row.integer(); });
        if (!made) throw name_taken(database_->dialect().database, info.name);
        return *made;
    }

    std::int64_t known_id(sql::Session& session, const std::string& name) const {
        return sql_study_number(session, database_->dialect().database, name);
    }

    std::shared_ptr<sql::Database> database_;
};

}  // namespace

std::shared_ptr<Store> make_sql_store(std::shared_ptr<sql::Database> database) {
    return std::make_shared<SqlStore>(std::move(database));
}

std::int64_t sql_study_number(sql::Session& session, const std::string& store, const std::string& name) {
    std::optional<std::int64_t> id;
    session.run("SELECT id FROM studies WHERE name = $1", {name}, [&](sql::Row& row) { id = row.integer(); });
    if (id) return *id;
    std::vector<std::string> names;
    session.run("SELECT name FROM studies ORDER BY id", {}, [&](sql::Row& row) { names.push_back(row.text()); });
    throw name_unknown(store, name, names);
}

}  // namespace hwnas
