"""A device that a worker has and a search wants measured: the search waits for the worker, goes on when it is told to leave and
another one comes, measures nothing twice when it is run again, and tells why a device could not be measured."""
import json
import pathlib
import signal
import subprocess
import sys
import time

from made_jobs import network_job, rater
from support import HWNAS, check, finish, run, temporary_folder

# Takes the longer the larger the network is, counts what it is asked, and fails while a file is there.
BOARD = '''
import json, os, pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    if request["task"] == "describe":
        answer = {"context": {"engine": "made board", "version": "7"}}
    else:
        with (folder / "asked").open("a") as file:
            file.write("x")
        if (folder / "broken").exists():
            answer = {"error": "the board is on fire"}
        else:
            time.sleep(0.01)
            milliseconds = 0.1 + os.stat(request["model"]).st_size / 1e5
            answer = {"milliseconds": [milliseconds] * max(6, request["least_runs"])}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
'''


def start(*arguments):
    return subprocess.Popen([HWNAS, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(holds, seconds=60):
    """For as long as a slow machine may need; what did not come is the next check's to tell."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def asked(folder):
    return (folder / "asked").stat().st_size if (folder / "asked").exists() else 0


def device_of(store):
    status = run("slurm", "status", store, "--json")
    devices = json.loads(status.stdout)["devices"] if status.returncode == 0 else []
    return devices[0] if devices else {"state": status.stderr, "attempts": None}


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "board.py").write_text(BOARD)
    (folder / "board.json").write_text(json.dumps(
        {"name": "made board", "runner": "command", "command": [sys.executable, "-S", str(folder / "board.py"), str(folder)]}))
    table = folder / "board-table.json"
    device = {"name": "board", "profile": "board.json", "table": str(table), "measured_by": "board:made"}
    job = network_job(folder, "random", rater(), 6, devices=[device],
                      objectives=[{"metric": "top1"}, {"metric": "latency", "unit": "ms"}])
    store = folder / "out/study.sqlite"
    search = start("search", job)
    check(wait_until(lambda: store.exists() and device_of(store)["state"] == "waiting"),
          f"a search orders its device's table: {device_of(store)}")
    plain = run("worker", store, "--once")
    check(plain.returncode == 0 and asked(folder) == 0, f"a worker without the device does not measure it: {plain.stderr}")
    worker = start("worker", store, "--has", "board:made", "--only-measure")
    check(wait_until(lambda: asked(folder) > 20), f"one that has it measures: {asked(folder)} requests")
    check(device_of(store)["state"] == "claimed", f"as the status tells: {device_of(store)}")
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=60)[1]
    check(worker.returncode == 130 and "board for small given back" in said, f"when it is told to leave it gives the device back: {said}")
    check(device_of(store)["attempts"] == 0 and search.poll() is None, f"which counts no attempt: {device_of(store)}")
    second = run("worker", store, "--has", "board:made", "--only-measure", "--once")
    check(second.returncode == 0 and "1 device measured" in second.stderr, f"another one measures the rest: {second.stderr}")
    said = search.communicate(timeout=120)[1]
    check(search.returncode == 0, f"then the search goes on to its end {said[-800:] if search.returncode else ''}")
    check("by a worker with board:made" in said and "board is measured" in said, f"it says for what it waits: {said[:600]}")
    check(device_of(store)["state"] == "measured", f"its order is settled: {device_of(store)}")
    written = json.loads(table.read_text())
    check(written["rows"] and all(row["latency_ms"] > 0.1 for row in written["rows"]), "its table's file has what was measured")
    check(any(verdict["space"] == "small" for verdict in written["verdicts"]), "with the verdict of whole networks")

    before = asked(folder)
    table.unlink()
    again = run("search", job, "--resume", "--trials", "8")
    check(again.returncode == 0 and asked(folder) == before and table.exists(),
          f"run again without the file and without a worker it has the table from the store {again.stderr[-500:]}")

    (folder / "broken").touch()
    search = start("search", job, "--out", folder / "other", "--set", f"devices.0.table={folder}/other.json")
    other = folder / "other/study.sqlite"
    wait_until(lambda: other.exists() and device_of(other)["state"] == "waiting")
    failing = run("worker", other, "--has", "board:made", "--once")
    said = search.communicate(timeout=60)[1]
    check(search.returncode == 1 and "board could not be measured" in said and "on fire" in said,
          f"a search tells why its device could not be measured: {said}")
    (folder / "broken").unlink()
    search = start("search", job, "--out", folder / "other", "--set", f"devices.0.table={folder}/other.json", "--resume")
    wait_until(lambda: device_of(other)["state"] == "waiting")
    mended = run("worker", other, "--has", "board:made", "--once")
    said = search.communicate(timeout=120)[1]
    check(search.returncode == 0, f"and orders it anew when it is resumed {said[-500:] if search.returncode else ''}{mended.stderr}")

    wrong = run("validate", job, "--set", "devices.0.measured_by=a board")
    check(wrong.returncode == 2 and "board:pi4" in wrong.stderr, f"a tag that is none is told: {wrong.stderr}")
finish()
