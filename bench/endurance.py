#!/usr/bin/env python3
"""Ten thousand tabulated trials: how long each strategy takes over them, what memory, descriptors and
processes the search holds after 1,000, 5,000 and 10,000, and how large the study becomes.

The space is made: 8 choices of 5 values, 390,625 architectures, rated by a table of choices. "asked" counts
duplicates too: what a strategy asks for again costs it and the study as much, but no evaluation."""
import argparse
import os
import pathlib
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/end_to_end"))
from made_jobs import categorical_job, write_categories
from watched import watched_search

STRATEGIES = ("evolution", "random", "reinforce")

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("hwnas", help="the program, build/release/hwnas")
arguments.add_argument("--trials", type=int, default=10_000)
arguments.add_argument("--workers", type=int, nargs="+", default=[1, 4])
arguments.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=STRATEGIES)
arguments.add_argument("--folder", help="where the studies are written, and removed again (the system's)")
options = arguments.parse_args()

at = [options.trials // 10, options.trials // 2, options.trials]
after = ", ".join(f"{n:,}" for n in at)
print(f"on {os.cpu_count()} cores; peak memory, descriptors and child processes after {after} trials\n")
print("strategy   workers  seconds  of CPU    asked  asked/s  peak MiB            at the end"
      "  descriptors  children  left  study MiB")
failed = False
for strategy in options.strategies:
    for workers in options.workers:
        with tempfile.TemporaryDirectory(prefix="hwnas-endurance-", dir=options.folder) as name:
            folder = pathlib.Path(name)
            write_categories(folder, 8, 5)
            job = categorical_job(folder, strategy, "choice-table", options.trials, workers=workers)
            run = watched_search([options.hwnas, "search", str(job)], at)
            if run.code != 0 or len(run.readings) != len(at):
                print(f"{strategy}, {workers} workers: ended with {run.code} before all trials: {run.said}")
                failed = True
                continue
            with sqlite3.connect(folder / "out/study.sqlite") as study:
                asked, = study.execute("SELECT count(*) FROM trials").fetchone()
            size = sum(path.stat().st_size for path in folder.glob("out/study.sqlite*")) / 2**20
            column = lambda key, form="d": " ".join(format(getattr(reading, key), form) for reading in run.readings)
            print(f"{strategy:<10} {workers:>7} {run.seconds:>8.1f} {run.cpu_seconds:>7.1f} {asked:>8,} "
                  f"{asked / run.seconds:>8,.0f}  "
                  f"{column('peak_mib', '.1f'):<18} {run.peak_mib:>11.1f}  {column('descriptors'):<11}  "
                  f"{column('children'):<8} {len(run.left_running):>5} {size:>10.1f}", flush=True)
            failed = failed or bool(run.left_running)
sys.exit(failed)
