#pragma once

#include <libpq-fe.h>

namespace hwnas::pq {

/// What is used of libpq, loaded when the first address of PostgreSQL is opened: linked, its
/// dozen libraries would lengthen every start of every command.
struct Library {
    decltype(&PQconnectdbParams) connect;
    decltype(&PQfinish) finish;
    decltype(&PQstatus) status;
    decltype(&PQsocket) socket;
    decltype(&PQerrorMessage) error_message;
    decltype(&PQexec) execute;
    decltype(&PQexecParams) execute_with;
    decltype(&PQresultStatus) result_status;
    decltype(&PQresultErrorField) error_field;
    decltype(&PQresultErrorMessage) result_error;
    decltype(&PQclear) clear;
    decltype(&PQntuples) rows;
    decltype(&PQgetisnull) is_null;
    decltype(&PQgetvalue) value;
    decltype(&PQgetlength) length;
    decltype(&PQconsumeInput) consume_input;
    decltype(&PQnotifies) notifies;
    decltype(&PQfreemem) free;
    decltype(&PQconninfoParse) parse;
    decltype(&PQconninfoFree) free_options;
    decltype(&PQsetNoticeProcessor) set_notices;
};

/// Throws RunError where the library cannot be loaded.
[[nodiscard]] const Library& library();

}  // namespace hwnas::pq
