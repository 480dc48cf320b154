#!/usr/bin/env python3
"""How a search scales with its workers: usage: bench/workers.py HWNAS [OUT.svg] [--quick]

Starts a PostgreSQL server of its own, and prints
- for 1 to 64 workers whose evaluations sleep two seconds: efficiency, the share of the workers' time from the
  first claim on that went into evaluations;
- for a search of 10,000 trials by workers that answer at once: the search's own processor time a trial, in
  steps of a thousand trials, by random search, whose question costs next to nothing.
With OUT.svg, draws both (matplotlib)."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCE / "tests/end_to_end"))
import throwaway_postgresql  # noqa: E402
from made_jobs import write_categories  # noqa: E402

arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
HWNAS = pathlib.Path(arguments[0]).resolve()
PICTURE = arguments[1] if len(arguments) > 1 else None
QUICK = "--quick" in sys.argv
SECONDS = 2
ROUNDS = 5 if QUICK else 10
# Bash starts in two milliseconds, of which a fast interpreter takes twenty.
SLEEPER = ["bash", "-c", 'while read -r line; do id=${line##*\\"id\\":}; id=${id%%[,\\}]*}; sleep %s; '
                         'echo "{\\"id\\":$id,\\"values\\":{\\"top1\\":50}}"; done' % SECONDS]


def one_value(address, statement):
    return subprocess.run(["psql", "--no-psqlrc", "-qtA", address, "-c", statement], check=True, capture_output=True,
                          text=True).stdout.strip()


def write_job(folder, address, trials, workers, evaluator):
    job = {"name": "scaling", "space": "space.json", "costs": {"latency": "latency.json"},
           "objectives": [{"metric": "top1"}, {"metric": "latency", "unit": "ms"}], "strategy": {"name": "random"},
           "evaluator": evaluator, "budget": {"trials": trials}, "workers": workers, "deterministic": False, "seed": 1,
           "out": str(folder / "out"), "store": address}
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_workers(address, count):
    # The store is there before its workers.
    return [subprocess.Popen([HWNAS, "worker", address, "--idle", "120"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(count)]


def prepared(server, folder):
    address = server.fresh_database(folder.name)
    write_categories(folder, 10, 4)
    empty = folder / "empty.json"
    empty.write_text(json.dumps({"format": "hwnas-studies", "version": 1, "studies": [
        {"name": "none", "created": 0, "version": "0", "job": {}, "trials": []}]}))
    subprocess.run([HWNAS, "studies", "merge", address, empty], check=True, capture_output=True)
    return address


def efficiency(server, folder, workers):
    address = prepared(server, folder)
    trials = ROUNDS * workers
    job = write_job(folder, address, trials, workers,
                    {"name": "command", "command": SLEEPER, "metrics": {"top1": "%"}})
    started = start_workers(address, workers)
    time.sleep(0.5 + workers / 32)  # until all of them look for work
    search = subprocess.run([HWNAS, "search", job], capture_output=True, text=True)
    if search.returncode != 0:
        raise RuntimeError(search.stderr)
    for process in started:
        process.terminate()
    for process in started:
        process.wait()
    first, last, slept = (float(x) for x in one_value(
        address, "SELECT min(started), max(finished), sum(finished - started) FROM hwnas.trials WHERE state = 'complete'").split("|"))
    return trials * SECONDS / (workers * (last - first)), last - first


def own_time(server, folder):
    address = prepared(server, folder)
    trials = 2000 if QUICK else 10000
    job = write_job(folder, address, trials, 64, {"name": "choice-table", "values": {"top1": "quality.json"}})
    workers = start_workers(address, 4)
    with open(folder / "said", "w+") as said:
        search = subprocess.Popen([HWNAS, "search", job], stdout=subprocess.DEVNULL, stderr=said)
        points, before = [], (0, 0.0)
        while search.poll() is None:
            try:
                spent = processor_seconds(search.pid)
            except OSError:
                break
            ended = int(one_value(address, "SELECT count(*) FROM hwnas.trials WHERE told IS NOT NULL"))
            if ended >= before[0] + 1000:
                points.append((ended, 1000 * (spent - before[1]) / (ended - before[0])))
                before = (ended, spent)
            time.sleep(0.1)
        search.wait()
    for process in workers:
        process.terminate()
        process.wait()
    return points


efficiencies, times = [], []
try:
    SERVER = throwaway_postgresql.Server()
except throwaway_postgresql.Missing as missing:
    print(missing)
    sys.exit(0)
with SERVER as server, tempfile.TemporaryDirectory() as temporary:
    print("workers   efficiency   seconds from the first claim to the last end")
    for workers in [1, 4, 16, 64] if QUICK else [1, 2, 4, 8, 16, 32, 64]:
        folder = pathlib.Path(temporary) / f"workers_{workers}"
        folder.mkdir()
        share, seconds = efficiency(server, folder, workers)
        efficiencies.append((workers, share))
        print(f"{workers:7}   {share:10.3f}   {seconds:.2f}", flush=True)
    folder = pathlib.Path(temporary) / "own"
    folder.mkdir()
    print("trials told   the search's own milliseconds a trial since the line before")
    for ended, milliseconds in own_time(server, folder):
        times.append((ended, milliseconds))
        print(f"{ended:11}   {milliseconds:.2f}", flush=True)

if PICTURE:
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "hwnas"
    import matplotlib.pyplot as plt
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    left.semilogx(*zip(*efficiencies), "o-", base=2)
    left.axhline(0.95, color="grey", linewidth=0.8, linestyle="--")
    left.set(xlabel="workers", ylabel="efficiency", title=f"evaluations of {SECONDS} s", ylim=(0.8, 1.01))
    left.set_xticks([w for w, _ in efficiencies], [str(w) for w, _ in efficiencies])
    right.plot(*zip(*times), "o-")
    right.set(xlabel="trials in the study", ylabel="ms of processor a trial", title="the search's own time")
    right.set_ylim(0, max(5, 1.1 * max(t for _, t in times)))
    right.axhline(5, color="grey", linewidth=0.8, linestyle="--")
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})
    print("Written:", PICTURE)
