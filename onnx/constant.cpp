#include "onnx/constant.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.h"

namespace hwnas {
namespace {

using Type = onnx::TensorProto;

constexpr std::int64_t most_constant_values = std::int64_t{1} << 31;

/// IEEE 754's 16-bit format, exactly.
float from_half(std::uint16_t bits) {
    const unsigned exponent = (bits >> 10U) & 0x1FU;
    const unsigned fraction = bits & 0x3FFU;
    const float sign = (bits & 0x8000U) != 0 ? -1.0F : 1.0F;
    if (exponent == 31) return fraction == 0 ? sign * std::numeric_limits<float>::infinity() : std::nanf("");
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
    return sign * std::ldexp(static_cast<float>(fraction | 0x400U), static_cast<int>(exponent) - 25);
}
float from_bfloat(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U); }

class Reader {
public:
    Reader(const onnx::TensorProto& tensor, const std::string& place) : tensor_(tensor), place_(place) {}

    [[nodiscard]] Constant read() {
        Constant constant;
        count_ = 1;
        for (const auto extent : tensor_.dims()) {
            if (extent < 0 || extent > most_constant_values || (extent != 0 && count_ > most_constant_values / extent))
                fail("extents of a tensor in memory", std::to_string(extent));
            constant.dims.push_back(extent);
            count_ *= extent;
        }
        if (tensor_.data_location() == Type::EXTERNAL || tensor_.external_data_size() > 0)
            throw InputError({place_, "data in the file itself", "data in another file",
                              "save the model in one file: onnx.save(onnx.load(\"MODEL.onnx\"), \"WHOLE.onnx\")"});
        const auto same = [](auto value) { return value; };
        switch (tensor_.data_type()) {
            case Type::FLOAT:
                constant.floats = values<float, float>(tensor_.float_data(), same);
                return constant;
            case Type::DOUBLE:
                constant.floats = values<double, float>(tensor_.double_data(),
                                                        [](double value) { return static_cast<float>(value); });
                return constant;
            case Type::FLOAT16:
                constant.floats = values<std::uint16_t, float>(tensor_.int32_data(), from_half);
                return constant;
            case Type::BFLOAT16:
                constant.floats = values<std::uint16_t, float>(tensor_.int32_data(), from_bfloat);
                return constant;
            default:
                break;
        }
        constant.whole = true;
        const auto widened = [](auto value) { return static_cast<std::int64_t>(value); };
        switch (tensor_.data_type()) {
            case Type::INT64:
                constant.integers = values<std::int64_t, std::int64_t>(tensor_.int64_data(), widened);
                break;
            case Type::INT32:
                constant.integers = values<std::int32_t, std::int64_t>(tensor_.int32_data(), widened);
                break;
            case Type::INT8:
                constant.integers = values<std::int8_t, std::int64_t>(tensor_.int32_data(), widened);
                break;
            case Type::UINT8:
            case Type::BOOL:
                constant.integers = values<std::uint8_t, std::int64_t>(tensor_.int32_data(), widened);
                break;
            default:
                fail("a tensor of floats, integers or truth values",
                     "data type " + std::to_string(tensor_.data_type()));
        }
        return constant;
    }

private:
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
        throw InputError({place_, expected, found, "the file is damaged or is no ONNX file"});
    }
    /// `Stored` is the element in raw data; in a list of its own it may be wider.
    template <class Stored, class Value, class List, class Convert>
    [[nodiscard]] std::vector<Value> values(const List& list, Convert&& convert) const {
        const auto count = static_cast<std::size_t>(count_);
        std::vector<Value> read;
        if (!tensor_.raw_data().empty() || list.empty()) {
            const std::string& raw = tensor_.raw_data();
            if (raw.size() != count * sizeof(Stored)) mismatch(raw.size() / sizeof(Stored));
            read.reserve(count);
            for (std::size_t i = 0; i < count; ++i) {
                Stored stored;
                std::memcpy(&stored, raw.data() + i * sizeof stored, sizeof stored);
                read.push_back(convert(stored));
            }
            return read;
        }
        if (static_cast<std::size_t>(list.size()) != count) mismatch(static_cast<std::size_t>(list.size()));
        read.reserve(count);
        for (const auto value : list) read.push_back(convert(static_cast<Stored>(value)));
        return read;
    }
    [[noreturn]] void mismatch(std::size_t found) const {
        fail(std::to_string(count_) + " elements, as its shape says", std::to_string(found));
    }

    const onnx::TensorProto& tensor_;
    const std::string& place_;
    std::int64_t count_ = 1;
};

}  // namespace

void Budget::spend(std::size_t bytes) {
    if (bytes > left_)
        throw InputError({origin_, "weights that are used about once each", "far more of them than the file holds",
                          "the file is damaged or is no network"});
    left_ -= bytes;
}

ConstantPtr make_floats(Shape dims, std::vector<float> values) {
    Constant constant;
    constant.dims = std::move(dims);
    constant.floats = std::move(values);
    return std::make_shared<const Constant>(std::move(constant));
}

ConstantPtr make_integers(Shape dims, std::vector<std::int64_t> values) {
    Constant constant;
    constant.dims = std::move(dims);
    constant.whole = true;
    constant.integers = std::move(values);
    return std::make_shared<const Constant>(std::move(constant));
}

ConstantPtr read_constant(const onnx::TensorProto& tensor, const std::string& place, Budget& budget) {
    auto constant = Reader(tensor, place).read();
    budget.spend(constant.size() * (constant.whole ? sizeof(std::int64_t) : sizeof(float)));
    return std::make_shared<const Constant>(std::move(constant));
}

}  // namespace hwnas
