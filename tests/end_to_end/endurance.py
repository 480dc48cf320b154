"""A long search holds no more than a short one: after 2,000 trials as many descriptors and processes as
after 500, about as much memory, and nothing of it runs on. (bench/endurance.py shows the figures.)"""
import pathlib

from made_jobs import categorical_job, write_categories
from support import HWNAS, check, finish, temporary_folder
from watched import watched_search

# What a search knows of 1,500 more trials, in which no figure of a network's weights or images is.
MORE_MIB = 6
DESCRIPTORS_OF_A_PROGRAM = 5


def watch(what, strategy, evaluator, short, long, **changes):
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        if evaluator == "choice-table":
            write_categories(folder, 8, 5)
        job = categorical_job(folder, strategy, evaluator, long, **changes)
        run = watched_search([HWNAS, "search", str(job)], [short, long])
    if run.code != 0 or len(run.readings) != 2:
        check(False, f"{what}: ended with {run.code} after less than {long} trials: {run.said}")
        return
    first, last = run.readings
    check(last.peak_mib <= first.peak_mib + MORE_MIB,
          f"{what}: {first.peak_mib:.1f} MiB at most in {short} trials, {last.peak_mib:.1f} in {long}")
    workers = changes["workers"]
    programs = evaluator == "command"
    # Where programs crash and are started anew, some are just on their way.
    more = DESCRIPTORS_OF_A_PROGRAM * workers if programs else 0
    check(last.descriptors <= first.descriptors + more,
          f"{what}: {first.descriptors} descriptors, then {last.descriptors}")
    check(last.children <= (workers if programs else 0),
          f"{what}: {first.children} child processes, then {last.children}")
    check(not run.left_running, f"{what}: nothing runs on {run.left_running or ''}")


for strategy in ("evolution", "random"):
    for workers in (1, 4):
        watch(f"{strategy}, {workers} workers", strategy, "choice-table", 500, 2000, workers=workers)
watch("reinforce, 4 workers", "reinforce", "choice-table", 200, 600, workers=4)
# Its program crashes at four in a hundred: thirty times more after the first reading.
watch("random by a program, 4 workers", "random", "command", 50, 800, workers=4)
finish()
