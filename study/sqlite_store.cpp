#include "study/sqlite_store.h"

#include "study/sql_store.h"
#include "study/sqlite_database.h"

namespace hwnas {

std::shared_ptr<Store> open_sqlite_store(const std::filesystem::path& path, Access access) {
    return make_sql_store(make_sqlite_database(open_sqlite_file(path, access)));
}

}  // namespace hwnas
