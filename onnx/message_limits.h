#pragma once

#include <string>
#include <string_view>

namespace hwnas {

/// Looks over the bytes of a ModelProto, before anything is allocated for it: an empty
/// message takes two bytes in a file and a hundred in memory. Throws InputError where there
/// are more of them, or more deeply nested ones, than any network has. What is no
/// protobuf at all is left to the parser.
void check_message_count(std::string_view bytes, const std::string& origin);

}  // namespace hwnas
