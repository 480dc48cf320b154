"""Exact answers are what enumeration and dynamic programming give, and no more is said to be proved than is.

usage: optimum.py HWNAS SOURCE made|published
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


def write_question(folder, choices, top1, cost, **more):
    """A job over choices of four values each, with figures by terms [({choice: value}, figure)]."""
    for name, unit, terms in (("top1", "%", top1), ("latency", "ms", cost)):
        (folder / f"{name}.json").write_text(json.dumps({"unit": unit, "constant": 1, "terms": [
            {"if": {f"c{i}": v for i, v in conditions.items()}, "value": value} for conditions, value in terms]}))
    (folder / "space.json").write_text(json.dumps({"name": "made", "type": "categorical", "choices": [
        {"name": f"c{i}", "values": [0, 1, 2, 3]} for i in range(choices)]}))
    job = {"name": "made", "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1", "worst": 0}, {"metric": "latency", "worst": 40}],
           "strategy": {"name": "random"}, "evaluator": {"name": "choice-table", "values": {"top1": "top1.json"}},
           "budget": {"trials": 30}, "reference": False} | more
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def front_of(points):
    """(latency, top1) that none dominates, by latency."""
    front = []
    for latency, top1 in sorted(points, key=lambda point: (point[0], -point[1])):
        if not front or top1 > front[-1][1]:
            front.append((latency, top1))
    return front


def volume_of(front):
    volume, height = 0, 0
    for latency, top1 in front:
        if latency < 40 and top1 > height:
            volume += (40 - latency) * (top1 - height)
            height = top1
    return volume


def answer(job, out, *arguments):
    done = run("optimum", job, "-o", out, *arguments)
    check(done.returncode == 0, f"it ends well{done.stderr if done.returncode else ''}")
    return done.stdout, json.loads(out.read_text())


def figures_of(found):
    return sorted((network["figures"]["latency"], network["figures"]["top1"]) for network in found["networks"])


def close(a, b):
    return len(a) == len(b) and all(abs(x - y) < 1e-9 for p, q in zip(a, b) for x, y in zip(p, q))


def small(folder):
    """Six choices with pairs, enumerated."""
    folder.mkdir()
    rng = random.Random(1)
    top1 = [({i: v}, rng.uniform(0, 5)) for i in range(6) for v in range(4)]
    top1 += [({i: rng.randrange(4), j: rng.randrange(4)}, rng.uniform(-3, 3))
             for i, j in itertools.combinations(range(6), 2) for _ in range(4)]
    cost = [({i: v}, rng.uniform(0, 5)) for i in range(6) for v in range(4)]
    job = write_question(folder, 6, top1, cost)

    def total(terms, code):
        return 1 + sum(value for conditions, value in terms if all(code[i] == v for i, v in conditions.items()))

    points = [(total(cost, code), total(top1, code)) for code in itertools.product(range(4), repeat=6)]
    text, found = answer(job, folder / "best.json", "--at-most", "latency=12")
    best = max(top1 for latency, top1 in points if latency <= 12)
    check(abs(found["networks"][0]["figures"]["top1"] - best) < 1e-9 and found["complete"] and "proved" in text,
          f"the best under a limit is {best}")
    text, found = answer(job, folder / "front.json", "--front")
    front = [point for point in front_of(points) if point[0] < 40 and point[1] > 0]
    check(close(figures_of(found), front), f"a front of {len(front)} networks")
    check(abs(found["hypervolume"] / volume_of(front) - 1) < 1e-12, "and its hypervolume")
    run("optimum", job, "--front", "-o", folder / "front.csv")
    with (folder / "front.csv").open() as file:
        rows = list(csv.DictReader(file))
    check(close(sorted((float(row["latency [ms]"]), float(row["top1 [%]"])) for row in rows), front), "as CSV too")

    done = run("search", job, "--out", folder / "out")
    check(done.returncode == 0, f"a search{done.stderr if done.returncode else ''}")
    study = folder / "out/study.sqlite"
    done = run("optimum", job, "--at-most", "latency=12", "--study", study)
    check(done.returncode == 0 and "from the one above" in done.stdout, f"how far a study came: {done.stdout.strip().splitlines()[-1]}")
    done = run("optimum", job, "--front", "--study", study)
    check(done.returncode == 0 and "of that above" in done.stdout, "and its front")
    limited = folder / "limited.json"
    limited.write_text(json.dumps(json.loads(job.read_text()) | {
        "constraints": [{"metric": "latency", "at_most": 11}, {"metric": "top1", "at_least": 14}]}))
    text, found = answer(limited, folder / "limited_front.json", "--front")
    check(close(figures_of(found), [point for point in front if point[0] <= 11 and point[1] >= 14]),
          "a job's constraints hold")


def large(folder):
    """Twelve choices, of which the answer is known by dynamic programming over whole costs."""
    folder.mkdir()
    rng = random.Random(2)
    top1 = [({i: v}, rng.uniform(0, 5)) for i in range(12) for v in range(4)]
    cost = [({i: v}, rng.randrange(6)) for i in range(12) for v in range(4)]
    # Neighbours act upon each other.
    pairs = {(i, a, b): rng.uniform(-2, 2) for i in range(11) for a in range(4) for b in range(4)}
    job = write_question(folder, 12, top1 + [({i: a, i + 1: b}, value) for (i, a, b), value in pairs.items()], cost)
    best = {(v, 1 + cost[v][1]): 1 + top1[v][1] for v in range(4)}
    for i in range(1, 12):
        longer = {}
        for (last, latency), value in best.items():
            for v in range(4):
                state = (v, latency + cost[4 * i + v][1])
                figure = value + top1[4 * i + v][1] + pairs[i - 1, last, v]
                longer[state] = max(longer.get(state, figure), figure)
        best = longer
    points = [(latency, figure) for (_, latency), figure in best.items()]
    front = [point for point in front_of(points) if point[0] < 40 and point[1] > 0]
    _, found = answer(job, folder / "front.json", "--front")
    check(not found["enumerated"] and found["complete"], "a large space is searched by branch and bound")
    check(close(figures_of(found), front), f"a front of {len(front)} networks")
    check(abs(found["hypervolume"] / volume_of(front) - 1) < 1e-12, "and its hypervolume")
    limit = front[len(front) // 2][0] + 0.5
    most = max(figure for latency, figure in points if latency <= limit)
    _, found = answer(job, folder / "best.json", "--at-most", f"latency={limit}")
    check(abs(found["networks"][0]["figures"]["top1"] - most) < 1e-9, f"the best under a limit is {most}")
    text, found = answer(job, folder / "soon.json", "--at-most", f"latency={limit}", "--time", "0")
    check(not found["complete"] and ", proved" not in text and (found["bound"] or 1e9) >= most - 1e-9,
          f"out of time, no more is proved than that none is above {found['bound']}")
    text, found = answer(job, folder / "soon_front.json", "--front", "--time", "0")
    check(not found["complete"] and "proved to be all" not in text and
          (found["hypervolume_bound"] or 1e9) >= volume_of(front), "nor of the front")
    text, found = answer(job, folder / "near.json", "--at-most", f"latency={limit}", "--within", "0.5")
    check("within 0.5" in text and found["networks"][0]["figures"]["top1"] >= most - 0.5, "a gap that is allowed is told")


def errors(folder):
    job = folder / "small/job.json"
    for arguments, words in ((["--at-most", "latncy=3"], "latency"), (["--at-most", "latency"], "FIGURE=VALUE"),
                             (["--at-most", "latency=-5"], "loosen"), (["--within", "-1"], "--within"),
                             (["-o", folder / "front.txt"], ".csv")):
        done = run("optimum", job, *arguments)
        check(done.returncode == 2 and words in done.stderr, f"{done.stderr.strip()}")
    command = folder / "command.json"
    command.write_text(json.dumps(json.loads(job.read_text()) | {
        "space": "small/space.json", "costs": {"latency": "small/latency.json"},
        "evaluator": {"name": "command", "command": ["true"], "metrics": {"top1": "%"}}}))
    done = run("optimum", command)
    check(done.returncode == 2 and "has to be asked" in done.stderr, f"{done.stderr.strip()}")
    done = run("optimum", SOURCE / "configs/npu-energy.json")
    check(done.returncode == 2 and ("training" in done.stderr or "path" in done.stderr), f"{done.stderr.strip()}")


def published(folder):
    if not DATA.exists():
        print(f"SKIPPED: no published measurements in {DATA} (HWNAS_DATA)")
        sys.exit(0)
    os.environ["HWNAS_DATA"] = str(DATA)
    for name in ("nas-bench-macro-params", "nas-bench-macro-flops", "mnasnet-zcu102", "fbnet-two-devices"):
        job = SOURCE / f"configs/benchmarks/{name}.json"
        told = json.loads(job.read_text())["benchmark"]
        _, found = answer(job, folder / f"{name}.json", "--front")
        check(found["complete"] and abs(found["hypervolume"] / told["hypervolume"] - 1) < 1e-12,
              f"{name}: {found['hypervolume']}, as its job says")
        if "regret" in told:
            limit = f"{told['regret']['metric']}={told['regret']['at_most']}"
            _, found = answer(job, folder / f"{name}-best.json", "--at-most", limit)
            check(found["complete"] and abs(found["networks"][0]["figures"]["top1"] - told["regret"]["best"]) < 1e-9,
                  f"{name}: the best with {limit}")


with temporary_folder() as temporary:
    temporary = pathlib.Path(temporary)
    if sys.argv[3] == "published":
        published(temporary)
    else:
        small(temporary / "small")
        large(temporary / "large")
        errors(temporary)
finish()
