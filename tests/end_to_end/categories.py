"""Searches over named choices: published results from a CSV, tables of choices."""
import gzip
import itertools
import json
import pathlib
import sqlite3

from support import check, finish, run, temporary_folder

SPACE = {"name": "made", "type": "categorical",
         "choices": [{"name": "width", "values": [1, 4, 6]}, {"name": "op", "values": ["conv", "skip"]},
                     {"name": "a", "values": [0, 1, 2]}, {"name": "b", "values": [0, 1, 2]}],
         "interchangeable": [{"value": 0, "among": ["a", "b"]}]}
FIGURES = {"top1": {"column": "accuracy", "unit": "%"}, "parameters": {"column": "size", "unit": "parameters", "known": True}}
LATENCY = {"unit": "ms", "constant": 1, "terms": [{"if": {"width": 6}, "value": 2}, {"if": {"width": 4, "op": "conv"}, "value": 1}]}


def accuracy(width, op, a, b):
    return 50 + 5 * width + (op == "conv") + 2 * a + b


def rows():
    for width, op, a, b in itertools.product([1, 4, 6], ["conv", "skip"], range(3), range(3)):
        a, b = (b, 0) if a == 0 else (a, b)
        yield width, op, a, b


def write(folder, name, **changes):
    job = {"name": "made", "space": "space.json",
           "objectives": [{"metric": "top1"}, {"metric": "parameters"}],
           "strategy": {"name": "random"},
           "evaluator": {"name": "table", "file": "results.csv.gz", "values": FIGURES},
           "budget": {"trials": 30}, "seed": 3, "out": str(folder / name), **changes}
    (folder / f"{name}.json").write_text(json.dumps({key: value for key, value in job.items() if value is not None}))
    return folder / f"{name}.json"


def front(folder, name):
    return json.loads(run("front", folder / name / "study.sqlite", "--json").stdout)


def wrong(what, parts, path, command="validate"):
    result = run(command, path)
    missing = [part for part in parts if part not in result.stderr]
    right = result.returncode == 2 and not missing
    check(right, what if right else f"{what}: exit code {result.returncode}, lacks {missing}: {result.stderr.strip()[:500]}")


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "space.json").write_text(json.dumps(SPACE))
    (folder / "latency.json").write_text(json.dumps(LATENCY))
    lines = ["width,op,a,b,accuracy,size"]
    lines += [f"{w},{op},{a},{b},{accuracy(w, op, a, b)},{1000 * w + a}" for w, op, a, b in dict.fromkeys(rows())]
    (folder / "results.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))

    shown = json.loads(run("inspect", folder / "space.json", "--json").stdout)
    check((shown["encodings"], shown["architectures"]) == (54, 42), "inspect --json counts encodings and architectures")
    check(run("validate", folder / "space.json").returncode == 0, "a categorical space is valid")

    path = write(folder, "published")
    check(run("validate", path).returncode == 0, "a job over published results is valid")
    result = run("search", path)
    check(result.returncode == 0, f"its search ends well {result.stderr[-500:] if result.returncode else ''}")
    for file in ("pareto.json", "pareto.csv", "front.svg", "progress.svg", "summary.md", "study.sqlite"):
        check((folder / "published" / file).exists(), f"{file} was written")
    check(not (folder / "published/networks").exists(), "no network was written")
    for entry in front(folder, "published")["front"]:
        chosen = entry["architecture"]
        check(entry["objectives"]["top1"] == accuracy(*(chosen[name] for name in ("width", "op", "a", "b"))),
              f"{entry['id']} has its published accuracy")
        check(chosen["a"] != 0 or chosen["b"] == 0, f"{entry['id']} is in canonical form")
    check(run("search", path, "--resume", "--trials", "42").returncode == 0, "a study goes on with a larger budget")
    check(len(front(folder, "published")["front"]) > 0, "and has a front")
    result = run("search", path, "--resume", "--seed", "9")
    check(result.returncode == 2 and "/seed" in result.stderr, "another question for the same study is refused")

    path = write(folder, "tables", costs={"latency": "latency.json"},
                 objectives=[{"metric": "quality", "direction": "maximize"}, {"metric": "latency", "unit": "ms"}],
                 constraints=[{"metric": "latency", "at_most": 2.5}],
                 evaluator={"name": "choice-table", "values": {"quality": "quality.json"}})
    (folder / "quality.json").write_text(json.dumps({"unit": "points", "terms": [{"if": {"a": 2}, "value": 1}]}))
    result = run("search", path)
    check(result.returncode == 0, f"a search among tables ends well {result.stderr[-500:] if result.returncode else ''}")
    shown = front(folder, "tables")
    check(shown["objectives"][0] == {"name": "quality", "unit": "points", "direction": "maximize"}, "its objectives have their units")
    check(all(entry["objectives"]["latency"] <= 2.5 for entry in shown["front"]), "its front is within the limit")

    def resumed(what, right, file, content, pointer="/costs/latency"):
        old = (folder / file).read_bytes()
        (folder / file).write_bytes(content)
        result = run("search", path, "--resume", "--trials", "31")
        (folder / file).write_bytes(old)
        told = f"tables/study.sqlite: {pointer}: " in result.stderr and "SHA-256" in result.stderr
        check(result.returncode == 0 if right else result.returncode == 2 and told and "--out" in result.stderr,
              f"{what} {result.stderr[-400:]}")

    changed = {**LATENCY, "constant": 2}
    resumed("a study does not go on with another table", False, "latency.json", json.dumps(changed).encode())
    resumed("it does with the same one in another layout", True, "latency.json", json.dumps(LATENCY, indent=4).encode())
    resumed("nor with another one for what is asked", False, "quality.json",
            json.dumps({"unit": "points", "terms": [{"if": {"a": 2}, "value": 3}]}).encode(), "/evaluator/values/quality")
    path = write(folder, "published")
    with sqlite3.connect(folder / "published/study.sqlite") as database:
        stored = json.loads(database.execute("SELECT job FROM studies").fetchone()[0])
    check(list(stored["contents"]) == ["/evaluator/file"], "the study keeps the hash of its results")
    content = "\n".join(lines)
    for what, right, text in (("recompressed", 0, content), ("changed", 2, content.replace("81", "82"))):
        (folder / "results.csv.gz").write_bytes(gzip.compress(text.encode(), 1, mtime=7))
        result = run("search", path, "--resume", "--trials", "42")
        check(result.returncode == right, f"published results that were {what}: exit code {result.returncode}")
    with sqlite3.connect(folder / "published/study.sqlite") as database:
        del stored["contents"]
        database.execute("UPDATE studies SET job = ?", (json.dumps(stored),))
    check(run("search", path, "--resume", "--trials", "42").returncode == 0, "a study that keeps no hash goes on unchecked")
    (folder / "results.csv.gz").write_bytes(gzip.compress(content.encode()))

    wrong("a limit that nothing meets", ["the least that can be reached is 1 ms"],
          write(folder, "none", costs={"latency": "latency.json"}, constraints=[{"metric": "latency", "at_most": 0.5}]), "search")
    wrong("what needs networks", ["/dataset", "/devices", "\"table\", \"choice-table\""],
          write(folder, "networks", dataset={"format": "idx", "path": "."}, devices=[], evaluator={"name": "train"}))
    wrong("an unknown figure, and one without a direction", ["did you mean \"top1\"?", "/objectives/1", "\"direction\""],
          write(folder, "unknown", objectives=[{"metric": "top"}, {"metric": "depth"}],
                evaluator={"name": "table", "file": "results.csv.gz", "values": {**FIGURES, "depth": {"column": "a", "unit": "layers"}}}))
    wrong("a figure that two declare", ["\"parameters\" is one of its values"],
          write(folder, "twice", costs={"parameters": "latency.json"}))
    wrong("an unknown column", ["results.csv.gz", "did you mean \"accuracy\"?"],
          write(folder, "column", evaluator={"name": "table", "file": "results.csv.gz", "values": {"top1": {"column": "acuracy", "unit": "%"}}}))
    (folder / "part.csv").write_text("\n".join(lines[:11]))
    wrong("a known figure that is not listed everywhere", ["part.csv", "none for 32 of them"],
          write(folder, "part", evaluator={"name": "table", "file": "part.csv", "values": FIGURES}))
    path = write(folder, "gaps", objectives=[{"metric": "top1"}],
                 evaluator={"name": "table", "file": "part.csv", "values": {"top1": FIGURES["top1"]}})
    result = run("search", path)
    check(result.returncode == 0 and "has no row for {" in result.stdout + result.stderr, "an architecture without a row is a failed trial")
    (folder / "space.json").write_text(json.dumps({**SPACE, "type": "categoricl"}))
    wrong("an unknown kind of space", ["did you mean \"categorical\"?"], folder / "space.json")
    wrong("the same in a job", ["did you mean \"categorical\"?"], write(folder, "kind"))
finish()
