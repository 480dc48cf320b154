#include "study/server_address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace hwnas {
namespace {

constexpr const char* hidden = "***";

struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
};

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

int hexadecimal(char digit) {
    if (std::isdigit(static_cast<unsigned char>(digit)) != 0) return digit - '0';
    const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A parameter's name may be written with `%70` for `p`.
std::string percent_decoded(const std::string& text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexadecimal(text[i + 1]) >= 0 && hexadecimal(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hexadecimal(text[i + 1]) * 16 + hexadecimal(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

/// Where passwords stand in `scheme://user:password@host/database?password=...`. In doubt too much.
std::vector<Piece> passwords_in(const std::string& address) {
    std::vector<Piece> found;
    const auto scheme = address.find("://");
    if (scheme == std::string::npos) return found;
    const auto begin = scheme + 3;
    const auto query = address.find('?', begin);
    // A password that is not encoded as it should be may hold a slash or an at sign itself.
    if (const auto at = address.rfind('@', query == std::string::npos ? query : query - 1);
        at != std::string::npos && at >= begin)
        if (const auto colon = address.find(':', begin); colon < at && colon + 1 < at)
            found.push_back({colon + 1, at - colon - 1});
    for (auto from = query; from != std::string::npos && from + 1 < address.size();) {
        const auto end = std::min(address.find('&', from + 1), address.size());
        const auto equals = address.find('=', from + 1);
        if (equals < end) {
            const auto name = lower_case(percent_decoded(address.substr(from + 1, equals - from - 1)));
            if ((name == "password" || name == "sslpassword") && equals + 1 < end)
                found.push_back({equals + 1, end - equals - 1});
        }
        from = end < address.size() ? end : std::string::npos;
    }
    return found;
}

}  // namespace

const char* const instead_of_password =
    "leave it out, and tell it by ~/.pgpass, by the variable PGPASSWORD or by a service file "
    "(postgresql://?service=NAME)";

bool is_server_address(const std::string& address) {
    const auto scheme = lower_case(address.substr(0, address.find("://")));
    return address.find("://") != std::string::npos && (scheme == "postgresql" || scheme == "postgres");
}

bool tells_password(const std::string& address) { return !passwords_in(address).empty(); }

std::string shown_address(const std::string& address) {
    std::string shown = address;
    auto pieces = passwords_in(address);
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
        shown.replace(piece->begin, piece->size, hidden);
    return shown;
}

}  // namespace hwnas
