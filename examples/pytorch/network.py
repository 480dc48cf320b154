"""A PyTorch module from a graph as the command evaluator's requests hold it (docs/protocols.md)."""
import torch
from torch import nn
from torch.nn import functional as F


def padding_of(node):
    """A node's pads (top, left, bottom, right) in F.pad's order: left, right, top, bottom."""
    top, left, bottom, right = node.get("pads", (0, 0, 0, 0))
    return (left, right, top, bottom)


class PaddedConv(nn.Conv2d):
    """A convolution whose pads may differ from side to side."""

    def __init__(self, node, channels):
        super().__init__(channels, node["filters"], node["kernel"], stride=node.get("stride", (1, 1)),
                         dilation=node.get("dilation", (1, 1)), groups=node.get("group", 1),
                         bias=node.get("bias", False))
        self.pads = padding_of(node)

    def forward(self, x):
        return super().forward(F.pad(x, self.pads) if any(self.pads) else x)


class MaxPool(nn.Module):
    def __init__(self, node):
        super().__init__()
        self.kernel, self.stride, self.pads = node["kernel"], node.get("stride", (1, 1)), padding_of(node)

    def forward(self, x):
        return F.max_pool2d(F.pad(x, self.pads, value=-torch.inf), self.kernel, self.stride)


class AveragePool(MaxPool):
    """Does not count padding."""

    def forward(self, x):
        mean = F.avg_pool2d(F.pad(x, self.pads), self.kernel, self.stride)
        if not any(self.pads):
            return mean
        share = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), self.pads), self.kernel, self.stride)
        return mean / share


class Apply(nn.Module):
    """A function without weights, of one input or two."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


FUNCTIONS = {
    "Relu": F.relu,
    "Clip": F.relu6,
    "Sigmoid": torch.sigmoid,
    "HardSigmoid": F.hardsigmoid,
    "HardSwish": F.hardswish,
    "Swish": F.silu,
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True),
    "Flatten": lambda x: x.flatten(1),
    "Add": torch.add,
    "Mul": torch.mul,
}


def module_of(node, channels):
    """The module of one node whose first input has so many channels, or features."""
    op = node["op"]
    if op == "Conv":
        return PaddedConv(node, channels)
    if op == "BatchNormalization":
        return nn.BatchNorm2d(channels, eps=node.get("epsilon", 1e-5))
    if op == "MaxPool":
        return MaxPool(node)
    if op == "AveragePool":
        return AveragePool(node)
    if op == "Gemm":
        return nn.Linear(channels, node["features"], bias=node.get("bias", True))
    if op in FUNCTIONS:
        return Apply(FUNCTIONS[op])
    raise ValueError(f"unknown operator {op!r} of node {node['name']!r}")


class Network(nn.Module):
    """The keys of its state_dict are hwnas's names of weights, but for num_batches_tracked."""

    def __init__(self, graph):
        super().__init__()
        self.nodes = graph["nodes"]
        self.modules_of_nodes = {}  # a plain dict, since the tree below holds them
        values = {"input": torch.zeros(1, *graph["input"])}
        for node in self.nodes:
            inputs = [values[name] for name in node["inputs"]]
            module = module_of(node, inputs[0].shape[1])
            self.place(node["name"], module)
            self.modules_of_nodes[node["name"]] = module
            with torch.no_grad():
                values[node["name"]] = module.eval()(*inputs)
            module.train()

    def place(self, name, module):
        """Hangs the module of the node `stage1.0.conv` below `stage1` and `0`."""
        *folders, last = name.split(".")
        parent = self
        for folder in folders:
            if folder not in parent._modules:
                parent.add_module(folder, nn.Module())
            parent = parent._modules[folder]
        parent.add_module(last, module)

    def forward(self, x):
        values = {"input": x}
        for node in self.nodes:
            values[node["name"]] = self.modules_of_nodes[node["name"]](*(values[name] for name in node["inputs"]))
        return values[self.nodes[-1]["name"]]

    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters())
