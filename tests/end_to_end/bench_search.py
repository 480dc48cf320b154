"""Strategies are compared by what share of a known front they find; made and published questions.

usage: bench_search.py HWNAS SOURCE made|published
"""
import csv
import itertools
import json
import os
import pathlib
import random
import sys

from support import SOURCE, check, finish, run, temporary_folder

DATA = pathlib.Path(os.environ.get("HWNAS_DATA") or SOURCE / "../shared/data")
COLUMNS = ["strategy", "seed", "evaluations", "hypervolume", "share", "regret"]


def rows_of(path):
    with path.open() as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return reader.fieldnames, rows


def mean(rows, strategy, evaluations, column="share"):
    values = [float(row[column]) for row in rows
              if row["strategy"] == strategy and row["evaluations"] == str(evaluations)]
    return sum(values) / len(values)


def made_question(folder):
    """Four choices, random terms, and the volume of the exact front by enumeration."""
    rng = random.Random(1)
    choices = [{"name": f"c{i}", "values": [0, 1, 2, 3]} for i in range(4)]
    top1 = {(i, v): rng.uniform(0, 5) for i in range(4) for v in range(4)}
    cost = {(i, v): rng.uniform(0, 1) for i in range(4) for v in range(4)}
    for name, terms, unit, constant in (("top1", top1, "%", 60), ("latency", cost, "ms", 1)):
        (folder / f"{name}.json").write_text(json.dumps({
            "unit": unit, "constant": constant,
            "terms": [{"if": {f"c{i}": v}, "value": value} for (i, v), value in terms.items()]}))
    (folder / "space.json").write_text(json.dumps({"name": "made", "type": "categorical", "choices": choices}))
    points = sorted((1 + sum(cost[i, v] for i, v in enumerate(code)), 60 + sum(top1[i, v] for i, v in enumerate(code)))
                    for code in itertools.product(range(4), repeat=4))
    volume, best = 0, 60
    for latency, accuracy in points:
        if latency < 5 and accuracy > best:
            volume += (5 - latency) * (accuracy - best)
            best = accuracy
    under = max(accuracy for latency, accuracy in points if latency <= 3)
    job = {"name": "made", "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1", "worst": 60}, {"metric": "latency", "worst": 5}],
           "strategy": {"name": "random"}, "evaluator": {"name": "choice-table", "values": {"top1": "top1.json"}},
           "benchmark": {"hypervolume": volume, "regret": {"metric": "latency", "at_most": 3, "best": under}},
           "budget": {"trials": 50}}
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def made(folder):
    job = made_question(folder)
    out = folder / "out.csv"
    done = run("bench-search", job, "--strategies", "model-based,evolution,random", "--seeds", 3, "--seed", 5,
               "--budget", "20,60,256", "-o", out)
    check(done.returncode == 0, f"it ends well{done.stderr if done.returncode else ''}")
    header, rows = rows_of(out)
    check(header == COLUMNS, f"the columns are {header}")
    check(len(rows) == 3 * 3 * 3, f"{len(rows)} rows: strategies x seeds x budgets")
    check({row["seed"] for row in rows} == {"5", "6", "7"}, "the seeds are those asked for")
    check(all(0 <= float(row["share"]) <= 1 + 1e-12 for row in rows), "a share is one")
    check(abs(mean(rows, "model-based", 256) - 1) < 1e-9, "who evaluates everything has the exact front's volume")
    check(abs(mean(rows, "model-based", 256, "regret")) < 1e-9, "and no regret")
    check(mean(rows, "model-based", 60) > mean(rows, "random", 60), "the model is ahead of chance")
    check(out.with_suffix(".svg").read_text().startswith("<svg"), "there is a picture")
    again = folder / "again.csv"
    run("bench-search", job, "--strategies", "model-based,evolution,random", "--seeds", 3, "--seed", 5, "--budget",
        "20,60,256", "--workers", 1, "-o", again)
    check(again.read_text() == out.read_text(), "the same figures whatever the number of workers")

    both = run("bench-search", job, "--variant", 'small={"name": "evolution", "population": 4}', "--seeds", 2, "--budget",
               "20", "--with", out)
    check(both.returncode == 0 and "small" in both.stdout and "model-based" in both.stdout,
          "a variant and another run's results stand in one table")
    own = run("bench-search", job, "--seeds", 2)
    check(own.returncode == 0 and "random" in own.stdout and " 50" in own.stdout,
          f"the job's own strategy and budget by default{own.stderr if own.returncode else ''}")

    no_corner = run("bench-search", job, "--set", 'objectives.0={"metric": "top1"}')
    check(no_corner.returncode == 2 and "worst" in no_corner.stderr, f"without a corner: {no_corner.stderr.strip()}")
    unknown = run("bench-search", job, "--strategies", "evolutoin")
    check(unknown.returncode == 2 and "evolution" in unknown.stderr, f"a misspelt strategy: {unknown.stderr.strip()}")
    budget = run("bench-search", job, "--budget", "10,x")
    check(budget.returncode == 2 and "--budget" in budget.stderr, f"no number: {budget.stderr.strip()}")


def published(folder):
    if not DATA.exists():
        print(f"SKIPPED: no published measurements in {DATA} (HWNAS_DATA)")
        sys.exit(0)
    os.environ["HWNAS_DATA"] = str(DATA)
    for name, budget, least in (("nas-bench-macro-params", 60, 0.97), ("nas-bench-macro-flops", 60, 0.94),
                                ("mnasnet-zcu102", 60, 0.86), ("fbnet-two-devices", 40, None)):
        out = folder / f"{name}.csv"
        done = run("bench-search", SOURCE / f"configs/benchmarks/{name}.json", "--strategies", "model-based,random",
                   "--seeds", 2, "--budget", budget, "-o", out)
        check(done.returncode == 0, f"{name} ends well{done.stderr if done.returncode else ''}")
        _, rows = rows_of(out)
        model, chance = (mean(rows, strategy, budget, "hypervolume") for strategy in ("model-based", "random"))
        check(model > chance, f"{name}: the model is ahead of chance, {model} and {chance}")
        if least is not None:
            share = mean(rows, "model-based", budget)
            check(least < share <= 1.001, f"{name}: a share of {share:.4f} in {budget} evaluations")


with temporary_folder() as temporary:
    {"made": made, "published": published}[sys.argv[3]](pathlib.Path(temporary))
finish()
