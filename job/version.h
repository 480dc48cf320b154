#pragma once

namespace hwnas {

/// The program's version, as CMake's project states it.
inline constexpr const char* version = HWNAS_VERSION;

}  // namespace hwnas
