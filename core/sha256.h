#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace hwnas {

/// SHA-256 of what comes piece by piece. Throws RunError where the installed OpenSSL has none.
class Sha256 {
public:
    Sha256();
    void update(std::string_view bytes);
    /// 64 lower-case hexadecimal digits; once.
    [[nodiscard]] std::string hex();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace hwnas
