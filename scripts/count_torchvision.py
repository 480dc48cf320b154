#!/usr/bin/env python3
"""Counts torchvision's networks: trainable parameters, and multiply-accumulates of convolutions
and fully connected layers as forward hooks see them at each network's own resolution.

usage: count_torchvision.py [NETWORK...]     names as in configs/networks/, all by default

Prints `network,parameters,macs` lines. Needs python3-torchvision.
"""
import sys

import torch
import torchvision.models as models

RESOLUTIONS = {"efficientnet-b1": 240, "efficientnet-b2": 260, "efficientnet-b3": 300, "efficientnet-b4": 380}


def makers():
    found = {}
    for layers in (18, 34, 50, 101):
        found[f"resnet-{layers}"] = getattr(models, f"resnet{layers}")
    found["resnext-50"] = models.resnext50_32x4d
    for layers in (121, 161, 169, 201):
        found[f"densenet-{layers}"] = getattr(models, f"densenet{layers}")
    found["squeezenet-1.0"] = models.squeezenet1_0
    found["squeezenet-1.1"] = models.squeezenet1_1
    found["mobilenet-v2"] = models.mobilenet_v2
    for width in ("0.35", "0.5", "0.75", "1.4"):
        found[f"mobilenet-v2-{width}"] = lambda w=float(width): models.mobilenet_v2(width_mult=w)
    for size in ("large", "small"):
        maker = getattr(models, f"mobilenet_v3_{size}")
        found[f"mobilenet-v3-{size}"] = maker
        found[f"mobilenet-v3-{size}-0.75"] = lambda m=maker: m(width_mult=0.75)
    for width in ("0.5", "1.0", "1.5", "2.0"):
        found[f"shufflenet-v2-x{width}"] = getattr(models, f"shufflenet_v2_x{width.replace('.', '_')}")
    found["mnasnet-b1"] = models.mnasnet1_0
    for width in ("0.5", "0.75", "1.3"):
        found[f"mnasnet-b1-{width}"] = getattr(models, f"mnasnet{width.replace('.', '_')}")
    for number in range(5):
        found[f"efficientnet-b{number}"] = getattr(models, f"efficientnet_b{number}")
    return found


def count(model, resolution):
    """Trainable parameters and MACs of one image."""
    macs = 0

    def hook(module, _inputs, output):
        nonlocal macs
        if isinstance(module, torch.nn.Conv2d):
            macs += output[0].numel() * module.weight[0].numel()
        else:
            macs += module.weight.numel()

    model.eval()
    for module in model.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            module.register_forward_hook(hook)
    with torch.no_grad():
        model(torch.zeros(1, 3, resolution, resolution))
    return sum(p.numel() for p in model.parameters() if p.requires_grad), macs


if __name__ == "__main__":
    known = makers()
    unknown = [name for name in sys.argv[1:] if name not in known]
    if unknown:
        sys.exit(f"torchvision has no {', '.join(unknown)}; it has {', '.join(known)}")
    for name in sys.argv[1:] or known:
        parameters, macs = count(known[name](), RESOLUTIONS.get(name, 224))
        print(f"{name},{parameters},{macs}", flush=True)
