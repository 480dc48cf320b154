"""The trainer's zero-cost proxies are what the papers' formulas give, here written out again in PyTorch and double precision.

    zero_cost_definitions.py HWNAS_TRAINER SOURCE
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from debians_python import need

need("torch", "python3-torch")
TRAINER, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])

sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "examples/pytorch"))
import torch  # noqa: E402
from torch import nn  # noqa: E402
from network import Network  # noqa: E402

PROXIES = ["synflow", "naswot", "jacob_cov", "grad_norm", "snip", "grasp", "fisher", "zico"]
IMAGES, BATCHES, CLASSES = 12, 3, 5


def graph_with(activation):
    """A stem, a depthwise convolution with squeeze-and-excite, a residual, two fully connected layers."""
    nodes = []

    def add(name, op, inputs=None, **attributes):
        before = [nodes[-1]["name"]] if nodes else ["input"]
        nodes.append({"name": name, "op": op, "inputs": inputs or before, "segment": "all", **attributes})

    add("stem", "Conv", filters=6, kernel=[3, 3], stride=[2, 2], pads=[0, 1, 1, 1])
    add("stem.bn", "BatchNormalization")
    add("stem.act", "Relu")
    add("dw", "Conv", filters=6, kernel=[3, 3], pads=[1, 1, 1, 1], group=6)
    add("dw.bn", "BatchNormalization")
    add("dw.act", activation)
    add("squeeze", "GlobalAveragePool")
    add("reduce", "Conv", filters=3, kernel=[1, 1], bias=True)
    add("reduce.act", "Relu")
    add("expand", "Conv", filters=6, kernel=[1, 1], bias=True)
    add("gate", "Sigmoid")
    add("excite", "Mul", ["dw.act", "gate"])
    add("project", "Conv", filters=6, kernel=[1, 1])
    add("project.bn", "BatchNormalization")
    add("residual", "Add", ["project.bn", "stem.act"])
    add("pool", "MaxPool", kernel=[2, 2], stride=[2, 2])
    add("flatten", "Flatten")
    add("hidden", "Gemm", features=16)
    add("hidden.act", "Relu")
    add("classes", "Gemm", features=CLASSES)
    return {"input": [2, 9, 10], "nodes": nodes}


def weighted(network):
    return [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]


def by_the_formulas(graph, state, batches):
    """Every proxy, each by a pass of its own through a network of its own."""
    def fresh():
        network = Network(graph).double().train()
        network.load_state_dict(state, strict=False)
        return network

    def gradients(network, images, labels):
        loss = nn.functional.cross_entropy(network(images), labels)
        return torch.autograd.grad(loss, [module.weight for module in weighted(network)], create_graph=True)

    images, labels = batches[0]
    found = {}
    network = fresh()
    own = gradients(network, images, labels)
    found["grad_norm"] = sum(gradient.square().sum().sqrt() for gradient in own).item()
    found["snip"] = sum((module.weight * gradient).abs().sum() for module, gradient in zip(weighted(network), own)).item()

    # H g as the derivative of the gradient along g, by central differences.
    step, ends = 1e-4 / math.sqrt(sum(gradient.square().sum().item() for gradient in own)), []
    for sign in (1, -1):
        moved = fresh()
        with torch.no_grad():
            for module, gradient in zip(weighted(moved), own):
                module.weight += sign * step * gradient
        ends.append([gradient.detach() for gradient in gradients(moved, images, labels)])
    found["grasp"] = -sum((module.weight * (ahead - behind) / (2 * step)).sum()
                          for module, ahead, behind in zip(weighted(network), *ends)).item()

    network, outputs = fresh(), []
    for module in weighted(network):
        module.register_forward_hook(lambda _, __, output: outputs.append(output))
    loss = nn.functional.cross_entropy(network(images), labels)
    found["fisher"] = 0
    for output, gradient in zip(outputs, torch.autograd.grad(loss, outputs)):
        for channel in range(output.shape[1]):
            for image in range(IMAGES):
                product = (output[image, channel] * gradient[image, channel]).sum().item()
                found["fisher"] += product ** 2 / (2 * IMAGES)

    # The Jacobian's rows, whose correlations matter, and eigenvalues of a general matrix.
    network, given = fresh(), images.clone().requires_grad_()
    rows = torch.autograd.grad(network(given).sum(), given)[0].flatten(1)
    eigenvalues = torch.linalg.eigvals(torch.corrcoef(rows)).real
    found["jacob_cov"] = -sum(math.log(v + 1e-5) + 1 / (v + 1e-5) for v in eigenvalues.tolist())

    network, codes = fresh(), [""] * IMAGES
    for node in graph["nodes"]:
        if node["op"] in ("Relu", "Clip"):
            def note(_, inputs, clipped=node["op"] == "Clip"):
                for image, row in enumerate(inputs[0].flatten(1).tolist()):
                    codes[image] += "".join("01"[x > 0] for x in row)
                    if clipped:
                        codes[image] += "".join("01"[x > 6] for x in row)
            network.modules_of_nodes[node["name"]].register_forward_pre_hook(note)
    network(images)
    kernel = [[len(a) - sum(x != y for x, y in zip(a, b)) for b in codes] for a in codes]
    found["naswot"] = torch.logdet(torch.tensor(kernel, dtype=torch.double)).item()

    network = fresh()
    magnitudes = torch.stack([torch.cat([gradient.detach().flatten().abs() for gradient in gradients(network, *batch)])
                              for batch in batches])
    found["zico"], first = 0, 0
    for module in weighted(network):
        part = magnitudes[:, first:first + module.weight.numel()]
        first += module.weight.numel()
        mean = part.sum(0) / BATCHES
        deviation = ((part - mean).square().sum(0) / BATCHES).sqrt()
        ratios = sum(m / d for m, d in zip(mean.tolist(), deviation.tolist()) if d > 0)
        found["zico"] += math.log(ratios) if ratios else 0

    network = fresh()
    for node in graph["nodes"]:
        if node["op"] == "BatchNormalization":
            network.modules_of_nodes[node["name"]] = nn.Identity()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.abs_()
    flow = network(torch.ones(1, *graph["input"], dtype=torch.double)).sum()
    parts = torch.autograd.grad(flow, [module.weight for module in weighted(network)])
    found["synflow"] = math.log(sum((module.weight * part).abs().sum().item()
                                    for module, part in zip(weighted(network), parts)))
    return found


def write_safetensors(path, tensors):
    import struct
    header, data = {}, b""
    for name, tensor in sorted(tensors.items()):
        values = tensor.contiguous().float().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


failures = 0
for activation, refuses in (("Relu", False), ("Clip", False), ("HardSwish", True), ("Swish", True)):
    torch.manual_seed(5)
    graph = graph_with(activation)
    state = {name: tensor for name, tensor in Network(graph).state_dict().items() if tensor.dim() > 0}
    for name, tensor in state.items():
        if name.endswith("weight") and tensor.dim() > 1:
            tensor.normal_(0, 0.5)
        elif name.endswith("weight"):
            tensor.uniform_(0.5, 4)  # scales of batch norms, up to where 6 clips
        elif name.endswith("bias"):
            tensor.normal_(0, 0.3)
    batches = [(torch.randn(IMAGES, *graph["input"], dtype=torch.double), torch.randint(0, CLASSES, (IMAGES,)))
               for _ in range(BATCHES)]
    expected = by_the_formulas(graph, {name: tensor.double() for name, tensor in state.items()}, batches)
    with tempfile.TemporaryDirectory() as folder:
        weights = pathlib.Path(folder) / "weights.safetensors"
        write_safetensors(weights, state)
        question = {"id": 1, "task": "zero-cost", "graph": graph, "seed": 1, "proxies": PROXIES,
                    "initial_weights": str(weights),
                    "batches_given": [{"images": images.flatten().tolist(), "labels": labels.tolist()}
                                      for images, labels in batches]}
        told = subprocess.run([TRAINER], input=json.dumps(question) + "\n", capture_output=True, text=True)
    answer = json.loads(told.stdout)
    if "values" not in answer:
        sys.exit(f"FAILED  hwnas-trainer answers: {answer}")
    if refuses != ("dw.act" in answer["refused"].get("naswot", "")):
        print(f"FAILED  {activation}: NASWOT is refused: {answer['refused']}")
        failures += 1
    for name in PROXIES:
        if refuses and name == "naswot":
            continue
        value = answer["values"].get(name, math.nan)
        near = abs(value - expected[name]) <= 2e-4 * abs(expected[name])
        print(f"{'ok     ' if near else 'FAILED '} {activation}: {name} {value:.8g}, by its formula {expected[name]:.8g}")
        failures += not near
sys.exit(1 if failures else 0)
