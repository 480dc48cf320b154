#!/usr/bin/env python3
"""Exports torchvision's classification networks, with random weights, by torch.onnx: for each
NAME the files NAME.onnx, NAME.input.json and NAME.logits.json (one image, as flat lists).

    scripts/export_torchvision.py FOLDER [NAME...] [--opset 13]
"""
import argparse
import json
import math
import pathlib
import sys

NETWORKS = ["resnet18", "resnet50", "resnext50_32x4d", "densenet121", "squeezenet1_0", "squeezenet1_1", "mobilenet_v2",
            "mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "mnasnet0_5",
            "mnasnet1_0", "efficientnet_b0"]


def randomise(torch, network):
    """Weights and statistics that keep activations near one and hide nothing: a norm that is dropped shows."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.8, 1.2)
            torch.nn.init.normal_(module.bias, 0, 0.1)
            torch.nn.init.normal_(module.running_mean, 0, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            fan_in = module.weight[0].numel()
            torch.nn.init.normal_(module.weight, 0, math.sqrt(1.6 / fan_in))
            if module.bias is not None:
                torch.nn.init.normal_(module.bias, 0, 0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: " + " ".join(NETWORKS))
    parser.add_argument("--opset", type=int, default=13)
    arguments = parser.parse_args()
    try:
        import torch
        import torchvision
    except ImportError as error:
        print(f"{error} (python3-torchvision)", file=sys.stderr)
        return 1
    torch.set_num_threads(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(arguments.names or NETWORKS):
        torch.manual_seed(number)
        network = getattr(torchvision.models, name)(weights=None).eval()
        randomise(torch, network)
        image = torch.randn(1, 3, 224, 224)
        with torch.no_grad():
            logits = network(image)
            torch.onnx.export(network, image, str(arguments.folder / f"{name}.onnx"), opset_version=arguments.opset,
                              input_names=["images"], output_names=["logits"],
                              dynamic_axes={"images": {0: "N"}, "logits": {0: "N"}})
        for kind, tensor in (("input", image), ("logits", logits)):
            (arguments.folder / f"{name}.{kind}.json").write_text(json.dumps(tensor.flatten().tolist()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
