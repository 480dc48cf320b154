#include "devices/web_settings.h"

namespace hwnas {

WebSettings WebSettings::read(const JsonValue& engine) {
    WebSettings settings;
    JsonObject object(engine);
    settings.host = object.one_of("host", {"chromium", "node"}, settings.host);
    settings.chromium = object.text("chromium", settings.chromium);
    settings.library = object.text("library", settings.library);
    settings.optimisation = object.one_of("optimisation", {"none", "basic", "extended", "all"}, settings.optimisation);
    return settings;
}

}  // namespace hwnas
