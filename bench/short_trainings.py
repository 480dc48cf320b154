#!/usr/bin/env python3
"""Rates successive halving on 117 networks that were published with a short and a long training on ImageNet
(Accel-NASBench, three seeds each): how much of the front of accuracy against MACs is found, by the cost in long trainings.

    bench/short_trainings.py HWNAS OUT [DATA]

DATA (default: the environment's HWNAS_DATA) holds accel_nasbench/proxy_vs_full_117archs.csv. OUT gets a job over the
117 names, and results.csv with its picture from `hwnas bench-search`. A network's answer is that of one seed; fronts
are rated by the mean of its long trainings. Both are trainings from the start, so no weights pass on.
"""
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys

SEEDS = (1, 2, 3)
VARIANTS = {"halving(random)": {"name": "successive-halving", "inner": {"name": "random"}},
            "in brackets": {"name": "successive-halving", "synchronous": True, "bracket": 12}}


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def figures(row, what):
    return [float(row[f"{what}_{seed}"]) for seed in SEEDS]


def answer(path):
    """Speaks the command evaluator's protocol."""
    rows = rows_of(path)
    for line in sys.stdin:
        request = json.loads(line)
        row = rows[request["architecture"]["network"]]
        recipe = "top1_fewproxy" if request["budget"]["share"] == 1 else "top1_proxified"
        result = {"id": request["id"], "values": {"top1": figures(row, recipe)[request["seed"] % len(SEEDS)]},
                  "details": {"exact": {"top1": statistics.mean(figures(row, "top1_fewproxy"))}}}
        print(json.dumps(result), flush=True)


def write(folder, path):
    rows = rows_of(path)
    folder.mkdir(parents=True, exist_ok=True)
    points = sorted((float(row["mmacs"]), statistics.mean(figures(row, "top1_fewproxy"))) for row in rows)
    most, least = max(macs for macs, _ in points), min(top1 for _, top1 in points)
    volume, best = 0, least
    for macs, top1 in points:
        if top1 > best:
            volume += (most - macs) * (top1 - best)
            best = top1
    seconds = {recipe: statistics.mean(s for row in rows for s in figures(row, f"train_s_{recipe}"))
               for recipe in ("proxified", "fewproxy")}
    share = round(seconds["proxified"] / seconds["fewproxy"], 3)
    files = {
        "space": {"name": "published", "type": "categorical",
                  "choices": [{"name": "network", "values": list(range(len(rows)))}]},
        "macs": {"unit": "millions", "terms": [{"if": {"network": i}, "value": float(row["mmacs"])}
                                              for i, row in enumerate(rows)]},
        "job": {"name": "short-trainings", "space": "space.json", "costs": {"cost": "macs.json"},
                "objectives": [{"metric": "top1", "direction": "maximize", "worst": least},
                               {"metric": "cost", "unit": "millions", "direction": "minimize", "worst": most}],
                "strategy": {"name": "random"},
                "evaluator": {"name": "command", "command": [sys.executable, str(pathlib.Path(__file__).resolve()),
                                                             "--answer", str(path.resolve())],
                              "metrics": {"top1": "%"}, "budget": {"share": 1}},
                "benchmark": {"hypervolume": volume}, "budget": {"trials": len(rows)}},
    }
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
    return folder / "job.json", share


def main():
    if sys.argv[1:2] == ["--answer"]:
        return answer(sys.argv[2])
    hwnas, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    data = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else os.environ["HWNAS_DATA"])
    job, share = write(folder, data / "accel_nasbench/proxy_vs_full_117archs.csv")
    variants = []
    for name, strategy in VARIANTS.items():
        variants += ["--variant", f"{name}={json.dumps({**strategy, 'rungs': {'share': [share, 1]}})}"]
    print(f"a short training takes {share} of a long one", flush=True)
    return subprocess.run([hwnas, "bench-search", str(job), "--strategies", "random", *variants, "--seeds", "100",
                           "--budget", "5,10,20,30,40", "-o", str(folder / "results.csv")]).returncode


sys.exit(main())
