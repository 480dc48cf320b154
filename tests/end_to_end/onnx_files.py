"""Writes small ONNX files byte by byte, as onnx.proto lays them out, with no library."""
import random
import struct

FLOAT, FLOAT16, BFLOAT16 = 1, 10, 16


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, *parts):
    content = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(content)) + content


def value_info(field, name, element, shape):
    dimensions = [message(1, number(1, extent)) for extent in shape]
    return message(field, message(1, name), message(2, message(1, number(1, element), message(2, *dimensions))))


def integers(name, values):
    """An AttributeProto of several integers."""
    return message(5, message(1, name), *[number(8, value) for value in values], number(20, 7))


def integer(name, value):
    return message(5, message(1, name), number(3, value), number(20, 2))


class Network:
    """A chain of operators from `images` to `logits`, with random weights that keep its numbers of one size."""

    def __init__(self, batch, shape, element=FLOAT):
        self.batch, self.input, self.element, self.shape = batch, shape, element, list(shape)
        self.nodes, self.weights, self.last = [], [], "images"
        self.draw = random.Random(1)

    def node(self, operator, weights=(), *attributes):
        output = f"value{len(self.nodes)}"
        inputs = [message(1, name) for name in (self.last, *weights)]
        self.nodes.append((inputs, message(4, operator), attributes))
        self.last = output
        return self

    def weight(self, shape):
        count = 1
        for extent in shape:
            count *= extent
        bound = (3 * shape[0] / count) ** 0.5
        if self.element == FLOAT:
            raw = struct.pack(f"<{count}f", *[self.draw.uniform(-bound, bound) for _ in range(count)])
        elif self.element == FLOAT16:
            raw = struct.pack(f"<{count}e", *[self.draw.uniform(-bound, bound) for _ in range(count)])
        else:
            raw = bytes(2 * count)
        name = f"weight{len(self.weights)}"
        self.weights.append(message(5, *[number(1, extent) for extent in shape], number(2, self.element),
                                    message(8, name), message(9, raw)))
        return name

    def conv(self, filters, kernel=3, stride=1, depthwise=False):
        channels = self.shape[0]
        filters = channels if depthwise else filters
        name = self.weight([filters, 1 if depthwise else channels, kernel, kernel])
        self.node("Conv", [name], integers("kernel_shape", [kernel] * 2), integers("strides", [stride] * 2),
                  integers("pads", [kernel // 2] * 4), integer("group", channels if depthwise else 1))
        self.shape = [filters, *[(extent + stride - 1) // stride for extent in self.shape[1:]]]
        return self

    def relu(self):
        return self.node("Relu")

    def bytes(self):
        nodes = []
        for i, (inputs, operator, attributes) in enumerate(self.nodes):
            output = "logits" if i + 1 == len(self.nodes) else f"value{i}"
            nodes.append(message(1, *inputs, message(2, output), operator, *attributes))
        graph = message(7, *nodes, message(2, "network"), *self.weights,
                        value_info(11, "images", self.element, [self.batch, *self.input]),
                        value_info(12, "logits", self.element, [self.batch, *self.shape]))
        return number(1, 8) + graph + message(8, number(2, 17))
