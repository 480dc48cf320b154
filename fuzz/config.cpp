// Any text is a space, a graph or a job, or an InputError that says why not.

#include <cstdint>
#include <string_view>

#include "core/error.h"
#include "job/job.h"
#include "space/categorical_space.h"
#include "space/search_space.h"

namespace {

template <typename Read>
void read_or_refuse(std::string_view text, Read&& read) {
    try {
        auto document = hwnas::JsonDocument::parse(std::string(text), "/nowhere/fuzz.json");
        read(document);
    } catch (const hwnas::InputError&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hwnas;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_or_refuse(text, [](JsonDocument& document) {
        (void)SearchSpace::read(JsonValue(document));
        document.throw_problems();
    });
    read_or_refuse(text, [](JsonDocument& document) { (void)graph_from_json(JsonValue(document)); });
    read_or_refuse(text, [](JsonDocument& document) { (void)load_job(std::move(document)); });
    return 0;
}
