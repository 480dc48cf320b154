"""Searches that are killed (-9) at twenty random moments and gone on with give what one that was left
alone gives, to the last bit but for times and hosts. After each kill, what the search had said to have
ended is in the study, what had ended before is there unchanged, and no process of it runs on; in the
end its folder holds the same files. Usage: kills.py HWNAS SOURCE GROUP."""
import hashlib
import json
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid

from leftovers import files_in, marked_environment, survivors
from made_jobs import categorical_job, network_job
from support import HWNAS, check, finish, run, temporary_folder

KILLS = 20
TIMES = {"host", "started", "finished", "cpu_seconds"}
TIMES_OF_A_TRAINING = {"seconds", "images_per_second"}

# By strategy, so many trials that they take a moment; PPO asks again and again for what it knows.
TABULATED = {"ppo": 150, "plain": 400, "random": 2000, "nsga2": 2500, "regularised": 2500, "netadapt": 800}

# By group, one of which is one test: the case's name, and what makes its job in a folder.
CASES = {
    **{evaluator: {f"{strategy} by {evaluator}": lambda folder, s=strategy, e=evaluator, w=workers: categorical_job(
                       folder, s, e, TABULATED[s], workers=w)
                   for strategy in TABULATED}
       for evaluator, workers in (("choice-table", 1), ("table", 3))},
    "halving": {
        "halving by choice-table, with figures of a part of the budget": lambda folder: categorical_job(
            folder, "halving", "with fidelity", 1500, workers=3)},
    "command": {
        **{f"{strategy} by command": lambda folder, s=strategy: categorical_job(folder, s, "command", 80, workers=2)
           for strategy in TABULATED},
        "random by command, repeated": lambda folder: categorical_job(
            folder, "random", "command, repeated", 80, workers=3),
        "ppo by command in batches": lambda folder: categorical_job(
            folder, "ppo", "command in batches", 120, workers=6),
        "nsga2 by command in batches": lambda folder: categorical_job(
            folder, "nsga2", "command in batches", 120, workers=6)},
    "networks": {
        "regularised by command, networks with a reference, repeated": lambda folder: network_job(
            folder, "regularised", "command, repeated", 200, workers=2),
        "nsga2 by command, with a device's table": lambda folder: network_job(
            folder, "nsga2", "command", 200, table=True, workers=2),
        "ppo by train, with a reference, repeated": lambda folder: network_job(
            folder, "ppo", "train, repeated", 24, workers=2)},
    "trainings": {
        "nsga2 by train": lambda folder: network_job(folder, "nsga2", "train", 24),
        "halving by train, with weights that go on": lambda folder: network_job(
            folder, "halving", "train", 60, workers=2),
        "netadapt by train, with weights that pass on": lambda folder: network_job(
            folder, "netadapt", "train", 200, widths=True, workers=2)},
}


def rows_of(out):
    """The study's trials by number, all columns, read from a copy so that nothing is changed."""
    if not (out / "study.sqlite").exists():
        return {}
    with temporary_folder() as name:
        for path in out.glob("study.sqlite*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, name)
        database = sqlite3.connect(pathlib.Path(name) / "study.sqlite")
        database.row_factory = sqlite3.Row
        try:
            return {row["number"]: dict(row) for row in database.execute("SELECT * FROM trials ORDER BY number")}
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # killed while the study was being made
                return {}
            raise
        finally:
            database.close()


def lasting(row):
    """A trial without what no two runs share."""
    kept = {key: value for key, value in row.items() if key not in TIMES}
    details = json.loads(row["details"])
    kept["details"] = {key: value for key, value in details.items() if key not in TIMES_OF_A_TRAINING}
    return kept


def ended(rows):
    return {number: row for number, row in rows.items() if row["state"] in ("complete", "failed")}


def same_trials(expected, found):
    """Says of two studies' trials how they differ; empty where they don't."""
    expected = {number: lasting(row) for number, row in expected.items()}
    found = {number: lasting(row) for number, row in found.items()}
    differing = [n for n in sorted(expected.keys() | found.keys()) if expected.get(n) != found.get(n)]
    if not differing:
        return ""
    lines = [f"{len(expected)} trials and {len(found)}, {len(differing)} of them otherwise:"]
    for number in differing[:3]:
        a, b = expected.get(number, {}), found.get(number, {})
        lines += [f"        trial {number}: {column}: {a.get(column)!r} and {b.get(column)!r}"
                  for column in (a or b) if a.get(column) != b.get(column)]
    return "\n".join(lines)


def lost(before, after):
    """What had ended before and is not there as it was. A trial may only be told meanwhile."""
    found = []
    for number, row in ended(before).items():
        now = after.get(number)
        if now is not None and row["told"] is None:
            now = {**now, "told": None}
        if now != row:
            found.append(f"trial {number} was {row} and is {now}")
    return found


def results_of(out):
    return {name: (out / name).read_bytes() for name in ("pareto.json", "pareto.csv", "front.svg")}


def damaged_weights(out):
    return [path.name for path in out.glob("artifacts/*.safetensors")
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem]


class Case:
    def __init__(self, name, make_job, folder, seed):
        self.name, self.make_job, self.folder = name, make_job, folder
        self.moments = random.Random(f"{seed} {name}")
        self.mark = uuid.uuid4().hex
        self.problems = []
        self.kills = self.runs = self.amid = 0

    def find(self, problem, details=""):
        self.problems.append(f"after kill {self.kills}: {problem}{': ' if details else ''}{details}")

    def start(self, out):
        self.said = self.folder / "said"
        with open(self.said, "wb") as errors:
            return subprocess.Popen([HWNAS, "search", str(self.job), "--resume", "--out", str(out)],
                                    stdout=subprocess.DEVNULL, stderr=errors, env=marked_environment(self.mark))

    def undisturbed(self):
        """The trials to be had; measures how long they take."""
        self.job = self.make_job(self.folder)
        start = time.monotonic()
        result = run("search", self.job)
        self.length = time.monotonic() - start
        if result.returncode != 0:
            self.find("the undisturbed run failed", result.stderr[-1000:])
        self.out = self.folder / "out"
        self.expected = rows_of(self.out)

    def compare(self, out):
        self.runs += 1
        difference = same_trials(self.expected, rows_of(out))
        if difference:
            self.find("the trials differ from the undisturbed run's", difference)
        if files_in(out) != files_in(self.out):
            extra = sorted(set(files_in(out)) ^ set(files_in(self.out)))
            self.find("the folder holds other files than the undisturbed run's", ", ".join(extra))
        elif results_of(out) != results_of(self.out):
            self.find("pareto.json, pareto.csv or front.svg differ")
        if damaged := damaged_weights(out):
            self.find("weights that do not have their hash", ", ".join(damaged))

    def look(self, before, out):
        """After a kill. Gives the trials."""
        if running := survivors(self.mark):
            self.find("still running", "; ".join(running))
        rows = rows_of(out)
        if missing := lost(before, rows):
            self.find("what had ended before is not as it was", missing[0])
        said = {int(number) for number in re.findall(rb"^trial (\d+) ", self.said.read_bytes(), re.MULTILINE)}
        if missing := sorted(said - ended(rows).keys()):
            self.find("said to have ended, but not in the study", f"trials {missing}")
        self.amid += 0 < len(ended(rows)) < len(ended(self.expected))
        return rows

    def play(self):
        self.undisturbed()
        rows, out = {}, None
        while self.kills < KILLS and not self.problems:
            if out is None:
                out = self.folder / f"killed{self.runs}"
                rows = {}
            process = self.start(out)
            # From moments in which nothing has begun yet to ones in which all is done.
            moment = self.moments.random() * self.length
            try:
                code = process.wait(moment)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            if code == -signal.SIGKILL:
                self.kills += 1
                rows = self.look(rows, out)
            elif code != 0:
                self.find(f"going on ended with {code}", self.said.read_text()[-1000:])
            else:
                self.compare(out)
                out = None
        if out is not None and not self.problems:
            code = self.start(out).wait()
            if code != 0:
                self.find(f"going on ended with {code}", self.said.read_text()[-1000:])
            self.compare(out)

    def told(self):
        return (f"{self.name}: {self.kills} kills, {self.amid} of them amid trials, over {self.runs} searches of "
                f"{len(self.expected)} trials and {self.length:.2f} s")


group = sys.argv[3]
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(10**6)
print(f"moments drawn from seed {seed}; to draw them again: kills.py HWNAS SOURCE {group} {seed}")
for name, make_job in CASES[group].items():
    with temporary_folder() as temporary:
        case = Case(name, make_job, pathlib.Path(temporary), seed)
        case.play()
        check(not case.problems, case.told() + "".join(f"\n    {problem}" for problem in case.problems))
finish()
