"""Workers of one machine over a file of SQLite, as a user runs them: the same trials as one process, workers
that leave, wrong input; passwords in addresses."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import uuid

from made_jobs import categorical_job
from support import HWNAS, check, finish, run, temporary_folder


def exported(store):
    trials = json.loads(run("studies", "export", store).stdout)["studies"][0]["trials"]
    for trial in trials:
        for key in ("host", "started", "finished", "cpu_seconds"):
            trial.pop(key)
    return trials


def start(*arguments):
    return subprocess.Popen([HWNAS, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(holds, seconds=60):
    """For as long as a slow machine may need; what did not come is the next check's to tell."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)


def wait_for(store):
    wait_until(pathlib.Path(store).exists)


def first_task(store):
    status = run("slurm", "status", store, "--json")
    tasks = json.loads(status.stdout)["tasks"] if status.returncode == 0 else []
    return tasks[0] if tasks else {"state": status.stderr, "attempts": None}


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    job = categorical_job(folder, "nsga2", "command", 60, workers=4)
    alone = run("search", job, "--out", folder / "alone")
    check(alone.returncode == 0, f"one process ends well {alone.stderr[-500:] if alone.returncode else ''}")
    expected = exported(folder / "alone/study.sqlite")

    store = folder / "shared/study.sqlite"
    search = start("search", job, "--out", folder / "shared", "--set", "evaluate=workers")
    wait_for(store)
    workers = [start("worker", store, "--idle", "10") for _ in range(3)]
    said = search.communicate(timeout=120)[1]
    check(search.returncode == 0, f"a search by workers ends well {said[-500:] if search.returncode else ''}")
    check("hwnas worker " + str(store) in said, "it says how workers are started")
    ends = [worker.communicate(timeout=60)[1] for worker in workers]
    check([worker.returncode for worker in workers] == [0, 0, 0], "idle workers leave")
    check(all("complete" in text for text in ends), "each of them worked")
    check(exported(store) == expected, "its trials are those of one process")

    here = run("search", job, "--out", folder / "here", "--set", "evaluate=workers", "--workers-here", "2")
    check(here.returncode == 0 and exported(folder / "here/study.sqlite") == expected, "so are those of workers in its process")

    # A worker that is told to leave, and one at a time
    slow = json.loads(job.read_text())
    slow["evaluator"] = {"name": "command", "command": ["sh", "-c", "while read -r line; do sleep 60; done"], "metrics": {"top1": "%"}}
    (folder / "slow.json").write_text(json.dumps({**slow, "name": "slow"}))
    arguments = ("search", folder / "slow.json", "--out", folder / "slow", "--set", "evaluate=workers", "--set", "workers=1", "--lease", "5")
    search = start(*arguments)
    wait_for(folder / "slow/study.sqlite")
    worker = start("worker", folder / "slow/study.sqlite")
    wait_until(lambda: worker.poll() is not None or first_task(folder / "slow/study.sqlite")["state"] == "claimed")
    task = first_task(folder / "slow/study.sqlite")
    check(task["state"] == "claimed" and task["attempts"] == 1, f"its status tells the claim: {task}")
    log = folder / "standby.log"
    standby = subprocess.Popen([HWNAS, *map(str, arguments), "--resume"], stderr=log.open("w"))
    wait_until(lambda: "waiting as its standby" in log.read_text())
    check("waiting as its standby" in log.read_text(), f"a second search waits: {log.read_text()}")
    check("by workers" not in log.read_text(), "and does not search meanwhile")
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=30)[1]
    check(worker.returncode == 130 and "given back" in said, f"a worker that is told to leave gives its trial back: {said}")
    task = first_task(folder / "slow/study.sqlite")
    check(task["state"] == "waiting" and task["attempts"] == 0, f"which counts no attempt: {task}")
    search.kill()
    search.wait()

    wait_until(lambda: "by workers" in log.read_text())
    check("by workers" in log.read_text(), f"the standby leads once the search is killed: {log.read_text()}")
    plain = run("slurm", "status", folder / "slow/study.sqlite").stdout
    check("search: on " in plain and "queue: 1 waiting" in plain, f"which the status tells: {plain}")
    standby.send_signal(signal.SIGINT)
    check(standby.wait(timeout=60) == 130, "a search that waits for workers can be interrupted")

    # GPUs: one for each worker, by its UUID, until that ends
    tools = folder / "tools"
    tools.mkdir()
    names = [f"GPU-{uuid.uuid4()}" for _ in range(2)]
    listing = "".join(f"echo '{i}, {name}'\n" for i, name in enumerate(names))
    (tools / "nvidia-smi").write_text("#!/bin/sh\n" + listing)
    (tools / "nvidia-smi").chmod(0o755)
    answer = """echo "{\\"id\\":$id,\\"values\\":{\\"top1\\":50},\\"details\\":{\\"gpu\\":\\"$CUDA_VISIBLE_DEVICES\\"}}"; """
    sees = 'while read -r line; do id=${line##*\\"id\\":}; id=${id%%[,\\}]*}; sleep 0.1; ' + answer + "done"
    on_gpu = {**json.loads(job.read_text()), "name": "on-gpu", "needs": ["gpu"], "budget": {"trials": 24},
              "evaluator": {"name": "command", "command": ["bash", "-c", sees], "metrics": {"top1": "%"}}}
    (folder / "on-gpu.json").write_text(json.dumps(on_gpu))
    store = folder / "gpu/study.sqlite"

    def start_seeing(shown, *arguments):
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        environment.pop("CUDA_VISIBLE_DEVICES", None)
        if shown is not None:
            environment["CUDA_VISIBLE_DEVICES"] = shown
        return subprocess.Popen([HWNAS, "worker", str(store), "--has", "gpu", *arguments], stderr=subprocess.PIPE, text=True,
                                env=environment)

    search = start("search", folder / "on-gpu.json", "--out", folder / "gpu", "--set", "evaluate=workers")
    wait_for(store)
    holders = [start_seeing(shown, "--idle", "60") for shown in (None, "0,1")]
    said = search.communicate(timeout=120)[1]
    check(search.returncode == 0, f"a search by workers with GPUs ends well {said[-500:] if search.returncode else ''}")
    seen = {trial["details"].get("gpu") for trial in json.loads(run("studies", "export", store).stdout)["studies"][0]["trials"]
            if trial["state"] == "complete"}
    check(seen == set(names), f"trainings of two workers saw one GPU each, by its UUID: {sorted(map(str, seen))}, of {sorted(names)}")
    third = start_seeing("1", "--once")
    said = third.communicate(timeout=60)[1]
    check(third.returncode == 1 and "--share-gpu" in said, f"a third one finds none free, and says what to do: {said}")
    third = start_seeing("1", "--once", "--share-gpu")
    check(third.wait(60) == 0, f"unless it may share one: {third.stderr.read()}")
    holders[0].kill()
    holders[0].communicate()
    third = start_seeing(None, "--once")
    check(third.wait(60) == 0, f"that of a worker that was killed is free again: {third.stderr.read()}")
    third = start_seeing("", "--once")
    said = third.communicate(timeout=60)[1]
    check(third.returncode == 2 and "CUDA_VISIBLE_DEVICES" in said, f"one that is shown none says so: {said}")
    holders[1].terminate()
    holders[1].communicate(timeout=30)
    for name in names:
        pathlib.Path(f"/tmp/hwnas-{os.geteuid()}/gpu-{name}").unlink(missing_ok=True)

    # Files that are not there, or say something else
    (folder / "elsewhere").mkdir()
    result = run("worker", folder / "slow/study.sqlite", "--study", "slow", "--once", "--job-folder", folder / "elsewhere")
    check(result.returncode == 2 and "space.json" in result.stderr, f"a worker without the job's files says which: {result.stderr}")
    result = run("worker", folder / "none.sqlite")
    check(result.returncode == 2 and "no such file" in result.stderr, "a missing store is wrong input")
    result = run("search", job, "--out", folder / "x", "--workers-here", "2")
    check(result.returncode == 2 and "--workers-here" in result.stderr, "workers here need a job that leaves trials to workers")
    result = run("slurm", "submit", job, "--set", "evaluate=workers", "--dry-run")
    check(result.returncode == 2 and "a file of SQLite" in result.stderr, "Slurm's nodes cannot share a file of SQLite")
    result = run("slurm", "submit", job, "--set", "store=postgresql://db/nas", "--partition", "p", "--dry-run", "--", "--account=me")
    check(result.returncode == 0 and "#SBATCH --account=me" in result.stdout, "what would be submitted can be seen")

    # Passwords
    secret = "postgresql://me:hush@db.example.org/nas"
    for what, arguments in (("validate", ("validate", job, "--set", f"store={secret}")),
                            ("search", ("search", job, "--set", f"store={secret}")),
                            ("front", ("front", secret)), ("studies", ("studies", secret)),
                            ("worker", ("worker", secret)), ("slurm status", ("slurm", "status", secret)),
                            ("inspect", ("inspect", secret))):
        result = run(*arguments)
        check(result.returncode == 2 and ".pgpass" in result.stderr and "hush" not in result.stdout + result.stderr,
              f"{what} refuses a password and does not show it: {result.stderr}")
finish()
