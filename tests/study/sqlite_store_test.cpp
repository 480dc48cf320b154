#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>
#include <future>
#include <thread>

#include "example_trial.h"
#include "killed_holder.h"
#include "study/sqlite.h"
#include "study/sqlite_file.h"
#include "study/sqlite_store.h"
#include "study/work_queue.h"

namespace hwnas {
namespace {

using namespace test;

std::string message_of(const std::filesystem::path& path, Access access) {
    try {
        (void)open_store(path.string(), access);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no InputError";
}

/// Runs `work` in a process of its own that is not the superuser; what it
/// returns, or the message of what it throws.
template <typename Work>
std::string as_nobody(Work&& work) {
    int channel[2];
    REQUIRE(::pipe(channel) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        constexpr unsigned kNobody = 65534;
        std::string said = "cannot become another user";
        try {
            if (::geteuid() != 0 || (::setgid(kNobody) == 0 && ::setuid(kNobody) == 0)) said = work();
        } catch (const std::exception& error) {
            said = std::string("threw ") + error.what();
        }
        const auto written = ::write(channel[1], said.data(), said.size());
        ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(channel[1]);
    std::string said(4096, '\0');
    said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(channel[0], said.data(), said.size()))));
    ::close(channel[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    return said;
}

TEST_CASE("A missing file is an input error, and none is made") {
    const TemporaryFolder folder;
    REQUIRE_THAT(message_of(folder.path() / "none.db", Access::existing),
                 Catch::Contains("none.db") && Catch::Contains("no such file"));
    REQUIRE_THAT(message_of(folder.path() / "none/none.db", Access::existing), Catch::Contains("no such file"));
    REQUIRE(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("Folders above a new file are made") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "runs/of today/100% sure?#1/study.db";
    (void)open_store(path.string(), Access::create)->create(example_info());
    REQUIRE(std::filesystem::is_regular_file(path));
    REQUIRE(open_store(path.string(), Access::existing)->studies().size() == 1);
}

TEST_CASE("A file's place that can't be a folder is an input error") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "plain") << "text";
    REQUIRE_THAT(message_of(folder.path() / "plain/study.db", Access::create), Catch::Contains("plain"));
    REQUIRE_THAT(message_of(folder.path() / "plain/study.db", Access::existing), Catch::Contains("no such file"));
}

TEST_CASE("A file of another kind is an input error, and stays as it is") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "job.json";
    const std::string content = "{\"space\": \"" + std::string(5000, 'x') + "\"}";
    std::ofstream(path) << content;
    for (const auto access : {Access::existing, Access::create})
        REQUIRE_THAT(message_of(path, access),
                     Catch::Contains("job.json") && Catch::Contains("something that is not SQLite"));
    std::ifstream stream(path);
    REQUIRE(std::string(std::istreambuf_iterator<char>(stream), {}) == content);
    REQUIRE_THAT(message_of(folder.path(), Access::existing), Catch::Contains("a folder"));
    REQUIRE_THAT(message_of(folder.path(), Access::create), Catch::Contains("a folder"));
}

TEST_CASE("An SQLite file of another program is an input error") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "bookmarks.db";
    sqlite::Connection(path, sqlite::Open::create).execute("CREATE TABLE trials (number INTEGER)");
    for (const auto access : {Access::existing, Access::create})
        REQUIRE_THAT(message_of(path, access), Catch::Contains("another program"));
}

TEST_CASE("An empty file becomes a store, but is none yet") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    std::ofstream(path).flush();
    REQUIRE_THAT(message_of(path, Access::existing), Catch::Contains("an empty one"));
    REQUIRE(open_store(path.string(), Access::create)->studies().empty());
    REQUIRE(open_store(path.string(), Access::existing)->studies().empty());
}

TEST_CASE("Who waits for a store's tables has them once they are made") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    std::ofstream(path).flush();
    auto queue =
        std::async(std::launch::async, [&] { return open_work_queue(path.string(), std::chrono::seconds(60)); });
    REQUIRE(queue.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    (void)open_store(path.string(), Access::create);
    REQUIRE(queue.get() != nullptr);
}

TEST_CASE("A file of a newer version is refused with both versions") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    (void)open_store(path.string(), Access::create);
    sqlite::Connection(path, sqlite::Open::existing).execute("PRAGMA user_version = 7");
    for (const auto access : {Access::existing, Access::create})
        REQUIRE_THAT(message_of(path, access),
                     Catch::Contains("version " + std::to_string(kStoreVersion)) && Catch::Contains("version 7"));
}

TEST_CASE("A file of the first version becomes one of today's, with all its trials") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    auto trial = example_trial(3);
    open_store(path.string(), Access::create)->create(example_info())->put({trial});
    {
        sqlite::Connection file(path, sqlite::Open::existing);
        file.execute(
            "ALTER TABLE trials DROP COLUMN budget; ALTER TABLE trials DROP COLUMN parent;"
            "PRAGMA user_version = 1");
    }
    trial.budget = Json::object();
    trial.parent.reset();
    for (int opened = 0; opened < 2; ++opened) {
        const auto trials = open_store(path.string(), Access::existing)->open("first")->trials();
        REQUIRE(trials.size() == 1);
        require_equal(trials.front(), trial);
    }
}

TEST_CASE("An address that is no path is an input error") {
    REQUIRE_THROWS_AS(open_store("", Access::create), InputError);
    REQUIRE_THROWS_WITH(open_store("mysql://me:secret@host/db", Access::create),
                        Catch::Contains("mysql://me:***@host/db") && Catch::Contains("PostgreSQL"));
}

TEST_CASE("A read-only file can be read, but not written or made") {
    const TemporaryFolder folder;
    const bool folder_writable = GENERATE(true, false);
    const auto path = folder.path() / "study.db";
    const auto trial = example_trial(0);
    open_store(path.string(), Access::create)->create(example_info())->put({trial});
    ::chmod(path.c_str(), 0444);
    ::chmod(folder.path().c_str(), folder_writable ? 0777 : 0555);
    const auto said = as_nobody([&]() -> std::string {
        const auto study = open_store(path.string(), Access::existing)->open("first");
        std::string text = std::to_string(study->trials().size()) + " trial; ";
        try {
            study->put({trial});
        } catch (const RunError& error) {
            text += error.what();
        }
        return text + "; " + message_of(path, Access::create);
    });
    ::chmod(folder.path().c_str(), 0777);
    REQUIRE_THAT(said, Catch::StartsWith("1 trial; ") && Catch::Contains("cannot write trials") &&
                           Catch::Contains("a read-only one"));
}

TEST_CASE("A file that may not be read, and a folder that may not be written to, are input errors") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    (void)open_store(path.string(), Access::create);
    ::chmod(path.c_str(), 0);
    ::chmod(folder.path().c_str(), 0555);
    REQUIRE_THAT(as_nobody([&] { return message_of(path, Access::existing); }), Catch::Contains("may not be read"));
    REQUIRE_THAT(as_nobody([&] { return message_of(folder.path() / "new.db", Access::create); }),
                 Catch::Contains("new.db"));
    REQUIRE_THAT(as_nobody([&] { return message_of(folder.path() / "new/study.db", Access::create); }),
                 Catch::Contains("a folder that can be made"));
    ::chmod(folder.path().c_str(), 0777);
}

TEST_CASE("A failed put changes nothing") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    const auto study = open_store(path.string(), Access::create)->create(example_info());
    const auto first = example_trial(0);
    study->put({first});
    sqlite::Connection(path, sqlite::Open::existing)
        .execute(
            "CREATE TRIGGER full BEFORE INSERT ON trials WHEN NEW.number = 3 "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END");
    auto changed = first;
    changed.host = "node-2";
    const std::vector<Trial> batch{changed, example_trial(2), example_trial(3)};
    REQUIRE_THROWS_AS(study->put(batch), RunError);
    REQUIRE_THROWS_WITH(study->put(batch), Catch::Contains("study.db") && Catch::Contains("no room"));
    REQUIRE(study->trials().size() == 1);
    require_equal(study->trials()[0], first);
    study->put({changed});  // and the study goes on
    require_equal(study->trials()[0], changed);
}

TEST_CASE("A row that can't be read is named") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    const auto study = open_store(path.string(), Access::create)->create(example_info());
    const std::vector<Trial> trials{example_trial(0), example_trial(1)};
    study->put(trials);
    sqlite::Connection(path, sqlite::Open::existing).execute("UPDATE trials SET notes = '{' WHERE number = 1");
    REQUIRE_THROWS_AS(study->trials(), RunError);
    REQUIRE_THROWS_WITH(study->trials(), Catch::Contains("study.db") && Catch::Contains("trial 1"));
}

TEST_CASE("Two stores on one file see each other's trials") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "study.db").string();
    const auto first = open_store(path, Access::create)->create(example_info());
    const auto second = open_store(path, Access::existing)->open("first");
    const auto trials = std::vector<Trial>{example_trial(0), example_trial(1)};
    first->put({trials[0]});
    REQUIRE(second->trials().size() == 1);
    second->put({trials[1]});
    REQUIRE(first->trials().size() == 2);
    require_equal(first->trials()[1], trials[1]);
}

TEST_CASE("Stores of several threads make and fill one file at once") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "study.db").string();
    std::vector<std::string> problems(4);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&, thread] {
                try {
                    const auto store = open_store(path, Access::create);
                    const auto study = store->create(example_info("study " + std::to_string(thread)));
                    for (int i = 0; i < 20; ++i) {
                        const auto trial = example_trial(i);
                        study->put({trial});
                    }
                } catch (const std::exception& error) {
                    problems[static_cast<std::size_t>(thread)] = error.what();
                }
            });
    }
    REQUIRE(problems == std::vector<std::string>(4));
    const auto store = open_store(path, Access::existing);
    REQUIRE(store->studies().size() == 4);
    for (const auto& info : store->studies()) REQUIRE(store->open(info.name)->trials().size() == 20);
}

TEST_CASE("A store keeps a write-ahead log that is synchronised with every commit") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    for (const auto access : {Access::create, Access::existing}) {
        const auto file = open_sqlite_file(path, access);
        constexpr int kFull = 2;
        REQUIRE(file->connection.text("PRAGMA journal_mode") == "wal");
        REQUIRE(file->connection.integer("PRAGMA synchronous") == kFull);
        REQUIRE(file->connection.integer("PRAGMA user_version") == kStoreVersion);
    }
}

TEST_CASE("A hold keeps other processes off, and ends with a process that is killed") {
    const TemporaryFolder folder;
    const auto path = (folder.path() / "study.db").string();
    const auto study = open_store(path, Access::create)->create(example_info());
    const auto refused = refused_beside_killed_holder(path, *study);
    REQUIRE_THAT(refused, Catch::Contains("study.db") && Catch::Contains("a search is going on"));
    REQUIRE(study->hold(Use::change) != nullptr);
}

TEST_CASE("A change that SQLite breaks off leaves the file as it was") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "study.db";
    const auto store = open_store(path.string(), Access::create);
    (void)store->create(example_info("first"));
    sqlite::Connection(path, sqlite::Open::existing)
        .execute(
            "CREATE TRIGGER full BEFORE INSERT ON trials WHEN NEW.number = 3 "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END");
    StoreChange change;
    change.remove = {"first"};
    change.create = {{example_info("second"), {example_trial(0)}}, {example_info("third"), {example_trial(3)}}};
    REQUIRE_THROWS_AS(store->apply(change), RunError);
    REQUIRE(store->studies().size() == 1);
    REQUIRE(store->studies()[0].name == "first");
}

}  // namespace
}  // namespace hwnas
