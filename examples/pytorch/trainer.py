#!/usr/bin/python3
"""A trainer in PyTorch for hwnas's `command` evaluator: a request a line in, an answer a line out.

    trainer.py --data FOLDER [--validation-images N] [--threads N]

The budget's keys, each with a default: epochs, train_images (0: all), batch, learning_rate, momentum,
weight_decay.
"""
import argparse
import json
import math
import os
import sys

import torch
from torch.nn import functional as F

from images import Images
from network import Network

DEFAULTS = {"epochs": 1, "train_images": 0, "batch": 64, "learning_rate": 0.1, "momentum": 0.9,
            "weight_decay": 5e-4}


def check(budget):
    for key in budget:
        if key not in DEFAULTS:
            raise ValueError(f"unknown key {key!r} of the budget; known are {', '.join(DEFAULTS)}")
    return {**DEFAULTS, **budget}


def rate_at(step, steps, highest):
    """Up over the first tenth of all steps, then down to 0 as half a cosine."""
    warmup = max(1, steps // 10)
    if step < warmup:
        return highest * (step + 1) / (warmup + 1)
    return highest * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def train(network, images, labels, budget):
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]  # biases and batch norm
    optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": budget["weight_decay"]}, {"params": others}],
                                lr=budget["learning_rate"], momentum=budget["momentum"])
    batches = len(images) // budget["batch"]
    if batches == 0:
        raise ValueError(f"a batch of {budget['batch']} is more than the {len(images)} images")
    steps = budget["epochs"] * batches
    network.train()
    for step in range(steps):
        if step % batches == 0:
            order = torch.randperm(len(images))
        picked = order[step % batches * budget["batch"]:][:budget["batch"]]
        flipped = torch.rand(len(picked), 1, 1, 1) < 0.5
        inputs = torch.where(flipped, images[picked].flip(3), images[picked])
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps, budget["learning_rate"])
        loss = F.cross_entropy(network(inputs), labels[picked])
        if not math.isfinite(loss.item()):
            raise ArithmeticError(f"diverged: the loss is not finite at step {step}")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def rate(network, images, labels):
    """Top-1 in percent, and the loss."""
    network.eval()
    scores = torch.cat([network(part) for part in images.split(256)])
    loss = F.cross_entropy(scores, labels).item()
    return 100 * (scores.argmax(1) == labels).double().mean().item(), loss


def answer(request, images):
    """Never raises: what goes wrong with one network is that trial's failure."""
    try:
        if "graph" not in request:
            raise ValueError("there is no network behind these choices")
        budget = check(request["budget"])
        torch.manual_seed(request["seed"])
        network = Network(request["graph"])
        count = budget["train_images"] or len(images.training[0])
        train(network, images.training[0][:count], images.training[1][:count], budget)
        top1, loss = rate(network, *images.validation)
        return {"id": request["id"], "values": {"top1": top1, "loss": loss},
                "details": {"parameters": network.parameter_count()}}
    except Exception as error:
        return {"id": request["id"], "error": f"{type(error).__name__}: {error}"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="a folder with IDX files")
    parser.add_argument("--validation-images", type=int, default=6000, help="held out of the training images")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()

    # Whatever else prints goes to standard error, so that only answers are answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    images = Images(arguments.data, arguments.validation_images)
    for line in sys.stdin:
        request = json.loads(line)
        if "batch" in request:  # this trainer gains nothing by it, but understands it
            told = {"batch": [answer(member, images) for member in request["batch"]]}
        else:
            told = answer(request, images)
        print(json.dumps(told), file=answers, flush=True)


main()
