#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace hwnas {

enum class LockKind { shared, alone };

/// Locks one byte of a file, which is made where there is none and otherwise stays as it is.
/// The lock ends with the token or with the process, however that ends. Null where somebody,
/// in this process or another one, has a lock that excludes it. Throws RunError.
[[nodiscard]] std::shared_ptr<const void> lock_byte(const std::filesystem::path& path, std::int64_t byte,
                                                    LockKind kind);

}  // namespace hwnas
