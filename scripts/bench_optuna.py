#!/usr/bin/env python3
"""Optuna's samplers on a benchmark job, as `hwnas bench-search` rates strategies.

    scripts/bench_optuna.py JOB.json [--samplers nsga2,tpe] [--seeds 10] [--seed 1]
                            [--budget 100,300,1000] -o OUT.csv

writes the same columns, for `hwnas bench-search JOB.json ... --with OUT.csv`: one table, one
picture. Reads jobs of named choices whose figures are a CSV of published results or a formula
(configs/benchmarks). A network that was evaluated before costs nothing, as in hwnas.
Needs Debian's python3-optuna.
"""
import argparse
import csv
import gzip
import json
import os
import pathlib
import sys
import warnings

try:
    import optuna
except ImportError:
    print("SKIPPED: Python has no optuna module (Debian: python3-optuna, for /usr/bin/python3)")
    sys.exit(0)


def expanded(text, folder):
    return (folder / os.path.expandvars(text)).resolve()


def formula_of(description):
    """A function of the choices, from an import's description."""
    described = json.loads(description.read_text())
    entry = json.loads(expanded(described["formula"]["file"], description.parent).read_text())[
        described["formula"]["of"]]
    if "rows" in entry:
        cost = {tuple(row[:5]): row[5] for row in entry["rows"]}
        blocks = sorted({row[0] for row in entry["rows"]})

        def figure(choices):
            total = entry["const"]
            for b in blocks:
                key = (choices[f"b{b}_e"], choices[f"b{b}_k"], choices[f"b{b}_se"])
                total += cost.get((b, "first", *key), 0) + (choices[f"b{b}_l"] - 1) * cost.get((b, "rest", *key), 0)
            return total
    else:
        main = {(name, value): number for name, value, number in entry["main"]}
        pairs = entry["pairs"]

        def figure(choices):
            total = entry["intercept"] + sum(main.get(item, 0) for item in choices.items())
            return total + sum(number for a, u, b, v, number in pairs if choices[a] == u and choices[b] == v)
    return figure


class Question:
    def __init__(self, path):
        job = json.loads(path.read_text())
        folder = path.parent
        space = json.loads(expanded(job["space"], folder).read_text())
        self.choices = {choice["name"]: choice["values"] for choice in space["choices"]}
        self.objectives = job["objectives"]
        self.known = job.get("benchmark", {})
        evaluator = job["evaluator"]
        if evaluator["name"] == "table":
            with gzip.open(expanded(evaluator["file"], folder), "rt") as file:
                rows = {row[evaluator["key"]]: row for row in csv.DictReader(file)}
            columns = {name: value["column"] for name, value in evaluator["values"].items()}
            # The key is the values' places, a digit each.
            self.figures = lambda choices: {
                name: float(rows["".join(str(self.choices[c].index(v)) for c, v in choices.items())][column])
                for name, column in columns.items()}
        else:
            functions = {name: formula_of(expanded(file, folder))
                         for name, file in {**job.get("costs", {}), **evaluator["values"]}.items()}
            self.figures = lambda choices: {name: figure(choices) for name, figure in functions.items()}

    def turned(self, objective, value):
        return -value if objective.get("direction", "minimize") == "maximize" else value

    def point(self, figures):
        return [self.turned(objective, figures[objective["metric"]]) for objective in self.objectives]

    def volume(self, points):
        corner = [self.turned(objective, objective["worst"]) for objective in self.objectives]
        best, volume = corner[0], 0
        for first, second in sorted(points, key=lambda p: (p[1], p[0])):
            if second < corner[1] and first < best:
                volume += (corner[1] - second) * (best - first)
                best = first
        return volume

    def regret(self, seen):
        known = self.known.get("regret")
        values = [self.turned(self.objectives[0], figures[self.objectives[0]["metric"]]) for figures in seen
                  if known and figures[known["metric"]] <= known["at_most"]]
        return min(values) - self.turned(self.objectives[0], known["best"]) if values else ""


def sampler_of(name, seed):
    if name == "nsga2":
        return optuna.samplers.NSGAIISampler(population_size=20, seed=seed)
    if name == "tpe":
        return optuna.samplers.TPESampler(multivariate=True, seed=seed)
    return optuna.samplers.RandomSampler(seed=seed)


def run(question, name, seed, budgets):
    study = optuna.create_study(directions=["minimize"] * len(question.objectives), sampler=sampler_of(name, seed))
    seen = {}
    rows = []
    asked = 0
    while len(seen) < budgets[-1] and asked < 20 * budgets[-1]:
        asked += 1
        trial = study.ask()
        choices = {c: values[trial.suggest_int(c, 0, len(values) - 1) if all(isinstance(v, (int, float)) for v in values)
                             else trial.suggest_categorical(c, list(range(len(values))))]
                   for c, values in question.choices.items()}
        figures = question.figures(choices)
        study.tell(trial, question.point(figures))
        # Equal figures in all metrics: the same network by another code.
        before = len(seen)
        seen[tuple(sorted(figures.items()))] = figures
        if len(seen) > before and len(seen) in budgets:
            volume = question.volume([question.point(f) for f in seen.values()])
            rows.append(["optuna-" + name, seed, len(seen), volume,
                         volume / question.known["hypervolume"] if "hypervolume" in question.known else "",
                         question.regret(seen.values())])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=pathlib.Path)
    parser.add_argument("--samplers", default="nsga2,tpe")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", default="100,300")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    os.environ.setdefault("HWNAS_DATA", "../shared/data")
    question = Question(options.job)
    budgets = sorted(int(part) for part in options.budget.split(","))
    rows = []
    for name in options.samplers.split(","):
        for seed in range(options.seed, options.seed + options.seeds):
            rows += run(question, name, seed, budgets)
            with options.output.open("w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["strategy", "seed", "evaluations", "hypervolume", "share", "regret"])
                writer.writerows(rows)
            print(f"{name}, seed {seed}: {rows[-1][2]} evaluations", file=sys.stderr)


if __name__ == "__main__":
    main()
