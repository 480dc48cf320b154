#include "study/libpq.h"

#include <dlfcn.h>

#include "core/error.h"

namespace hwnas::pq {
namespace {

void* loaded_libpq() {
    void* handle = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        throw RunError(std::string("PostgreSQL's client library cannot be loaded (") + ::dlerror() +
                       "): install Debian's libpq5");
    return handle;
}

template <typename Function>
void look_up(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    if (function == nullptr) throw RunError(std::string("libpq.so.5 lacks ") + name);
}

Library load() {
    void* handle = loaded_libpq();
    Library all{};
    look_up(handle, "PQconnectdbParams", all.connect);
    look_up(handle, "PQfinish", all.finish);
    look_up(handle, "PQstatus", all.status);
    look_up(handle, "PQsocket", all.socket);
    look_up(handle, "PQerrorMessage", all.error_message);
    look_up(handle, "PQexec", all.execute);
    look_up(handle, "PQexecParams", all.execute_with);
    look_up(handle, "PQresultStatus", all.result_status);
    look_up(handle, "PQresultErrorField", all.error_field);
    look_up(handle, "PQresultErrorMessage", all.result_error);
    look_up(handle, "PQclear", all.clear);
    look_up(handle, "PQntuples", all.rows);
    look_up(handle, "PQgetisnull", all.is_null);
    look_up(handle, "PQgetvalue", all.value);
    look_up(handle, "PQgetlength", all.length);
    look_up(handle, "PQconsumeInput", all.consume_input);
    look_up(handle, "PQnotifies", all.notifies);
    look_up(handle, "PQfreemem", all.free);
    look_up(handle, "PQconninfoParse", all.parse);
    look_up(handle, "PQconninfoFree", all.free_options);
    look_up(handle, "PQsetNoticeProcessor", all.set_notices);
    return all;
}

}  // namespace

const Library& library() {
    static const Library all = load();  // stays as long as the process
    return all;
}

}  // namespace hwnas::pq
