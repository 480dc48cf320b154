#!/usr/bin/env python3
"""Says whether networks that start from a relative's weights are ranked as well as networks that start afresh.

    scripts/inheritance_study.py HWNAS OUT [--folder docs/proxy-study] [--recipe one-epoch-28000-20px-batch-32] [--seed 1]

Trains the networks whose long trainings scripts/proxy_study.py made by a short recipe, in a drawn order: once each
from fresh weights, and once each from those of the network before it that is the most like it ("inherit" of a job).
Prints Kendall's tau of each with the long trainings (the mean over their repeats), how much better the loss is, and
the tau of that gain with how alike the relative is. OUT takes the searches, which go on where they were stopped.
"""
import argparse
import csv
import json
import pathlib
import random
import statistics
import subprocess
import sys


def read(file):
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def tau(a, b):
    """Kendall's tau-a over the networks of both."""
    common = sorted(a.keys() & b.keys())
    signs = [((a[i] > a[j]) - (a[i] < a[j])) * ((b[i] > b[j]) - (b[i] < b[j]))
             for n, i in enumerate(common) for j in common[:n]]
    return statistics.mean(signs) if signs else 0.0


def searched(hwnas, job, out):
    """The search's trials, by number."""
    file = out / "job.json"
    out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(job))
    study = out / "study.sqlite"
    for asked in (["search", file, "--out", out, *(["--resume"] if study.exists() else [])],
                  ["studies", "export", study, "-o", out / "trials.json"]):
        ended = subprocess.run([hwnas, *asked], stdout=subprocess.DEVNULL).returncode
        if ended != 0:  # hwnas has said why
            sys.exit(ended)
    return json.loads((out / "trials.json").read_text())["studies"][0]["trials"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hwnas")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("docs/proxy-study"))
    parser.add_argument("--space", type=pathlib.Path, default=pathlib.Path("configs/spaces/mnasnet-28.json"))
    parser.add_argument("--dataset", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--recipe", default="one-epoch-28000-20px-batch-32")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    described = json.loads((options.folder / "recipes.json").read_text())
    if options.recipe not in described["recipes"]:
        parser.error(f"--recipe: {options.folder}/recipes.json has no {options.recipe}; it has "
                     + ", ".join(described["recipes"]))
    recipe = {**described["common"], **described["recipes"][options.recipe]["recipe"]}
    long = {}
    for row in read(options.folder / "trainings.csv"):
        if row["recipe"] == "long" and row["cpu_seconds"]:
            long.setdefault(row["repeat"], {})[row["network"]] = float(row["validation_top1"])
    networks = [row for row in read(options.folder / "networks.csv") if row["network"] in long["0"]]
    random.Random(options.seed).shuffle(networks)

    losses, apart = {}, {}
    for name, inherit in (("fresh", False), ("inherited", True)):
        job = {"name": name, "space": str(options.space.resolve()), "seed": options.seed, "workers": 2, "reference": False,
               "dataset": {"format": "idx", "path": options.dataset, "validation_images": 10000},
               "objectives": [{"metric": "loss"}, {"metric": "macs"}], "strategy": {"name": "random"},
               "evaluator": {"name": "train", "inherit": inherit, "recipe": recipe},
               "start": [{"architecture": json.loads(row["architecture"]), "name": row["network"]} for row in networks],
               "budget": {"trials": len(networks)}}
        trials = searched(options.hwnas, job, options.out / name)
        network_of = {trial["number"]: trial["notes"]["name"] for trial in trials}
        losses[name] = {network_of[trial["number"]]: trial["values"]["loss"] for trial in trials
                        if trial["state"] == "complete"}
        for trial in trials:
            if trial.get("parent") is not None:
                other = trials[trial["parent"]]["encoding"]
                apart[network_of[trial["number"]]] = sum(a != b for a, b in zip(trial["encoding"], other))
    if len(losses["fresh"]) < 3 or not apart:
        sys.exit("too few trainings came to an end to compare")

    def with_long(figures):
        return statistics.mean(tau({key: -value for key, value in figures.items()}, ends) for ends in long.values())

    gain = {key: losses["fresh"][key] - losses["inherited"][key] for key in apart if key in losses["fresh"]}
    print(f"{len(losses['fresh'])} networks by {options.recipe}; a relative differs in a median of "
          f"{statistics.median(apart.values())} of {len(trials[0]['encoding'])} choices")
    for name, figures in losses.items():
        print(f"{name + ' weights':18} tau with long trainings {with_long(figures):.3f}, "
              f"mean loss {statistics.mean(figures.values()):.4f} nats")
    print(f"tau between the two  {tau(losses['fresh'], losses['inherited']):.3f}")
    print(f"the loss is less by {statistics.mean(gain.values()):.4f} nats in the mean, {statistics.stdev(gain.values()):.4f} from "
          f"network to network; tau of that with how unlike the relative is: {tau(gain, apart):.3f}")


if __name__ == "__main__":
    main()
