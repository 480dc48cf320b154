#include "space/families.h"

#include <algorithm>

namespace hwnas {

// The build writes FAMILY(conv, "conv") and so on for the files that there are.
#define FAMILY(function, name) std::unique_ptr<BlockFamily> make_##function##_family();
#include "block_families.inc"
#undef FAMILY

const std::vector<NamedFamily>& block_families() {
    static const std::vector<NamedFamily> families = [] {
        std::vector<NamedFamily> made;
#define FAMILY(function, name) made.push_back({name, make_##function##_family()});
#include "block_families.inc"
#undef FAMILY
        std::sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return made;
    }();
    return families;
}

}  // namespace hwnas
