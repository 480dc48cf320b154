#pragma once

#include <cstdint>
#include <string>

#include "graph/shape.h"

namespace hwnas::train {

/// An array as NumPy's format holds it (numpy.org/neps/nep-0001-npy-format.html, versions 1 to 3): whole numbers in
/// row-major order.
struct NpyArray {
    std::string origin;          ///< for messages
    Shape shape;                 ///< each extent from 0 up
    bool is_signed = false;      ///< `i`; else `u`
    std::size_t item_bytes = 1;  ///< 1, 2, 4 or 8, little-endian
    std::string data;            ///< as many bytes as shape and items have

    /// Throws InputError with `origin` on anything else: other versions, types (floats, big-endian), Fortran's order,
    /// a header that is broken, data that are too short or too long.
    static NpyArray parse(std::string bytes, std::string origin);

    [[nodiscard]] std::int64_t count() const;
    /// The i-th number in row-major order. Of `u8` those beyond 2^63 come out negative.
    [[nodiscard]] std::int64_t number(std::int64_t i) const;
};

}  // namespace hwnas::train
