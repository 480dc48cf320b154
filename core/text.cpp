#include "core/text.h"

#include <sstream>

#include "core/json.h"

namespace hwnas {

std::string valid_utf8(std::string_view bytes) {
    const std::string quoted = Json(std::string(bytes)).dump(-1, ' ', false, Json::error_handler_t::replace);
    return Json::parse(quoted).get<std::string>();
}

std::string number_text(double value) {
    std::ostringstream text;
    text.precision(9);
    text << value;
    return text.str();
}

std::string shortened(std::string_view text, std::size_t longest) {
    if (text.size() <= longest) return std::string(text);
    return std::string(text.substr(0, longest)) + "...";
}

}  // namespace hwnas
