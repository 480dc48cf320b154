#pragma once

// Read once for the whole build (cmake/library.cmake): what nearly every file needs
// and what takes longest to read. Files still include all that they use themselves.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
