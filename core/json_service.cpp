#include "core/json_service.h"

#include "core/error.h"

namespace hwnas {

std::string json_answer(const std::string& line, const std::function<Json(JsonDocument&)>& perform) {
    Json reply = {{"id", nullptr}};
    try {
        JsonDocument document = JsonDocument::parse(line, "request");
        if (document.root().is_object() && document.root().contains("id")) reply["id"] = document.root()["id"];
        reply.update(perform(document));
    } catch (const UnsupportedError& error) {
        reply["unsupported"] = error.what();
    } catch (const std::exception& error) {  // an InputError's text has a problem a line
        reply["error"] = error.what();
    } catch (...) {
        reply["error"] = "an unknown failure";
    }
    // Text that is not UTF-8 (a file's name) must not keep the answer from being one.
    return reply.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hwnas
