"""A search over networks whose trainer is another program (examples/pytorch/job.json): what it is asked,
what becomes of its answers, refusals and silence, and of it when the search is interrupted."""
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
import uuid

from leftovers import files_in, marked_environment, survivors
from made_jobs import network_job
from support import HWNAS, check, finish, temporary_folder

PROGRAM = pathlib.Path(__file__).parent / "foreign_program.py"


def job_in(folder, trials, *arguments, **changes):
    command = [sys.executable, "-S", "-E", str(PROGRAM), str(folder / "log"), *arguments]
    evaluator = {"name": "command", "command": command,
                 "metrics": {"top1": "%", "loss": "nats"}, "time_limit_s": 1.5, "memory_limit_mib": 1000,
                 "budget": {"epochs": 1, "train_images": 100}}
    folder.mkdir()
    return network_job(folder, "random", evaluator, trials, **changes)


def rows_of(folder):
    with sqlite3.connect(f"file:{folder / 'out/study.sqlite'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("SELECT * FROM trials ORDER BY number")]


def requests_of(folder):
    path = folder / "log"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def start(job, mark, *arguments):
    return subprocess.Popen([HWNAS, "search", str(job), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=marked_environment(mark))


def check_answers(folder):
    mark = uuid.uuid4().hex
    process = start(job_in(folder, 8), mark)
    output, errors = process.communicate()
    check(process.returncode == 0, f"the search ends well {errors[-500:] if process.returncode else ''}")
    running = survivors(mark)
    check(not running, f"nothing of it runs on {running or ''}")

    rows, requests = [row for row in rows_of(folder) if row["state"] != "duplicate"], requests_of(folder)
    check(len(requests) == len(rows) == 9,
          f"the reference and 8 trials: {len(requests)} requests for {len(rows)} trials")
    keys = {tuple(sorted(request)) for request in requests}
    check(keys == {("architecture", "budget", "graph", "id", "seed")}, f"a request has {keys}")
    ids = [request["id"] for request in requests]
    check(ids == list(range(1, 10)), f"ids count up, over the end of the silent program: {ids}")
    for row, request in zip(rows, requests):
        same = (request["architecture"], str(request["seed"])) == (json.loads(row["choices"]), row["seed"])
        check(same, f"request {request['id']} asks for trial {row['number']}'s choices and seed")
    check(all(request["budget"] == {"epochs": 1, "train_images": 100} for request in requests), "with the job's budget")
    graph = requests[0]["graph"]
    check(graph["input"] == [1, 8, 8] and graph["nodes"][-1]["op"] == "Gemm" and graph["nodes"][-1]["features"] == 4,
          f"and the network, whose end is {graph['nodes'][-1]}")

    states = [row["state"] for row in rows]
    expected = ["failed" if place in (2, 4, 5) else "complete" for place in range(1, 10)]
    check(states == expected, f"trials end as they were answered: {states}")
    for place, (row, request) in enumerate(zip(rows, requests), 1):
        if row["state"] != "complete":
            continue
        filters = sum(node.get("filters", 0) for node in request["graph"]["nodes"])
        values = json.loads(row["values"])
        right = values["top1"] == filters % 100 / 2 and values["loss"] == request["seed"] % 7 and values["macs"] > 0
        right = right and json.loads(row["details"]) == {"filters": filters}
        check(right, f"trial {row['number']} has its answer: {values}")
    check("tried to allocate 2 GiB" in rows[1]["error"], f"a refusal's reason is kept: {rows[1]['error']}")
    check("gave no answer within 1.5 s" in rows[3]["error"], f"silence is told: {rows[3]['error']}")
    check("failed: CUDA out of memory" in errors, "the reason is shown when the trial ends")
    summary = (folder / "out/summary.md").read_text()
    check("2x (first: trial 1) CUDA out of memory" in summary
          and "gave no answer within 1.5 s" in summary, f"the summary counts failures by their reason:\n{summary}")
    check("3 failed" in output, "so does what is printed")
    failed = {row["architecture"] for row in rows if row["state"] == "failed"} - {
        row["architecture"] for row in rows if row["state"] == "complete"}
    front = {entry["id"] for entry in json.loads((folder / "out/pareto.json").read_text())["front"]}
    check(front and not front & failed, f"the front holds none that failed: {sorted(front)}")


def check_interruption(folder):
    mark = uuid.uuid4().hex
    job = job_in(folder, 40, "0.2", reference=False, workers=2)
    process = start(job, mark)
    deadline = time.monotonic() + 60
    while len(requests_of(folder)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    interrupted = time.monotonic()
    _, errors = process.communicate()
    took = time.monotonic() - interrupted
    check(process.returncode == 130, f"interrupted, it ends with {process.returncode} {errors[-500:]}")
    check(took < 10, f"{took:.1f} s later")
    check(f"hwnas search {job} --resume" in errors, "and says how to go on")
    running = survivors(mark)
    check(not running, f"nothing of it runs on {running or ''}")
    left = [name for name in files_in(folder / "out") if name.endswith(("-wal", "-shm", ".new")) or name.count(".") > 1]
    check(not left, f"no temporary file is left {left or ''}")
    before = rows_of(folder)
    ended = [row for row in before if row["state"] in ("complete", "failed")]
    asked = [row["number"] for row in before if row["state"] == "running"]
    check(len(ended) >= 2 and asked, f"{len(ended)} trials had ended, {asked} had not")
    process = start(job, mark, "--resume", "--trials", "8")
    _, errors = process.communicate()
    after = rows_of(folder)
    check(process.returncode == 0, f"going on ends well {errors[-500:] if process.returncode else ''}")
    check(all(row["state"] != "running" for row in after) and len(after) >= 8, "with all trials ended")
    kept = {row["number"]: {**row, "told": None} for row in after}
    check(all(kept[row["number"]] == {**row, "told": None} for row in ended), "those that had ended are as they were")


with temporary_folder() as name:
    check_answers(pathlib.Path(name) / "answers")
    check_interruption(pathlib.Path(name) / "interruption")
finish()
