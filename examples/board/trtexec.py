#!/usr/bin/python3
"""A runner on NVIDIA's trtexec, for hwnas's runner `command`:

    trtexec.py [--transfers] [TRTEXEC]

A run's time is that of the GPU, since a network's segments hand each other their tensors there; with
--transfers the way of input and output between host and GPU is added, as trtexec's "latency" has it.
Of a device's "engine", {"arguments": ["--useCudaGraph", ...]} goes to trtexec. An engine is built once a
network, which takes seconds to minutes: set the device's "limit_s".
"""
import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile

from line_program import serve

# trtexec warms up by time and not by runs: by its own default, since a GPU's clock takes that long to rise.
WARMUP_MILLISECONDS = 200
TYPES = {"float16": "--fp16", "bfloat16": "--bf16", "int8": "--int8"}
UNSUPPORTED = re.compile(r".*(UNSUPPORTED_NODE|[Nn]o importer registered|Unsupported operator).*")


class Failure(RuntimeError):
    def __init__(self, output):
        errors = [line for line in output.splitlines() if "[E]" in line] or output.splitlines()[-3:]
        super().__init__("\n".join(errors[-5:]))
        self.unsupported = UNSUPPORTED.search(output)


def run(program, arguments):
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, errors="replace")
    if done.returncode != 0:
        raise Failure(done.stdout)
    return done.stdout


def describe(program):
    version = re.search(r"TensorRT v(\d+)", run(program, ["--help"]))
    return {"context": {"engine": "TensorRT", "version": version[1] if version else "unknown", "program": program}}


def measure(program, request, column, folder):
    # From TensorRT 11 on, the types are those of the file alone, and these flags are unknown.
    known = run(program, ["--help"])
    settings = [flag for flag in [TYPES.get(request["data_type"])] if flag and flag in known]
    settings += request["engine"].get("arguments", [])
    network = pathlib.Path(request["model"]).read_bytes()
    engine = folder / (hashlib.sha256(network + json.dumps(settings).encode()).hexdigest() + ".engine")
    source = ([f"--loadEngine={engine}"] if engine.exists() else
              [f"--onnx={request['model']}", f"--saveEngine={engine}", f"--timingCacheFile={folder / 'timing'}"])
    streams = [f"--infStreams={request['streams']}"] if request["streams"] > 1 else []
    output = run(program, [*source, *settings, *streams, f"--warmUp={WARMUP_MILLISECONDS}",
                           f"--iterations={request['least_runs']}",
                           f"--duration={request['least_milliseconds'] / 1000}",
                           f"--exportTimes={folder / 'times.json'}"])
    # Some versions export the warm-up too.
    runs = [entry[column] for entry in json.loads((folder / "times.json").read_text())
            if entry["startComputeMs"] >= WARMUP_MILLISECONDS]
    if not runs:
        raise Failure(f"{program} exported no run after its warm-up of {WARMUP_MILLISECONDS} ms")
    answer = {"milliseconds": runs}
    queries = re.search(r"Throughput: ([0-9.]+) qps", output)
    if queries:
        answer["throughput"] = float(queries[1]) * request["batch"]
    return answer


parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
parser.add_argument("--transfers", action="store_true", help="count the way to the GPU and back")
parser.add_argument("program", nargs="?", default="trtexec", metavar="TRTEXEC", help="(%(default)s)")
arguments = parser.parse_args()
with tempfile.TemporaryDirectory(prefix="hwnas-trtexec-") as temporary:

    def answer_to(request):
        if request["task"] == "describe":
            return describe(arguments.program)
        try:
            return measure(arguments.program, request, "latencyMs" if arguments.transfers else "computeMs",
                           pathlib.Path(temporary))
        except Failure as failure:
            if failure.unsupported:
                return {"unsupported": failure.unsupported[0].strip()}
            raise

    serve(answer_to)
