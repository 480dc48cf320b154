#pragma once

#include <string>

namespace hwnas::sql {

/// How a database calls the kinds of columns.
struct ColumnKinds {
    std::string id;       ///< a table's own number
    std::string integer;  ///< 64 bits
    std::string real;     ///< 64 bits
    std::string blob;
    std::string end;  ///< of a table
};

/// The statements that make the tables of a store, of those that are missing.
[[nodiscard]] std::string table_statements(const ColumnKinds& kinds);

/// The part of them that versions from the third on have: what searches with workers of their own need.
[[nodiscard]] std::string work_table_statements(const ColumnKinds& kinds);

/// The part that versions from the fourth on have: what workers with devices need.
[[nodiscard]] std::string profile_table_statements(const ColumnKinds& kinds);

}  // namespace hwnas::sql
