"""A strategy's next question follows from what the store holds, whichever process asks: searches in PostgreSQL that are
killed (-9) and gone on with elsewhere, from another folder, under another HOME, locale and time zone, have the trials of
an undisturbed one. Usage: replay.py HWNAS SOURCE [SEED]"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import throwaway_postgresql
from made_jobs import categorical_job
from support import HWNAS, check, finish, run, temporary_folder

# Slow enough to be killed amid its trials, by the command evaluator.
CASES = {"ppo": 60, "nsga2": 80, "regularised": 80, "random": 80}
FIDELITY = {"halving": 3000}
KILLS = 4
LEASE = "2"
ELSEWHERE = [{"LC_ALL": "C", "TZ": "UTC"}, {"LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu"}]


def lasting(store):
    trials = json.loads(run("studies", "export", store).stdout)["studies"][0]["trials"]
    for trial in trials:
        for key in ("host", "started", "finished", "cpu_seconds"):
            trial.pop(key)
    return trials


def play(name, make_job, server, folder, draw):
    alone = make_job(folder / "alone")
    result = run("search", alone)
    check(result.returncode == 0, f"{name}: an undisturbed search ends well {result.stderr[-500:] if result.returncode else ''}")
    expected = lasting(folder / "alone/out/study.sqlite")
    address = server.fresh_database(name)
    amid = 0
    for turn in range(KILLS + 1):
        place = folder / f"elsewhere{turn}"
        job = make_job(place)
        (place / "home").mkdir()
        environment = {**os.environ, **ELSEWHERE[turn % 2], "HOME": str(place / "home")}
        with open(place / "said", "w") as said:
            search = subprocess.Popen([HWNAS, "search", job, "--resume", "--set", f"store={address}", "--set",
                                       "evaluate=here", "--lease", LEASE], stdout=subprocess.DEVNULL, stderr=said, cwd=place / "home",
                                      env=environment)
        if turn < KILLS:
            # In the turn's own part of the trials.
            most = len(expected) * (turn + draw.random()) / (KILLS + 1)
            while search.poll() is None and len(server.rows("SELECT number FROM trials", address)) < most:
                time.sleep(0.005)
            search.kill()
            amid += search.wait() == -signal.SIGKILL and len(server.rows("SELECT number FROM trials", address)) > 0
        else:
            check(search.wait(120) == 0, f"{name}: the last one ends well: {(place / 'said').read_text()[-500:]}")
    found = lasting(address)
    differing = [i for i, (a, b) in enumerate(zip(expected, found)) if a != b]
    example = f"; trial {differing[0]} was {expected[differing[0]]} and is {found[differing[0]]}" if differing else ""
    check(amid >= 1, f"{name}: {amid} of {KILLS} searches were killed amid their trials")
    check(len(found) == len(expected) and not differing,
          f"{name}: {len(found)} trials, of {len(expected)}, {len(differing)} of them otherwise{example}")


seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**6)
print(f"moments drawn from seed {seed}; to draw them again: replay.py HWNAS SOURCE {seed}")
try:
    server = throwaway_postgresql.Server()
except throwaway_postgresql.Missing as missing:
    print(missing)
    sys.exit(0)
try:
    draw = random.Random(seed)
    with temporary_folder() as temporary:
        for name, trials in CASES.items():
            play(name, lambda where, n=name, t=trials: categorical_job(where, n, "command", t, workers=3), server,
                 pathlib.Path(temporary) / name, draw)
        for name, trials in FIDELITY.items():
            play(name, lambda where, n=name, t=trials: categorical_job(where, n, "with fidelity", t, workers=3), server,
                 pathlib.Path(temporary) / name, draw)
finally:
    server.call("stop")
finish()
