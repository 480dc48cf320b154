#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "graph/shape.h"

namespace hwnas {

/// Stands among a constant's integers for the batch's size, which a file leaves open.
inline constexpr std::int64_t batch_symbol = std::numeric_limits<std::int64_t>::min();

/// A tensor whose values are known on reading: a weight, or what a shape is computed
/// from. Floating point of any width is kept in single precision, anything else as integers.
struct Constant {
    Shape dims;
    bool whole = false;  ///< integers, not floats
    std::vector<float> floats;
    std::vector<std::int64_t> integers;

    [[nodiscard]] std::size_t size() const { return whole ? integers.size() : floats.size(); }
};
using ConstantPtr = std::shared_ptr<const Constant>;

[[nodiscard]] ConstantPtr make_floats(Shape dims, std::vector<float> values);
[[nodiscard]] ConstantPtr make_integers(Shape dims, std::vector<std::int64_t> values);

/// What may be allocated beyond the file's own bytes: a few names in a file can ask for
/// copies of one large tensor without end.
class Budget {
public:
    Budget(std::size_t bytes, std::string origin) : left_(bytes), origin_(std::move(origin)) {}
    /// Throws InputError where it is used up.
    void spend(std::size_t bytes);

private:
    std::size_t left_;
    std::string origin_;
};

/// Reads a tensor, whatever form its data has. Throws InputError (place: `place`) where
/// the data does not fit the shape, stands in another file, or is of another kind.
[[nodiscard]] ConstantPtr read_constant(const onnx::TensorProto& tensor, const std::string& place, Budget& budget);

}  // namespace hwnas
