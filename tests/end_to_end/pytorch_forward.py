"""examples/pytorch builds the network that hwnas-trainer builds: with the same weights both compute the same.

    pytorch_forward.py HWNAS_TRAINER SOURCE
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from debians_python import need

need("torch", "python3-torch")
TRAINER, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])

sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "examples/pytorch"))
import torch  # noqa: E402
from network import Network  # noqa: E402


def all_operators():
    """A graph with every operator, uneven pads, strides, groups and dilation."""
    nodes = []

    def add(name, op, inputs=None, **attributes):
        before = [nodes[-1]["name"]] if nodes else ["input"]
        nodes.append({"name": name, "op": op, "inputs": inputs or before, "segment": "all", **attributes})

    add("stem.conv", "Conv", filters=8, kernel=[3, 3], pads=[1, 0, 1, 2])
    add("stem.bn", "BatchNormalization", epsilon=1e-3)
    for op in ("Relu", "Clip", "Swish", "HardSwish"):
        add("stem." + op, op)
    add("conv", "Conv", filters=8, kernel=[3, 3], dilation=[2, 2], pads=[2, 2, 2, 2], group=4, bias=True)
    add("se.pool", "GlobalAveragePool")
    add("se.conv", "Conv", filters=8, kernel=[1, 1], bias=True)
    add("se.gate", "HardSigmoid")
    add("se.scale", "Mul", ["conv", "se.gate"])
    add("add", "Add", ["stem.HardSwish", "se.scale"])
    add("down", "Conv", filters=12, kernel=[5, 3], stride=[2, 1], pads=[2, 1, 1, 1])
    add("max", "MaxPool", kernel=[3, 3], stride=[2, 2], pads=[1, 1, 0, 0])
    add("average", "AveragePool", kernel=[2, 3], pads=[1, 1, 0, 0])
    add("sigmoid", "Sigmoid")
    add("flatten", "Flatten")
    add("hidden", "Gemm", features=16, bias=False)
    add("classes", "Gemm", features=4)
    return {"input": [3, 13, 12], "nodes": nodes}


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in sorted(tensors.items()):
        values = tensor.contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


torch.manual_seed(3)
graph = all_operators()
network = Network(graph).eval()
for name, tensor in network.state_dict().items():
    if name.endswith("running_var"):
        tensor.uniform_(0.5, 2)
    elif not name.endswith("num_batches_tracked"):
        tensor.normal_(0, 0.5)
images = torch.randn(2, *graph["input"])
with tempfile.TemporaryDirectory() as folder:
    weights = pathlib.Path(folder) / "weights.safetensors"
    write_safetensors(weights, {name: tensor for name, tensor in network.state_dict().items() if tensor.dim() > 0})
    question = {"id": 1, "task": "forward", "graph": graph, "weights": str(weights), "batch": len(images),
                "input": images.flatten().tolist()}
    told = subprocess.run([TRAINER], input=json.dumps(question) + "\n", capture_output=True, text=True)
answer = json.loads(told.stdout)
if "output" not in answer:
    sys.exit(f"FAILED  hwnas-trainer answers: {answer}")
with torch.no_grad():
    expected = network(images).flatten()
worst = (torch.tensor(answer["output"]) - expected).abs().max().item()
print(f"the greatest difference is {worst:.2g}, of outputs up to {expected.abs().max().item():.3g}")
sys.exit(0 if worst <= 1e-5 * max(1.0, expected.abs().max().item()) and expected.std() > 0.01 else 1)
