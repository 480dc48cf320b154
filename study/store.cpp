#include "study/store.h"

#include "study/memory_store.h"
#include "study/postgresql_database.h"
#include "study/server_address.h"
#include "study/sql_store.h"
#include "study/sqlite_store.h"
#include "study/study_names.h"

namespace hwnas {

std::shared_ptr<Store> open_store(const std::string& address, Access access) {
    constexpr const char* kinds = "a file's path, `postgresql://HOST/DATABASE` or `memory:`";
    if (address.empty()) throw InputError({"store", kinds, "an empty address", ""});
    if (address == "memory:") return std::make_shared<MemoryStore>();
    if (is_server_address(address)) return make_sql_store(open_postgresql_database(address, access));
    if (address.find("://") != std::string::npos)
        throw InputError({"store", kinds, "\"" + shown_address(address) + "\"",
                          "studies are kept in SQLite files, in PostgreSQL or in memory"});
    return open_sqlite_store(address, access);
}

std::shared_ptr<Study> open_study(Store& store, const std::string& name_or_empty) {
    if (!name_or_empty.empty()) return store.open(name_or_empty);
    std::vector<std::string> names;
    for (const auto& info : store.studies()) names.push_back(info.name);
    if (names.empty()) throw InputError({"store", "a study", "none", "no search has started in it yet"});
    if (names.size() > 1)
        throw InputError({"store", "the name of one study",
                          "none, and there are " + std::to_string(names.size()) + ": " + listed(names),
                          "choose one with --study NAME"});
    return store.open(names.front());
}

InputError name_taken(const std::string& store, const std::string& name) {
    return InputError({store, "a name that is free", "\"" + name + "\", which is a study already",
                       "resume it, or give the new one another name"});
}

InputError name_unknown(const std::string& store, const std::string& name, const std::vector<std::string>& names) {
    if (names.empty()) return InputError({store, "a study named \"" + name + "\"", "no study at all", ""});
    const auto nearest = nearest_word(name, names);
    return InputError({store, "one of its studies: " + listed(names), "\"" + name + "\"",
                       nearest ? "did you mean \"" + *nearest + "\"?" : ""});
}

InputError study_in_use(const std::string& store, const std::string& name, Use wanted) {
    if (wanted == Use::search)
        return InputError({store, "a study that nobody is changing",
                           "\"" + name + "\", which is being removed or merged into", "try again in a moment"});
    return InputError({store, "a study that nobody uses", "\"" + name + "\", in which a search is going on",
                       "end that first; it can be resumed"});
}

RunError study_removed(const std::string& store, const std::string& name) {
    return RunError(store + ": the study \"" + name + "\" is there no more: it was removed");
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace hwnas
