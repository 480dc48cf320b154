#!/usr/bin/env python3
"""Trains networks of a space by several recipes: which short training ranks them as a long one does?

    scripts/proxy_study.py HWNAS [--folder docs/proxy-study] [--recipes long,...] [--workers 2]
    scripts/proxy_study.py HWNAS --costs 3 [--folder docs/proxy-study] [--recipes long,...]

HWNAS is the program, with its trainer beside it. Draws the networks once (networks.csv: uniformly over a
space's choices, up to a ceiling of MACs), then trains each by each recipe of recipes.json and appends every
epoch to trainings.csv as soon as it is known, so that it can be stopped at any moment and goes on where it
was. Costs are a process's CPU seconds, for training and rating; they differ with what else the machine does, so
--costs trains some networks by each recipe in turn and writes costs.csv, for comparisons. Fashion-MNIST, of whose training images
10,000 are for validation; test images are rated once, at the end of long trainings, and choose nothing.
"""
import argparse
import csv
import hashlib
import json
import os
import pathlib
import queue
import random
import subprocess
import sys
import tempfile
import threading

DATASET = {"format": "idx", "path": "/usr/share/datasets/fashion-mnist", "validation_images": 10000}
NETWORK_COLUMNS = ["network", "id", "macs", "parameters", "architecture"]
COST_COLUMNS = ["recipe", "network", "cpu_seconds"]
TRAINING_COLUMNS = ["recipe", "network", "repeat", "epoch", "train_loss", "validation_top1", "validation_loss",
                    "test_top1", "cpu_seconds", "error"]


def inspected(hwnas, space, architecture, graph=None):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "architecture.json"
        file.write_text(json.dumps({"architecture": architecture}))
        arguments = [hwnas, "inspect", file, "--space", space, "--json"]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
        if graph:
            subprocess.run([hwnas, "inspect", file, "--space", space, "--graph", graph], capture_output=True, check=True)
        return json.loads(result.stdout)


def drawn(hwnas, space_file, count, ceiling):
    """Networks, all different, each choice uniform, those above the ceiling left out."""
    space = json.loads(pathlib.Path(space_file).read_text())
    choices = space["stage_defaults"]["choices"]
    source, seen, rows = random.Random(2026), set(), []
    while len(rows) < count:
        architecture = {stage["name"]: {name: source.choice(values) for name, values in choices.items()}
                        for stage in space["stages"]}
        network = inspected(hwnas, space_file, architecture)
        if network["macs"] > ceiling or network["id"] in seen:
            continue
        seen.add(network["id"])
        rows.append({"network": len(rows), "id": network["id"], "macs": network["macs"],
                     "parameters": network["parameters"], "architecture": json.dumps(architecture)})
    return rows


def append(file, columns, rows):
    """Appends rows, durable on return."""
    fresh = not file.exists()
    with file.open("a", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows(rows)
        stream.flush()
        os.fsync(stream.fileno())


def read(file):
    if not file.exists():
        return []
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def whole_trainings(file):
    """Which are over. A training's last row has its cost, or its error: one without was cut off in writing, and goes."""
    rows = read(file)
    key = lambda row: (row["recipe"], row["network"], row["repeat"])
    over = {key(row) for row in rows if row["cpu_seconds"] or row["error"]}
    if any(key(row) not in over for row in rows):
        mended = file.with_suffix(".mended")
        mended.unlink(missing_ok=True)
        append(mended, TRAINING_COLUMNS, [row for row in rows if key(row) in over])
        mended.replace(file)
    return over


def seed_of(recipe, network, repeat):
    return int(hashlib.sha256(f"{recipe}/{network}/{repeat}".encode()).hexdigest()[:13], 16)


class Trainer:
    def __init__(self, hwnas, artifacts):
        environment = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "OMP_NUM_THREADS": "1"}
        environment.pop("MALLOC_ARENA_MAX", None)
        program = pathlib.Path(hwnas).with_name("hwnas-trainer")
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.artifacts = artifacts

    def train(self, graph, recipe, seed):
        question = {"id": 1, "task": "train", "architecture": {}, "graph": graph, "seed": seed, "budget": recipe,
                    "dataset": DATASET, "initial_weights": "", "artifacts": str(self.artifacts)}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        for file in self.artifacts.glob("*.safetensors"):
            file.unlink()  # the study wants figures, not weights
        return answer


def rows_of(task, answer):
    recipe, network, repeat = task
    if "error" in answer:
        return [{"recipe": recipe, "network": network, "repeat": repeat, "epoch": 0, "error": answer["error"]}]
    epochs = answer["details"]["epochs"]
    rows = [{"recipe": recipe, "network": network, "repeat": repeat, "epoch": i + 1,
             **{key: f"{epoch[key]:.6g}" for key in ("train_loss", "validation_top1", "validation_loss")}}
            for i, epoch in enumerate(epochs)]
    rows[-1]["test_top1"] = answer["values"].get("test_top1", "")
    rows[-1]["cpu_seconds"] = f"{answer['cpu_seconds']:.3f}"
    return rows


def measure_costs(hwnas, space, networks, recipes, file):
    """Each network by each recipe in turn, so that what disturbs one disturbs all."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(hwnas, pathlib.Path(folder))
        graph_file = pathlib.Path(folder) / "graph.json"
        for network in networks:
            inspected(hwnas, space, json.loads(network["architecture"]), graph_file)
            rows = []
            for name, recipe in recipes.items():
                answer = trainer.train(json.loads(graph_file.read_text()), recipe, seed_of(name, network["network"], "cost"))
                if "error" in answer:
                    sys.exit(f"{name}, network {network['network']}: {answer['error']}")
                rows.append({"recipe": name, "network": network["network"], "cpu_seconds": f"{answer['cpu_seconds']:.3f}"})
                print(f"{name} {network['network']}: {answer['cpu_seconds']:.1f} CPU seconds", file=sys.stderr)
            append(file, COST_COLUMNS, rows)
        trainer.process.stdin.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hwnas")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("docs/proxy-study"))
    parser.add_argument("--space", default="configs/spaces/mnasnet-28.json")
    parser.add_argument("--networks", type=int, default=80)
    parser.add_argument("--most-macs", type=int, default=4_000_000)
    parser.add_argument("--recipes", help="these alone, in this order")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--costs", type=int, metavar="N", help="only time N networks by each recipe")
    options = parser.parse_args()

    if not (options.folder / "recipes.json").exists():
        parser.error(f"--folder {options.folder}: expected a folder with recipes.json; docs/proxy-study has one to copy")
    networks_file, trainings_file = options.folder / "networks.csv", options.folder / "trainings.csv"
    if not networks_file.exists():
        append(networks_file, NETWORK_COLUMNS, drawn(options.hwnas, options.space, options.networks, options.most_macs))
    networks = read(networks_file)
    described = json.loads((options.folder / "recipes.json").read_text())
    names = options.recipes.split(",") if options.recipes else list(described["recipes"])
    if unknown := [name for name in names if name not in described["recipes"]]:
        parser.error(f"--recipes: {options.folder}/recipes.json has no {', '.join(unknown)}; it has "
                     + ", ".join(described["recipes"]))
    if options.costs:
        recipes = {name: {**described["common"], **described["recipes"][name]["recipe"]} for name in names}
        measure_costs(options.hwnas, options.space, networks[:options.costs], recipes, options.folder / "costs.csv")
        return
    over = whole_trainings(trainings_file)
    tasks = queue.Queue()
    # Second trainings tell the noise, and come last: what there is by then can be compared already.
    for repeat in range(max(described["recipes"][name]["seeds"] for name in names)):
        for name in names:
            for network in networks if repeat < described["recipes"][name]["seeds"] else []:
                task = (name, network["network"], str(repeat))
                if task not in over:
                    tasks.put(task)
    total, lock = tasks.qsize(), threading.Lock()
    print(f"{total} trainings to do, {len(over)} done", file=sys.stderr)

    def work():
        with tempfile.TemporaryDirectory() as folder:
            trainer = Trainer(options.hwnas, pathlib.Path(folder))
            graph_file = pathlib.Path(folder) / "graph.json"
            while True:
                try:
                    task = tasks.get_nowait()
                except queue.Empty:
                    trainer.process.stdin.close()
                    return
                network = networks[int(task[1])]
                inspected(options.hwnas, options.space, json.loads(network["architecture"]), graph_file)
                recipe = {**described["common"], **described["recipes"][task[0]]["recipe"]}
                answer = trainer.train(json.loads(graph_file.read_text()), recipe, seed_of(*task))
                with lock:
                    append(trainings_file, TRAINING_COLUMNS, rows_of(task, answer))
                    left = tasks.qsize()
                    print(f"{task[0]} {task[1]}/{task[2]}: {answer.get('values', answer.get('error'))}, {left} left",
                          file=sys.stderr)

    threads = [threading.Thread(target=work) for _ in range(options.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
