"""Studies of stores: listed, exported, merged, deleted; a search goes on after a merge as if there had been none."""
import csv
import hashlib
import io
import json
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from support import HWNAS, check, finish, run, temporary_folder

SPACE = {"name": "made", "type": "categorical",
         "choices": [{"name": name, "values": [0, 1, 2, 3]} for name in ("a", "b", "c", "d")]}
QUALITY = {"unit": "points", "terms": [{"if": {name: value}, "value": value * 0.1} for name in ("a", "b", "c", "d") for value in (1, 2, 3)]}
LATENCY = {"unit": "ms", "constant": 1, "terms": [{"if": {name: value}, "value": value / 3} for name in ("a", "b") for value in (1, 2, 3)]}
SLOW = """import json, sys, time
for line in sys.stdin:
    time.sleep(0.5)
    print(json.dumps({"id": json.loads(line)["id"], "values": {"quality": 1}}), flush=True)
"""


def write(folder, file, **changes):
    job = {"name": file, "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "quality", "direction": "maximize"}, {"metric": "latency", "direction": "minimize"}],
           "strategy": {"name": "evolution", "population": 6},
           "evaluator": {"name": "choice-table", "values": {"quality": "quality.json"}},
           "budget": {"trials": 40}, "seed": 3, "out": str(folder / file), **changes}
    (folder / f"{file}.json").write_text(json.dumps(job))
    return folder / f"{file}.json"


def done(what, *arguments):
    result = run(*arguments)
    check(result.returncode == 0, what if result.returncode == 0 else f"{what}: {result.returncode}, {result.stderr.strip()[-500:]}")
    return result.stdout


def wrong(what, parts, *arguments):
    result = run(*arguments)
    missing = [part for part in parts if part not in result.stderr]
    right = result.returncode == 2 and not missing
    check(right, what if right else f"{what}: exit code {result.returncode}, lacks {missing}: {result.stderr.strip()[:500]}")


def exported(store, *arguments):
    return json.loads(run("studies", "export", store, *arguments).stdout)["studies"]


def questions(store):
    """What a resumed search must give again."""
    return [{key: trial.get(key) for key in ("number", "architecture", "seed", "repeat", "state", "values", "duplicate_of", "told", "notes")}
            for trial in exported(store)[0]["trials"]]


def listed(store):
    return {study["name"]: study for study in json.loads(run("studies", store, "--json").stdout)["studies"]}


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    for name, content in (("space", SPACE), ("quality", QUALITY), ("latency", LATENCY)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    made, other = write(folder, "made"), write(folder, "other", seed=4, strategy={"name": "random"}, budget={"trials": 12})
    done("an undisturbed search", "search", made)
    done("the beginning of the same search", "search", made, "--trials", 17, "--out", folder / "begun")
    done("a search of another job", "search", other)
    whole, begun, second = (folder / name / "study.sqlite" for name in ("made", "begun", "other"))
    both = folder / "both.sqlite"

    check("2 trials" not in done("merge copies into a store that it makes", "studies", "merge", both, whole)
          and list(listed(both)) == ["made"], "the copy is there")
    done("merge takes a second study in", "studies", "merge", both, second)
    shown = listed(both)
    check(list(shown) == ["made", "other"], "list --json has both studies in their order")
    line = shown["made"]
    check({"name", "created", "version", "job", "strategy", "evaluator", "space", "trials", "front", "best"} <= set(line), "and its documented keys")
    check(line["trials"]["complete"] == 40 and line["trials"]["running"] == 0 and line["strategy"] == "evolution", "and counts the trials")
    check(line["best"]["objective"] == "quality" and abs(line["best"]["value"] - max(t["values"]["quality"] for t in exported(whole)[0]["trials"])) < 1e-12,
          "and the best of the first objective")
    text = done("list for people", "studies", both)
    check("made" in text and "other" in text and "evolution" in text and text == run("studies", "list", both).stdout, "shows both")

    check(exported(both) == exported(whole) + exported(second), "a merged store exports what its sources do")
    file = folder / "both.json"
    done("export into a file", "studies", "export", both, "-o", file)
    check(file.read_text() == run("studies", "export", both).stdout, "which is what standard output gives")
    again = folder / "again.sqlite"
    done("merge an exported file", "studies", "merge", again, file)
    check(run("studies", "export", again).stdout == file.read_text(), "the store made of it exports the same bytes")
    check(run("studies", file, "--json").stdout == run("studies", both, "--json").stdout, "an exported file is listed like its store")
    rows = list(csv.DictReader(io.StringIO(done("export as CSV", "studies", "export", both, "--csv"))))
    trials = [trial for study in exported(both) for trial in study["trials"]]
    check([(r["number"], r["state"], r["id"], float(r["quality [points]"]), r["choices.a"]) for r in rows]
          == [(str(t["number"]), t["state"], t["architecture"], t["values"]["quality"], str(t["choices"]["a"])) for t in trials],
          "the CSV has a row a trial with its figures and choices")
    check(len(exported(both, "--study", "other")) == 1, "--study exports one")

    fresh = folder / "fresh.sqlite"
    done("merge the beginning into a fresh store", "studies", "merge", fresh, begun)
    done("go on with it there", "search", made, "--set", f"store={fresh}", "--out", folder / "fresh", "--resume")
    check(questions(fresh) == questions(whole), "the trials are those of the undisturbed search")
    before = run("studies", "export", begun).stdout
    check("nothing new" in done("merge the beginning into the whole", "studies", "merge", both, begun)
          and exported(both)[0] == exported(whole)[0], "it brings nothing")
    done("merge the whole into the beginning", "studies", "merge", begun, whole)
    check(questions(begun) == questions(whole) and before != run("studies", "export", begun).stdout, "it becomes the whole")
    at = run("studies", "export", begun).stdout
    check("nothing new" in done("merge again", "studies", "merge", begun, whole) and run("studies", "export", begun).stdout == at,
          "it changes nothing the second time")

    # Two machines that went different ways: the non-deterministic order of ends is made by hand.
    ways = json.loads(file.read_text())
    ways["studies"] = ways["studies"][:1]
    ways["studies"][0]["trials"] = [t for t in ways["studies"][0]["trials"] if t["number"] >= 20 and t["state"] == "complete"]
    (folder / "tail.json").write_text(json.dumps(ways))
    apart = folder / "apart.sqlite"
    done("the beginning once more", "search", made, "--trials", 10, "--set", f"store={apart}", "--out", folder / "apart")
    there = exported(apart)[0]["trials"]
    done("merge what went another way", "studies", "merge", apart, folder / "tail.json")
    after = exported(apart)[0]["trials"]
    new = [t["architecture"] for t in ways["studies"][0]["trials"] if t["architecture"] not in {t["architecture"] for t in there}]
    check(after[:len(there)] == there and [t["architecture"] for t in after[len(there):]] == new, "each new architecture is there once, at the end")
    told = [t["told"] for t in after if "told" in t]  # the last trial of each run is told when the search goes on
    check([t["number"] for t in after] == list(range(len(after))) and told == list(range(len(after) - 2)), "numbered and told in order")
    trials_asked = len([t for t in after if t["state"] != "duplicate"]) + 5
    done("a search goes on from there", "search", made, "--trials", trials_asked, "--set", f"store={apart}", "--out", folder / "apart", "--resume")

    # Another job of the same name
    write(folder, "second", name="made", seed=9)
    done("a search of the same name", "search", folder / "second.json")
    pair = folder / "pair.sqlite"
    done("and of another one", "studies", "merge", pair, second)
    done("in one store", "studies", "merge", pair, folder / "second/study.sqlite")
    at = run("studies", "export", both).stdout
    wrong("a study of another job under a name that is taken", ["/seed", "3, as the study", "found 9", "--as NAME"], "studies", "merge", both, pair)
    check(run("studies", "export", both).stdout == at, "nothing of that merge was done")
    wrong("--as for several", ["--study NAME"], "studies", "merge", both, pair, "--as", "x")
    done("under another name", "studies", "merge", both, pair, "--study", "made", "--as", "nine")
    check(list(listed(both)) == ["made", "other", "nine"] and exported(both)[2]["job"]["name"] == "nine", "it is there with that name in its job")
    done("and a search goes on with it", "search", folder / "second.json", "--set", "name=nine", "--set", f"store={both}", "--trials", 45,
         "--out", folder / "nine", "--resume")
    check(listed(both)["nine"]["trials"]["complete"] == 45, "to a larger budget")
    check("nothing new" in done("merge it again", "studies", "merge", both, pair, "--study", "made", "--as", "nine"), "brings nothing")

    # Weights
    ways = json.loads(run("studies", "export", both, "--study", "other").stdout)
    study = ways["studies"][0]
    study["job"]["evaluator"] = {"name": "train"}
    content = b"weights"
    study["trials"][0]["weights"] = study["trials"][2]["weights"] = hashlib.sha256(content).hexdigest()
    study["trials"][1]["weights"] = "0" * 64
    carried = folder / "carried"
    (carried / "artifacts").mkdir(parents=True)
    (carried / "studies.json").write_text(json.dumps(ways))
    weights = study["trials"][0]["weights"] + ".safetensors"
    (carried / "artifacts" / weights).write_bytes(content)
    result = run("studies", "merge", folder / "weighty/study.sqlite", carried / "studies.json")
    check((folder / "weighty/artifacts" / weights).read_bytes() == content and "1 file of weights copied" in result.stdout, "weights come with their trials")
    check("warning" in result.stderr and "trial 1, " + "0" * 64 in result.stderr and "trial 0" not in result.stderr, "what is missing is told")
    content = b"others"
    (carried / "artifacts" / ("0" * 64 + ".safetensors")).write_bytes(content)
    check("warning" in run("studies", "merge", folder / "weighty/study.sqlite", carried / "studies.json").stderr, "damaged weights are not taken")
    study["trials"][1]["weights"] = hashlib.sha256(content).hexdigest()
    (carried / "studies.json").write_text(json.dumps(ways))
    late = folder / "late/study.sqlite"
    check("trial 1, " in run("studies", "merge", late, carried / "studies.json").stderr, "weights are missing")
    (carried / "artifacts" / (study["trials"][1]["weights"] + ".safetensors")).write_bytes(content)
    result = run("studies", "merge", late, carried / "studies.json")
    check("nothing new" in result.stdout and "1 file of weights copied" in result.stdout and not result.stderr, "and come by a later merge")
    check("are files in" in run("studies", "export", folder / "weighty/study.sqlite").stderr, "export tells where weights are")

    # Kills in the middle
    ways = json.loads(run("studies", "export", whole).stdout)
    first = ways["studies"][0]
    first["trials"] = [{**first["trials"][0], "number": number, "told": number, "repeat": number} for number in range(4000)]
    ways["studies"] = [first, {**first, "name": "made too"}]
    (folder / "large.json").write_text(json.dumps(ways))
    killed = folder / "killed.sqlite"
    run("studies", "merge", killed, second)
    start = time.monotonic()
    run("studies", "merge", folder / "timed.sqlite", folder / "large.json")
    length = time.monotonic() - start
    torn = kills = 0
    for share in (0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
        process = subprocess.Popen([HWNAS, "studies", "merge", str(killed), str(folder / "large.json")], stdout=subprocess.DEVNULL)
        time.sleep(share * length)
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        found = {name: study["trials"]["complete"] for name, study in listed(killed).items()}
        torn += found not in ({"other": 12}, {"other": 12, "made": 4000, "made too": 4000})
    check(torn == 0, f"a merge that is killed, {kills} times, has happened or not, as a whole")
    done("it succeeds once it is let", "studies", "merge", killed, folder / "large.json")
    check(len(listed(killed)) == 3, "with all its studies")

    # Deleting
    wrong("delete without a terminal", ["--yes"], "studies", "delete", both, "nine")
    wrong("delete an unknown study", ["did you mean \"nine\""], "studies", "delete", both, "nin", "--yes")
    done("delete", "studies", "delete", both, "nine", "--yes")
    check(list(listed(both)) == ["made", "other"], "it is gone, the others are there")
    text = done("delete a study with weights", "studies", "delete", folder / "weighty/study.sqlite", "other", "--yes")
    check("1 file of weights" in text and (folder / "weighty/artifacts" / weights).exists(), "its weights stay, and that is told")
    done("the same again", "studies", "merge", folder / "weighty/study.sqlite", carried / "studies.json")
    done("delete it with its weights", "studies", "delete", folder / "weighty/study.sqlite", "other", "--yes", "--weights")
    check(not (folder / "weighty/artifacts" / weights).exists(), "they are gone")
    check("no studies" in done("list a store without studies", "studies", folder / "weighty/study.sqlite"), "says so")

    # A search that is going on
    (folder / "slow.py").write_text(SLOW)
    slow = write(folder, "slow", evaluator={"name": "command", "command": [sys.executable, "./slow.py"], "metrics": {"quality": "points"}},
                 store=str(both))
    process = subprocess.Popen([HWNAS, "search", str(slow)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        time.sleep(0.1)
        if listed(both).get("slow", {}).get("trials", {}).get("running"):
            break
    wrong("delete a study in which a search is going on", ["\"slow\"", "a search is going on"], "studies", "delete", both, "slow", "--yes")
    wrong("merge into it", ["a search is going on"], "studies", "merge", both, both, "--study", "slow")
    done("delete another one meanwhile", "studies", "delete", both, "other", "--yes")
    process.send_signal(signal.SIGKILL)
    process.wait()
    done("delete it once the search was killed", "studies", "delete", both, "slow", "--yes")
    check(list(listed(both)) == ["made"], "one study is left")

    # Wrong input
    wrong("a missing store", ["none.sqlite", "no such file"], "studies", folder / "none.sqlite")
    wrong("a missing source", ["none.sqlite", "no such file"], "studies", "merge", folder / "new.sqlite", folder / "none.sqlite")
    check(not (folder / "new.sqlite").exists(), "no store was made for it")
    wrong("what is no store", ["space.json", "a store, or a file of `hwnas studies export`"], "studies", folder / "space.json")
    wrong("a mistyped verb", ["did you mean \"export\""], "studies", "exprot", both)
    wrong("no store at all", ["STORE"], "studies")
    wrong("an unknown study", ["did you mean \"made\""], "studies", "export", both, "--study", "maid")
    wrong("an unknown study of the other store", ["did you mean \"made\""], "studies", "merge", pair, both, "--study", "maed")
    shutil.copy(whole, folder / "newer.sqlite")
    with sqlite3.connect(folder / "newer.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    wrong("a store of a newer version", ["version 99", "newer hwnas"], "studies", folder / "newer.sqlite")
    wrong("an exported file of a newer version", ["version 9", "newer hwnas"], "studies", "merge", both,
          (folder / "newer.json", (folder / "newer.json").write_text(json.dumps({"format": "hwnas-studies", "version": 9})))[0])
finish()
