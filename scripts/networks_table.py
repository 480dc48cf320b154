#!/usr/bin/env python3
"""Writes docs/networks.md: the published networks as hwnas counts them, beside their references.

usage: networks_table.py HWNAS [--check]

Reads configs/networks/*.json through `hwnas inspect` and the references' figures from
configs/networks/references.csv. With --check it says whether the document is as it should be.
"""
import csv
import json
import pathlib
import re
import subprocess
import sys

source = pathlib.Path(__file__).resolve().parent.parent
document = source / "docs/networks.md"

INTRODUCTION = """# Published networks

`configs/networks/` has the networks that light architectures are compared with, in the [language of spaces](spaces.md):
a network is a space whose choices are all made. `hwnas inspect configs/networks/mnasnet-a1.json` shows one, layer by
layer; a job's `start` and `hwnas compare` take them.

Parameters are what training changes (no running statistics). Multiply-accumulates are those of convolutions and fully
connected layers for one image, without biases, as forward hooks on the reference implementation count them: torchvision's
by `scripts/count_torchvision.py`, the others by its `count` on their authors' code, or on a port where the authors' is for
another framework. The last columns give the paper's own rounded figures, and why they differ where they do by more than a
rounding.

This page is written by `scripts/networks_table.py build/release/hwnas`; a test holds it.

"""


def natural(name):
    return [float(part) if part[:1].isdigit() else part for part in re.split(r"(\d+(?:\.\d+)?)", name)]


def grouped(number):
    return f"{int(number):,}"


def table(hwnas):
    lines = ["| network | input | parameters | theirs | MACs | theirs | reference | paper | why they differ |",
             "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- |"]
    with open(source / "configs/networks/references.csv", newline="") as file:
        references = {row["network"]: row for row in csv.DictReader(file)}
    for path in sorted((source / "configs/networks").glob("*.json"), key=lambda path: natural(path.stem)):
        run = subprocess.run([hwnas, "inspect", path, "--json"], check=True, capture_output=True, text=True)
        ours, theirs = json.loads(run.stdout), references[path.stem]
        where = re.sub(r"\b([0-9a-f]{8})[0-9a-f]{32}\b", r"\1", theirs["reference"])
        lines.append("| " + " | ".join([
            f"[{ours['name']}](../configs/networks/{path.name})", "x".join(map(str, ours["input"])),
            grouped(ours["parameters"]), grouped(theirs["parameters"]), grouped(ours["macs"]), grouped(theirs["macs"]),
            where, theirs["paper"], theirs["difference"]]) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--check"]):
        sys.exit(__doc__)
    text = INTRODUCTION + table(sys.argv[1])
    if sys.argv[2:]:
        if document.read_text() != text:
            sys.exit(f"{document} is not what {pathlib.Path(__file__).name} writes; run it without --check")
        print(f"{document} is up to date")
    else:
        document.write_text(text)
