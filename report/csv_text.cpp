#include "report/csv_text.h"

namespace hwnas {

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char letter : text) {
        if (letter == '"') out += '"';
        out += letter;
    }
    return out + "\"";
}

std::string with_unit(const std::string& key, const std::string& unit) {
    return unit.empty() || unit == key ? key : key + " [" + unit + "]";
}

}  // namespace hwnas
