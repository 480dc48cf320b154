#include "core/json.h"

template class nlohmann::basic_json<>;

namespace hwnas {

Json value_at(const Json& json, const char* pointer) {
    const Json::json_pointer where(pointer);
    return json.contains(where) ? json.at(where) : Json();
}

}  // namespace hwnas
