"""Searches that start from known networks: a file, choices, the front of an earlier study."""
import json
import pathlib

from support import check, finish, run, temporary_folder

CHOICES = [{"name": name, "values": [0, 1, 2, 3]} for name in "abcdef"]
QUALITY = {"unit": "%", "constant": 50, "terms": [
    {"if": {name: value}, "value": (3 + i) * value} for i, name in enumerate("abcdef") for value in (1, 2, 3)]}
LATENCY = {"unit": "ms", "constant": 1, "terms": [
    {"if": {name: value}, "value": value * (6 - i)} for i, name in enumerate("abcdef") for value in (1, 2, 3)]}


def write(folder, name, **changes):
    job = {"name": name, "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1", "unit": "%"}, {"metric": "latency", "unit": "ms"}],
           "strategy": {"name": "evolution"},
           "evaluator": {"name": "choice-table", "values": {"top1": "top1.json"}},
           "budget": {"trials": 60}, "seed": 2, "out": str(folder / name), **changes}
    (folder / f"{name}.json").write_text(json.dumps(job))
    return folder / f"{name}.json"


def search(folder, name, *arguments, **changes):
    result = run("search", write(folder, name, **changes), *arguments)
    check(result.returncode == 0, f"{name} ends well {result.stderr[-800:] if result.returncode else ''}")
    return result


def front(folder, name):
    return json.loads(run("front", folder / name / "study.sqlite", "--json").stdout)["front"]


def wrong(folder, name, start, *parts):
    result = run("validate", write(folder, name, start=start))
    missing = [part for part in parts if part not in result.stderr]
    check(result.returncode == 2 and not missing, f"{name} is wrong input: lacks {missing} in {result.stderr[:600]}")


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    for name, content in (("space", {"name": "made", "type": "categorical", "choices": CHOICES}),
                          ("top1", QUALITY), ("latency", LATENCY)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    chosen = dict.fromkeys("abcdef", 1)
    (folder / "mine.json").write_text(json.dumps({"architecture": chosen}))

    search(folder, "earlier")
    earlier = {entry["id"]: entry["objectives"] for entry in front(folder, "earlier")}
    check(len(earlier) > 3, f"the earlier study has a front ({len(earlier)})")

    start = ["mine.json", {"architecture": {**chosen, "a": 3}, "name": "by hand"}, {"study": "earlier/study.sqlite"}]
    result = search(folder, "later", start=start, budget={"trials": len(earlier) + 6})
    later = {entry["id"]: entry["objectives"] for entry in front(folder, "later")}
    check("start mine" in result.stdout + result.stderr and "start by hand" in result.stdout + result.stderr,
          "the starting networks are named as they end")
    lost = [id for id, values in earlier.items() if id not in later and not any(
        other["top1"] >= values["top1"] and other["latency"] <= values["latency"] for other in later.values())]
    check(not lost, f"nothing of the earlier front is lost: {lost}")
    check(run("search", folder / "later.json", "--resume", "--trials", 40).returncode == 0, "and the search goes on")

    for strategy in ("reinforce", "random", "netadapt"):
        search(folder, f"by-{strategy}", start=start, strategy={"name": strategy}, budget={"trials": 20})
    result = search(folder, "limited", start=["mine.json"], constraints=[{"metric": "latency", "at_most": 8}])
    check("mine is left out: it breaks" in result.stdout + result.stderr, "a network beyond a limit is left out aloud")

    wrong(folder, "unknown", ["nowhere.json", {"study": "no.sqlite"}], "nowhere.json", "no.sqlite")
    (folder / "graph.json").write_text(json.dumps({"input": [1, 2, 2], "nodes": []}))
    wrong(folder, "foreign", ["graph.json", {"architecture": {**chosen, "a": 9}}, 3, {"architectur": chosen}],
          "graph.json", "/start/1/architecture/a", "/start/2", "did you mean \"architecture\"?")
finish()
