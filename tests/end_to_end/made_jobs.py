"""Made jobs that are quick to search: over named choices with every evaluator, and over small
networks with a made data set of 8 x 8 images."""
import hashlib
import itertools
import json
import pathlib
import random
import struct
import subprocess
import sys

RATER = pathlib.Path(__file__).parent / "rater.py"
STRATEGIES = {
    "ppo": {"name": "reinforce", "batch": 16},
    "plain": {"name": "reinforce", "algorithm": "reinforce", "batch": 16},
    "random": {"name": "random"},
    "nsga2": {"name": "evolution"},
    "reinforce": {"name": "reinforce"},
    "evolution": {"name": "evolution"},
    "regularised": {"name": "evolution", "algorithm": "regularised", "population": 10, "tournament": 4},
    "netadapt": {"name": "netadapt", "cost": "latency", "reduction": 0.03, "until": 0.1},
    "halving": {"name": "successive-halving", "rungs": {"steps": [2, 4, 12]}, "inner": {"name": "evolution"}},
}


def rater(*options, **settings):
    return {"name": "command", "command": [sys.executable, "-S", "-E", str(RATER), *options], "metrics": {"top1": "%"},
            **settings}


def write_categories(folder, choices, values):
    """A space of that many choices of that many values each, and its figures: `quality.json` and
    `latency.json`, with terms over one and two choices, so that they are at odds."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"c{i}" for i in range(choices)]
    space = {"name": "made", "type": "categorical",
             "choices": [{"name": name, "values": list(range(values))} for name in names]}
    (folder / "space.json").write_text(json.dumps(space))
    draw = random.Random(f"{choices} {values}")
    alone = [(name, v) for name in names for v in range(values)]
    latency = [{"if": {name: v}, "value": round(v * draw.uniform(0.5, 1.5), 3)} for name, v in alone]
    quality = [{"if": {name: v}, "value": round(v * draw.uniform(0.2, 2), 3)} for name, v in alone]
    quality += [{"if": {a: v, b: w}, "value": round(draw.uniform(-1, 1), 3)}
                for a, b in itertools.pairwise(names) for v in range(values) for w in range(values)]
    (folder / "latency.json").write_text(json.dumps({"unit": "ms", "constant": 1, "terms": latency}))
    (folder / "quality.json").write_text(json.dumps({"unit": "%", "constant": 40, "terms": quality}))
    return names


def write_results(path, names, values):
    """Published results of nine in ten architectures: the others are failed trials."""
    draw = random.Random(7)
    lines = [",".join([*names, "accuracy"])]
    for codes in itertools.product(range(values), repeat=len(names)):
        if draw.random() < 0.9:
            lines.append(",".join(map(str, codes)) + f",{50 + sum(codes) + draw.uniform(0, 5):.4f}")
    path.write_text("\n".join(lines))


def categorical_job(folder, strategy, evaluator, trials, **changes):
    """A job over 4,096 architectures, or those of a folder whose space is there already."""
    if not (folder / "space.json").exists():
        names = write_categories(folder, 6, 4)
        write_results(folder / "results.csv", names, 4)
    evaluators = {
        "choice-table": {"name": "choice-table", "values": {"top1": "quality.json"}},
        "table": {"name": "table", "file": "results.csv", "values": {"top1": {"column": "accuracy", "unit": "%"}}},
        "command": rater("--crashes"),
        "command in batches": rater(batch=4),
        "command, repeated": rater("--crashes", repeats=2),
        "with fidelity": {"name": "choice-table", "values": {"top1": "quality.json"},
                          "fidelity": {"key": "steps", "whole": 12, "errors": {"top1": {"bias": -2, "noise": 0.5}}}},
    }
    job = {"name": "made", "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1"}, {"metric": "latency", "unit": "ms"}],
           "strategy": STRATEGIES[strategy], "evaluator": evaluators[evaluator],
           "budget": {"trials": trials}, "seed": 11, "out": str(folder / "out"), **changes}
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def write_images(folder, count=400, extent=8, classes=4):
    """Grey images in IDX's format, of which each class has a bright quarter of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(3)
    for part, size in (("train", count), ("t10k", count // 4)):
        labels = bytes(i % classes for i in range(size))
        pixels = bytearray()
        for label in labels:
            for y, x in itertools.product(range(extent), repeat=2):
                bright = (2 * y // extent) * 2 + 2 * x // extent == label
                pixels.append(draw.randrange(60, 256) if bright else draw.randrange(0, 200))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">HBBI", 0, 8, 1, size) + labels)
        header = struct.pack(">HBBIII", 0, 8, 3, size, extent, extent)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(header + bytes(pixels))


def write_table(folder, space):
    """A complete device table for a space: its segments as `profile` finds them, with latencies that are made, so
    that they are the same each time."""
    from support import HWNAS
    device = {"name": "made", "runner": "libtorch", "batch": 1, "threads": 1, "rounds": {"least": 2, "most": 2},
              "burst": {"warmup_runs": 0, "least_runs": 1, "least_milliseconds": 0}}
    (folder / "device.json").write_text(json.dumps(device))
    subprocess.run([HWNAS, "profile", folder / "device.json", "--space", folder / space, "--networks", "0",
                    "-o", folder / "table.json"],
                   check=True, capture_output=True)
    table = json.loads((folder / "table.json").read_text())
    for row in table["rows"]:
        drawn = int.from_bytes(hashlib.sha256(row["segment"].encode()).digest()[:4], "big") / 2**32
        row.update(latency_ms=round(0.01 + drawn / 10, 6), latency_median_ms=0.1, noisy=False)
        row.pop("energy_mj", None)
    (folder / "table.json").write_text(json.dumps(table))


def network_job(folder, strategy, evaluator, trials, widths=False, table=False, **changes):
    """A job over small networks for those images, with a named evaluator or one of the caller's. Its costs
    are counts, or the latency of a made table, so nothing is measured while it searches."""
    write_images(folder / "images")
    choices = {"op": ["sepconv", "mbconv3"], "kernel": [3, 5], "se_ratio": [0, 0.25], "skip": ["none"],
               "filters": [0.5, 1.0], "layers": [0]}
    reference = {"op": "mbconv3", "kernel": 3, "se_ratio": 0, "skip": "none", "filters": 1.0, "layers": 0}
    space = {"name": "small", "input": [1, 8, 8], "classes": 4, "stem": {"family": "conv", "filters": 8, "stride": 1},
             "stages": [{"name": f"stage{i}", "family": "mnasnet", "filters": 16, "layers": 1, "stride": 2,
                         "choices": choices} for i in (1, 2)],
             "head": {"family": "classifier", "filters": 0},
             "reference": {"name": "plain", "choices": {f"stage{i}": reference for i in (1, 2)}}}
    (folder / "small.json").write_text(json.dumps(space))
    narrowed = {"name": "narrowed", "type": "widths", "network": {"space": "small.json", "architecture": "reference"},
                "width_step": 8}
    (folder / "narrowed.json").write_text(json.dumps(narrowed))
    recipe = {"steps": 12, "batch": 32, "learning_rate": 0.05}
    netadapt = {"name": "netadapt", "cost": "macs", "reduction": 0.15, "until": 0.4, "short_term": {"steps": 4},
                "long_term": {"steps": 8}}
    evaluators = {
        "train": {"name": "train", "recipe": recipe},
        "train, repeated": {"name": "train", "recipe": recipe, "repeats": 2},
        "command, repeated": rater("--crashes", repeats=2),
        "command": rater("--crashes"),
    }
    job = {"name": "small", "space": "narrowed.json" if widths else "small.json",
           "dataset": {"format": "idx", "path": str(folder / "images"), "validation_images": 100},
           "objectives": [{"metric": "top1"}, {"metric": "macs"}],
           "strategy": netadapt if strategy == "netadapt" else STRATEGIES[strategy],
           "evaluator": evaluators[evaluator] if isinstance(evaluator, str) else evaluator,
           "budget": {"trials": trials}, "seed": 5,
           "out": str(folder / "out"), **changes}
    if table:
        write_table(folder, job["space"])
        job["devices"] = [{"name": "made", "profile": "device.json", "table": str(folder / "table.json"),
                           "profile_missing": False}]
        job["objectives"] = [{"metric": "top1"}, {"metric": "latency"}]
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"
