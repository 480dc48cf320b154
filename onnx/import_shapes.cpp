#include "onnx/import_shapes.h"

#include <algorithm>

#include "onnx/constant_folding.h"

namespace hwnas::imports {
namespace {

using Integers = std::vector<std::int64_t>;

Value of_draft(std::size_t draft) { return {nullptr, draft}; }

std::size_t slice_of(const ImportedNode& node, std::size_t x, std::int64_t begin, std::int64_t end) {
    if (begin == 0 && end == node.drafts.shape(x)[0]) return x;
    return node.drafts.add(op::Slice{begin, end}, {x});
}

/// What a Reshape asks for, behind the batch. Throws Unsupported where the batch is mixed
/// with other axes.
Shape asked_shape(const ImportedNode& node, const Value& x) {
    const auto& wanted = node.inputs.size() > 1 ? node.inputs[1].constant : nullptr;
    if (wanted == nullptr || !wanted->whole) throw Unsupported{"a shape that is known", "one that is computed"};
    Integers dims = wanted->integers;
    const Shape& own = node.drafts.shape(*x.draft);
    const std::int64_t count = element_count(own);
    if (dims.empty() || dims.size() > 8) throw Unsupported{"a shape of a batch", joined(dims)};
    const bool zero_copies = node.attributes().integer("allowzero", 0) == 0;
    const auto wrong = [&] { return Unsupported{"a shape that keeps the batch and " + to_string(own), joined(dims)}; };
    std::int64_t known = 1;
    std::optional<std::size_t> open;
    for (std::size_t i = 1; i < dims.size(); ++i) {
        if (dims[i] == 0 && zero_copies && x.groups == 0 && i <= own.size()) dims[i] = own[i - 1];
        if (dims[i] == -1 && !open) {
            open = i;
            continue;
        }
        if (dims[i] < 1 || dims[i] > count / known) throw wrong();
        known *= dims[i];
    }
    const bool is_batch = dims[0] == batch_symbol || (dims[0] == 0 && zero_copies) || dims[0] == node.batch.value_or(1);
    if (!is_batch && !(dims[0] == -1 && !open)) throw wrong();
    if (open) dims[*open] = count / known;
    Shape rest(dims.begin() + 1, dims.end());
    if (element_count(rest) != count) throw wrong();
    return rest;
}

Value reshaped(const ImportedNode& node, const Value& x, const Shape& wanted) {
    const Shape& own = node.drafts.shape(*x.draft);
    const auto wrong = [&] {
        return Unsupported{"a shape that flattens, or splits channels into groups",
                           to_string(own) + " to " + to_string(wanted)};
    };
    if (x.groups > 0) {
        // Channels that were cut into groups come together again.
        if (wanted != own) throw wrong();
        return of_draft(x.swapped ? node.drafts.add(op::ChannelShuffle{x.groups}, {*x.draft}) : *x.draft);
    }
    if (wanted == own) return x;
    if (wanted.size() == 1) return of_draft(node.drafts.add_flatten(*x.draft));
    if (own.size() == 1) {
        if (const auto& before = node.drafts.node(*x.draft);
            std::holds_alternative<op::Flatten>(before.op) && node.drafts.shape(before.inputs[0]) == wanted)
            return of_draft(before.inputs[0]);
        if (wanted == Shape{own[0], 1, 1})
            if (const auto map = node.drafts.as_map(*x.draft)) return of_draft(*map);
        throw wrong();
    }
    const bool groups = wanted.size() >= 3 && wanted[0] * wanted[1] == own[0];
    if (!groups) throw wrong();
    return {nullptr, *x.draft, wanted[0]};
}

const Value& plain_or_grouped(const ImportedNode& node) {
    const Value& x = node.inputs.at(0);
    if (!x.draft) throw Unsupported{"a tensor of the network", "a constant"};
    return x;
}

}  // namespace

std::vector<Value> shape_of(const ImportedNode& node) {
    const Shape& shape = node.drafts.shape(node.tensor(0));
    Integers dims{batch_symbol};
    dims.insert(dims.end(), shape.begin(), shape.end());
    const auto rank = static_cast<std::int64_t>(dims.size());
    const auto bound = [&](const char* name, std::int64_t otherwise) {
        const auto stated = node.attributes().integer(name, otherwise);
        return std::clamp<std::int64_t>(stated < 0 ? stated + rank : stated, 0, rank);
    };
    const auto first = bound("start", 0), last = std::max(first, bound("end", rank));
    return {{make_integers({last - first}, Integers(dims.begin() + first, dims.begin() + last)), std::nullopt}};
}

Value reshape(const ImportedNode& node) {
    const Value& x = plain_or_grouped(node);
    return reshaped(node, x, asked_shape(node, x));
}

Value flatten(const ImportedNode& node) {
    const std::size_t x = node.tensor(0);
    const std::size_t rank = node.drafts.shape(x).size() + 1;
    const auto axis = node.attributes().integer("axis", 1);
    if (axis_of(axis, rank) != 1) throw Unsupported{"Flatten behind the batch, axis 1", "axis " + std::to_string(axis)};
    return of_draft(node.drafts.add_flatten(x));
}

Value squeeze(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const Shape& shape = node.drafts.shape(x);
    const auto axes = integers_of(node.node, "axes", node.constants(), 1).value_or(Integers{2, 3});
    std::set<std::size_t> found;
    for (const auto axis : axes) found.insert(axis_of(axis, 4));
    if (found != std::set<std::size_t>{2, 3} || shape[1] != 1 || shape[2] != 1)
        throw Unsupported{"Squeeze of height and width, both 1", "axes " + joined(axes) + " of " + to_string(shape)};
    return of_draft(node.drafts.add_flatten(x));
}

Value unsqueeze(const ImportedNode& node) {
    const std::size_t x = node.tensor(0);
    const Shape& shape = node.drafts.shape(x);
    const auto axes = integers_of(node.node, "axes", node.constants(), 1).value_or(Integers{});
    std::set<std::size_t> found;
    for (const auto axis : axes) found.insert(axis_of(axis, 4));
    if (shape.size() == 1 && found == std::set<std::size_t>{2, 3}) return reshaped(node, of_draft(x), {shape[0], 1, 1});
    throw Unsupported{"Unsqueeze of a vector to a map of one pixel",
                      "axes " + joined(axes) + " of " + to_string(shape)};
}

Value transpose(const ImportedNode& node) {
    const Value& x = plain_or_grouped(node);
    const auto order = node.attributes().integers("perm").value_or(Integers{});
    Integers swap = order;
    if (swap.size() > 2) std::swap(swap[1], swap[2]);
    for (std::size_t i = 0; i < swap.size(); ++i)
        if (swap[i] != static_cast<std::int64_t>(i) || x.groups == 0 || x.swapped || swap.size() < 4)
            throw Unsupported{"a Transpose that shuffles groups of channels", "perm " + joined(order)};
    if (swap.empty()) throw Unsupported{"a Transpose that shuffles groups of channels", "one of all axes"};
    return {nullptr, *x.draft, x.groups, true};
}

Value concat(const ImportedNode& node) {
    const auto axis = node.attributes().integer("axis", 1);
    if (axis != 1 && axis != -3) throw Unsupported{"Concat of channels, axis 1", "axis " + std::to_string(axis)};
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) parts.push_back(node.map(i));
    return of_draft(parts.size() == 1 ? parts[0] : node.drafts.add(op::Concat{}, std::move(parts)));
}

Value slice(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const auto known = node.constants();
    const auto starts = integers_of(node.node, "starts", known, 1).value_or(Integers{});
    const auto ends = integers_of(node.node, "ends", known, 2).value_or(Integers{});
    Integers all;
    for (std::size_t i = 0; i < starts.size(); ++i) all.push_back(static_cast<std::int64_t>(i));
    const auto axes = integers_of(node.node, "axes", known, 3).value_or(all);
    const auto steps = integers_of(node.node, "steps", known, 4).value_or(Integers(starts.size(), 1));
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
        throw Unsupported{"as many starts as ends, axes and steps", joined(starts) + " and " + joined(ends)};
    const Shape shape = node.drafts.shape(x);
    std::int64_t begin = 0, end = shape[0];
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t axis = axis_of(axes[i], 4);
        const std::int64_t extent = axis == 0 ? 0 : shape[axis - 1];
        const auto inside = [extent](std::int64_t position) {
            return std::clamp<std::int64_t>(position < 0 ? position + extent : position, 0, extent);
        };
        const auto from = inside(starts[i]), to = inside(ends[i]);
        const bool whole = axis == 0 ? starts[i] == 0 && ends[i] > 1 << 24 : from == 0 && to == extent;
        if (steps[i] != 1 || (axis != 1 && !whole))
            throw Unsupported{"a Slice of channels, one by one",
                              "axis " + std::to_string(axis) + " from " + std::to_string(starts[i]) + " to " +
                                  std::to_string(ends[i]) + " by " + std::to_string(steps[i])};
        if (axis == 1) begin = from, end = to;
    }
    return of_draft(slice_of(node, x, begin, end));
}

std::vector<Value> split(const ImportedNode& node) {
    const std::size_t x = node.map(0);
    const auto axis = node.attributes().integer("axis", 0);
    if (axis_of(axis, 4) != 1) throw Unsupported{"a Split of channels, axis 1", "axis " + std::to_string(axis)};
    const std::int64_t channels = node.drafts.shape(x)[0];
    const auto count = static_cast<std::int64_t>(node.node.output_size());
    const std::int64_t each = (channels + count - 1) / std::max<std::int64_t>(count, 1);
    auto sizes =
        integers_of(node.node, "split", node.constants(), 1).value_or(Integers(static_cast<std::size_t>(count), each));
    std::int64_t begin = 0;
    std::vector<Value> parts;
    for (std::size_t i = 0; i < sizes.size() && i < static_cast<std::size_t>(count); ++i) {
        // The last of equal parts is smaller where they do not fit.
        const std::int64_t end = sizes[i] < 1 || sizes[i] > channels ? 0 : std::min(begin + sizes[i], channels);
        if (end <= begin) throw Unsupported{"parts of " + std::to_string(channels) + " channels", joined(sizes)};
        parts.push_back(of_draft(slice_of(node, x, begin, end)));
        begin = end;
    }
    if (begin != channels || parts.size() != static_cast<std::size_t>(count))
        throw Unsupported{std::to_string(count) + " parts of " + std::to_string(channels) + " channels", joined(sizes)};
    return parts;
}

Value pad(const ImportedNode& node) {
    const std::size_t x = node.tensor(0);
    const auto attributes = node.attributes();
    const auto known = node.constants();
    const auto mode = attributes.text("mode", "constant");
    const auto pads = integers_of(node.node, "pads", known, 1).value_or(Integers{});
    float value = attributes.number("value", 0);
    if (node.has(2)) {
        const auto& constant = node.floats(2);
        value = constant.size() == 1 ? constant.floats[0] : 1.0F;
    }
    const std::size_t rank = node.drafts.shape(x).size() + 1;
    Integers axes;
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
    axes = integers_of(node.node, "axes", known, 3).value_or(axes);
    if (pads.size() != 2 * axes.size()) throw Unsupported{"two paddings for each axis", joined(pads)};
    op::Pad made;
    for (std::size_t i = 0; i < pads.size(); ++i) {
        const std::size_t axis = axis_of(axes[i % axes.size()], rank);
        if (pads[i] == 0) continue;
        if (axis < 2 || pads[i] < 0 || pads[i] > 65536)
            throw Unsupported{"padding of height and width, from 0 to 65536", joined(pads)};
        made.pads[axis - 2 + (i < axes.size() ? 0 : 2)] = pads[i];
    }
    if (made.pads == op::Padding{}) return of_draft(x);
    if (mode != "constant" || value != 0) throw Unsupported{"padding with zeros", mode + " " + std::to_string(value)};
    return of_draft(node.drafts.add(made, {x}));
}

}  // namespace hwnas::imports
