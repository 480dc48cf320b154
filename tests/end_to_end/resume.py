"""A search that is killed (-9) at five random moments and resumed gives the trials of
one that was left alone: architectures, seeds, figures and weights, to the last bit."""
import pathlib
import random
import shutil
import signal
import subprocess
import time

from support import HWNAS, check, finish, need_images, run, small_job, temporary_folder, trials

need_images()
with temporary_folder() as name:
    folder = pathlib.Path(name)
    whole = folder / "whole"
    start = time.monotonic()
    result = run("search", small_job(whole))
    length = time.monotonic() - start
    check(result.returncode == 0, f"the undisturbed run ends well {result.stderr[-500:] if result.returncode else ''}")
    expected = trials(whole)
    check(len(expected) >= 8 and {"number", "seed"} <= set(expected[0]), f"it has {len(expected)} trials to compare")

    killed = folder / "killed"
    job = small_job(killed)
    shutil.copy(whole / "table.json", killed / "table.json")  # the same costs
    seed = random.SystemRandom().randrange(10**6)
    print("kill moments drawn from seed", seed)
    moments = random.Random(seed)
    kills = 0
    finished_before = 0
    while kills < 5:
        process = subprocess.Popen([HWNAS, "search", str(job), "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(moments.uniform(0.2, max(1.5, 0.6 * length)))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        if process.returncode == 0:
            break
        if process.returncode != -signal.SIGKILL:
            check(False, f"resuming ended with {process.returncode}: {process.stderr.read().decode()[-500:]}")
            break
        if (killed / "out/study.sqlite").exists():
            try:
                finished = sum(row["told"] is not None for row in trials(killed))
            except Exception:  # killed while the study was being made
                finished = 0
            check(finished >= finished_before, f"kill {kills}: {finished} finished trials, none of {finished_before} lost")
            finished_before = finished
    result = run("search", job, "--resume")
    check(result.returncode == 0, f"the last resumption ends well {result.stderr[-500:] if result.returncode else ''}")
    check(trials(killed) == expected, f"after {kills} kills the trials equal the undisturbed run's")
    if trials(killed) != expected:
        for a, b in zip(expected, trials(killed)):
            if a != b:
                print(a, b, sep="\n")
finish()
