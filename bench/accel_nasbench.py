#!/usr/bin/env python3
"""Writes MnasNet's space on ImageNet, as Accel-NASBench measured it, as a job of named choices.

    bench/accel_nasbench.py OUT [DATA]

DATA (default: the environment's HWNAS_DATA) holds accel_nasbench/search_benchmark.json: models of
the published top-1 (with pairs of choices) and of the latency on a ZCU102 (additive). OUT gets
space.json, top1.json, latency.json and job.json, for `hwnas search OUT/job.json`.
"""
import json
import os
import pathlib
import sys


def term(value, **conditions):
    return {"if": conditions, "value": value}


def top1_table(model):
    terms = [term(value, **{name: choice}) for name, choice, value in model["main"]]
    for pair in model["pairs"]:
        first, first_value, second, second_value, value = pair
        terms.append(term(value, **{first: first_value, second: second_value}))
    return {"unit": "%", "constant": model["intercept"], "terms": terms}


def latency_table(model, choices):
    """A block is its first layer and l - 1 like it."""
    terms = []
    for block, part, expansion, kernel, squeeze, value in model["rows"]:
        row = {f"b{block}_e": expansion, f"b{block}_k": kernel, f"b{block}_se": squeeze}
        if part == "first":
            terms.append(term(value, **row))
        else:
            terms += [term((layers - 1) * value, **row, **{f"b{block}_l": layers})
                      for layers in choices[f"b{block}_l"] if layers > 1]
    return {"unit": "ms", "constant": model["const"], "terms": terms}


def write(folder, data):
    """Gives the path of the job and what the benchmark says of itself."""
    benchmark = json.loads((pathlib.Path(data) / "accel_nasbench/search_benchmark.json").read_text())
    choices = benchmark["choices"]
    files = {
        "space": {"name": "accel-nasbench", "type": "categorical",
                  "choices": [{"name": name, "values": values} for name, values in choices.items()]},
        "top1": top1_table(benchmark["top1"]),
        "latency": latency_table(benchmark["latency_ms"], choices),
        "job": {"name": "accel-nasbench", "space": "space.json", "costs": {"latency": "latency.json"},
                "objectives": [{"metric": "top1", "unit": "%", "direction": "maximize"},
                               {"metric": "latency", "unit": "ms", "direction": "minimize"}],
                "strategy": {"name": "reinforce"},
                "evaluator": {"name": "choice-table", "values": {"top1": "top1.json"}},
                "budget": {"trials": 300}, "seed": 1},
    }
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
    return folder / "job.json", benchmark["reference"]


if __name__ == "__main__":
    data = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("HWNAS_DATA")
    if len(sys.argv) < 2 or not data:
        sys.exit(__doc__)
    job, reference = write(sys.argv[1], data)
    box = reference["box"]
    print(f"{job}: box {100 - box['error_percent']:g} % and {box['latency_ms']:g} ms, "
          f"best known hypervolume {reference['best_known_hypervolume']:g}")
