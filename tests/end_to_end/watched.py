"""A search that is watched while it runs: what it holds after so many trials."""
import dataclasses
import os
import pathlib
import re
import subprocess
import time
import uuid

from leftovers import marked_environment, marked_processes, survivors


@dataclasses.dataclass
class Reading:
    """Of the search after that many trials. Its peak is of all trials until then."""
    trials: int
    peak_mib: float
    descriptors: int
    children: int


@dataclasses.dataclass
class Watched:
    code: int
    seconds: float
    cpu_seconds: float
    readings: list
    peak_mib: float  # of the whole, the writing of the results included
    left_running: list
    said: str        # the end of its standard error


def read_now(process, mark, trials):
    status = (pathlib.Path("/proc") / str(process) / "status").read_text()
    peak = int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024
    descriptors = len(os.listdir(f"/proc/{process}/fd"))
    return Reading(trials, peak, descriptors, len(marked_processes(mark)) - 1)


def watched_search(command, at):
    """Runs it. Reads after each of the numbers of trials in `at`, as the search tells of their ends."""
    mark = uuid.uuid4().hex
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env=marked_environment(mark))
    readings, ended, said = [], 0, ""
    for line in process.stderr:
        said = (said + line)[-2000:]
        ended += line.startswith("trial ")
        if line.startswith("trial ") and ended in at:
            readings.append(read_now(process.pid, mark, ended))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Watched(process.returncode, time.monotonic() - start,
                   usage.ru_utime + usage.ru_stime, readings, usage.ru_maxrss / 1024, survivors(mark), said)
