"""What tests of searches under Slurm share: an evaluator that takes its time, and a study that is submitted."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import throwaway_postgresql
import throwaway_slurm
from made_jobs import write_categories

# Answers by what is asked, after the seconds that the environment says; one in twenty-five fails.
RATER = '''
import hashlib, json, os, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    digest = hashlib.sha256(json.dumps([asked["architecture"], asked["seed"]], sort_keys=True).encode()).digest()
    time.sleep(float(os.environ.get("RATER_SECONDS", "0")) * (0.5 + digest[0] / 255))
    answer = {"error": "loss is infinite"} if digest[1] < 10 else {"values": {"top1": digest[2] / 255 * 100}}
    print(json.dumps({"id": asked["id"], **answer}), flush=True)
'''


PASSWORD = "secret-of-the-test"


@contextlib.contextmanager
def throwaway_cluster(program):
    """A folder, a PostgreSQL server and a Slurm; all that runs of the program there is ended with them. Ends the test
    where they are not to be had."""
    if missing := throwaway_slurm.missing():
        print(f"SKIPPED: no {missing} (slurm-wlm, munge)")
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="hwnas-cluster-") as temporary:
        pathlib.Path(temporary).chmod(0o755)
        os.environ["PGPASSWORD"] = PASSWORD
        try:
            server = throwaway_postgresql.Server()
        except throwaway_postgresql.Missing as missing:
            print(missing)
            sys.exit(0)
        slurm = throwaway_slurm.Slurm(pathlib.Path(temporary) / "slurm")
        try:
            slurm.start()
            yield pathlib.Path(temporary), server, slurm
        finally:
            for number in processes(program):
                with contextlib.suppress(OSError):
                    if any(place in pathlib.Path(f"/proc/{number}/cmdline").read_text() for place in (temporary, server.folder)):
                        os.kill(number, signal.SIGKILL)
            slurm.stop()
            server.call("stop")


def write_job(folder, name, trials, workers, **settings):
    """A search of a made space of named choices by that evaluator, with all its files. Gives the job's file."""
    write_categories(folder, 8, 4)
    (folder / "rater.py").write_text(RATER)
    job = {"name": name, "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1"}, {"metric": "latency", "unit": "ms"}],
           "strategy": {"name": "evolution", "population": 24},
           "evaluator": {"name": "command", "command": [sys.executable, "-S", "-E", str(folder / "rater.py")],
                         "metrics": {"top1": "%"}},
           "budget": {"trials": trials}, "workers": workers, "seed": 11, "out": str(folder / "out"), **settings}
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def processes(program, *words):
    """Process numbers of the program whose command has all of these words, in this order of age."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if command[0] == str(program) and all(word in command for word in words):
            found.append(int(path.parent.name))
    return sorted(found)


class Submitted:
    """A study of its own in a database of its own, submitted to Slurm; with `follow` the submission stays."""

    def __init__(self, program, folder, server, slurm, name, trials, workers, *options, seconds, sbatch=(), environment=None,
                 **settings):
        self.program, self.folder, self.server, self.slurm, self.name, self.trials = program, folder, server, slurm, name, trials
        self.address = server.fresh_database(name)
        self.job = write_job(folder, name, trials, workers, **settings)
        self.most_attempts = 0
        self.said_path = folder / "submission.log"
        with self.said_path.open("wb") as said:
            self.submission = subprocess.Popen(
                [program, "slurm", "submit", self.job, "--set", f"store={self.address}", "--partition", "test", "--workers",
                 str(workers), *map(str, options), "--", *sbatch],
                env={**slurm.environment, "RATER_SECONDS": str(seconds), **(environment or {})}, cwd=folder,
                stdout=said, stderr=said)

    def said(self):
        return self.said_path.read_text(errors="replace")

    def workers(self):
        return processes(self.program, "worker", self.address)

    def searches(self):
        return processes(self.program, "search", str(self.job))

    def logged(self, kind, what):
        """How often the workers' or the search's logs say so."""
        return sum(path.read_text(errors="replace").count(what) for path in (self.folder / "out/slurm").glob(f"{kind}-*.log"))

    def look(self):
        """Trials that have ended and tasks that are claimed; and how often one was claimed at most so far."""
        tasks = self.server.rows("SELECT state, attempts FROM tasks", self.address)
        self.most_attempts = max([self.most_attempts, *(task["attempts"] for task in tasks)])
        ended = self.server.rows("SELECT count(*) AS n FROM trials WHERE state IN ('complete', 'failed')",
                                 self.address)
        return ended[0]["n"] if ended else 0, sum(task["state"] == "claimed" for task in tasks)

    def over(self):
        return self.look()[0] >= self.trials and (self.folder / "out/pareto.json").exists()

    def trials_of_an_undisturbed_search(self):
        """By one process, over a file of SQLite, without sleep."""
        subprocess.run([self.program, "search", self.job, "--out", self.folder / "alone"], capture_output=True, check=True)
        return lasting(self.program, self.folder / "alone/study.sqlite")

    def trials_here(self):
        return lasting(self.program, self.address)


def lasting(program, store):
    """A study's trials, by number, without what no two runs share."""
    said = subprocess.run([program, "studies", "export", store], capture_output=True, text=True, check=True).stdout
    trials = json.loads(said)["studies"][0]["trials"]
    for trial in trials:
        for key in ("host", "started", "finished", "cpu_seconds"):
            trial.pop(key)
    return {trial["number"]: trial for trial in trials}
