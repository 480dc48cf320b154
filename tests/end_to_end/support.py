"""What the end-to-end tests share: running the real programs on a small job."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HWNAS, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
failures = []


def need_images():
    if not DATA.exists():
        print("SKIPPED: no Fashion-MNIST (dataset-fashion-mnist)")
        sys.exit(0)


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def finish():
    sys.exit(1 if failures else 0)


def run(*arguments, cwd=None):
    return subprocess.run([HWNAS, *map(str, arguments)], capture_output=True, text=True, cwd=cwd)


def small_job(folder, **changes):
    """A job of a few quick trainings over a space of three choices, in a folder."""
    space = {
        "name": "small", "input": [1, 28, 28], "classes": 10,
        "stem": {"family": "conv", "filters": 4, "stride": 2},
        "stages": [{"name": f"stage{i}", "family": "mnasnet", "filters": 8 * i, "layers": 1, "stride": 2, "choices": {
            "op": ["sepconv", "mbconv3"], "kernel": [3, 5], "se_ratio": [0, 0.25], "skip": ["none"],
            "filters": [0.5, 1.0], "layers": [0]}} for i in (1, 2)],
        "head": {"family": "classifier", "filters": 0},
    }
    job = {
        "name": "small", "space": "space.json",
        "dataset": {"format": "idx", "path": str(DATA), "validation_images": 1000},
        "devices": [{"name": "cpu", "profile": "device.json", "table": str(folder / "table.json")}],
        "objectives": [{"metric": "top1"}, {"metric": "latency"}],
        "strategy": {"name": "reinforce", "batch": 2},
        "evaluator": {"name": "train", "recipe": {"steps": 20, "train_images": 2000, "validation_images_used": 500}},
        "budget": {"trials": 8}, "seed": 5, "reference": False, "out": str(folder / "out"),
    }
    for path, value in changes.items():
        keys = path.split("__")
        target = job
        for key in keys[:-1]:
            target = target[key]
        target[keys[-1]] = value
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "space.json").write_text(json.dumps(space))
    shutil.copy(SOURCE / "configs/devices/libtorch-cpu.json", folder / "device.json")
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def trials(folder):
    """What a resumed run must give again: number, architecture, seed, state, figures."""
    with sqlite3.connect(f"file:{folder / 'out/study.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute('SELECT number, architecture, choices, seed, "repeat", state, "values", weights, told '
                                "FROM trials ORDER BY number").fetchall()
    return [dict(zip(("number", "architecture", "choices", "seed", "repeat", "state", "values", "weights", "told"), row))
            for row in rows]


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="hwnas-test-")
