"""Searches whose jobs Slurm ends and puts back: at their time limit, for a job that comes first, and where a site forbids
it; and a submission that follows its study. Usage: cluster_requeue.py HWNAS SOURCE; part of scripts/cluster-test.sh."""
import os
import pathlib
import signal
import subprocess
import sys
import time

import throwaway_postgresql
from cluster_study import Submitted, throwaway_cluster

HWNAS = pathlib.Path(sys.argv[1]).resolve()
ONLY = sys.argv[3:]  # of the studies' names; all without
BEGIN = time.monotonic()
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def say(text):
    print(f"{time.monotonic() - BEGIN:6.1f} s  {text}", flush=True)


class Story:
    """What happens to a study, step after step: each a generator that yields until the world is as it wants it, so that
    several go on side by side."""

    def __init__(self, test, name, *arguments, server=None, **settings):
        self.slurm, self.server, self.name = test.slurm, server or test.server, name
        self.study = Submitted(HWNAS, test.folder / name, self.server, test.slurm, name, *arguments, **settings)
        self.expected = self.study.trials_of_an_undisturbed_search()
        self.steps = self.play()

    def until(self, holds, what, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                check(False, f"{self.name}: {what}, within {seconds} s; {self.state()}")
                return False
            yield
        say(f"{self.name}: {what}")
        return True

    def state(self):
        logs = "".join(f"\n== {path.name}\n{path.read_text(errors='replace')[-700:]}"
                       for path in sorted((self.study.folder / "out/slurm").glob("*.log")))
        return f"Slurm: {self.jobs()}; submission: {self.study.said()}{logs}"

    def jobs(self):
        return {kind: self.slurm.jobs(f"hwnas-{self.name}{kind}") for kind in ("", "-search")}

    def ended(self):
        return self.study.look()[0]

    def claimed(self):
        return self.study.look()[1]

    def end(self, seconds=90):
        yield from self.until(self.study.over, "all trials have ended and the results are written", seconds)
        found = self.study.trials_here()
        differing = [n for n in sorted(self.expected.keys() | found.keys()) if self.expected.get(n) != found.get(n)]
        check(not differing, f"{self.name}: its {len(found)} trials are those of an undisturbed search; {len(differing)} are not")


class Followed(Story):
    """Workers come as trials open and go when none does, whatever Slurm and the database do meanwhile."""

    def __init__(self, test):
        tools = test.folder / "tools"
        tools.mkdir()
        self.broken = test.folder / "squeue-is-broken"
        (tools / "squeue").write_text(f'#!/bin/sh\nif [ -e {self.broken} ]; then echo "Unable to contact slurm controller" >&2; '
                                      'exit 1; fi\nPATH="${PATH#*:}"\nexec squeue "$@"\n')
        (tools / "squeue").chmod(0o755)
        super().__init__(test, "followed", 60, 5, "--follow", "--every", 1, "--idle", 3, "--lease", 8, "--search-lease", 5,
                         seconds=1.5, sbatch=["--time=60", "--exclude=node4"],
                         # Of its own: what others lose while it is away is not what they are here for.
                         server=test.own_server, environment={"PATH": f"{tools}:{test.slurm.environment['PATH']}"})

    def play(self):
        yield from self.until(lambda: len(self.study.workers()) == 5 and self.ended() >= 5, "it grows to as many as there are trials")
        # A search that asks nothing
        search = self.study.searches()[0]
        os.kill(search, signal.SIGSTOP)
        yield from self.until(lambda: not self.study.workers() and not self.jobs()[""], "it shrinks to none without work", 30)
        self.broken.touch()
        yield from self.until(lambda: "Unable to contact slurm controller" in self.study.said(), "it tells an error of squeue")
        self.broken.unlink()
        os.kill(search, signal.SIGCONT)
        yield from self.until(lambda: len(self.study.workers()) == 5, "it grows again when the search goes on")
        self.server.call("kill")
        yield from self.until(lambda: "a server that can be reached" in self.study.said(), "it tells that the database is away")
        self.server.call("restart")
        yield from self.until(lambda: len(self.study.workers()) >= 3, "it goes on when the database is there again")
        # One that somebody cancels stays away; another one comes, since there is work.
        before = self.study.said().count("workers: ")
        if running := [job for job, state in self.jobs()[""].items() if state == "RUNNING"]:
            self.slurm.call("scancel", running[0])
        yield from self.until(lambda: self.study.said().count("workers: ") > before, "another worker comes in the place of one that was cancelled")
        yield from self.end()
        yield from self.until(lambda: self.study.submission.poll() is not None, "it ends with its search", 20)
        well = self.study.submission.returncode == 0 and "the search is over" in self.study.said()
        check(well, "followed: it says so" + ("" if well else self.state()))
        told = self.study.said().count("trying again")
        check(told <= 4, f"followed: an error that lasts is told once: {told} errors in all")


class Limited(Story):
    """Search and workers meet their time limit: they give back what they have, and come back."""

    def __init__(self, test):
        super().__init__(test, "limited", 40, 3, "--follow", "--every", 2, "--idle", 20, "--lease", 40, "--search-lease", 5,
                         seconds=3, sbatch=["--time=1", "--signal=B:TERM@30", "--exclude=node4"])

    def play(self):
        yield from self.until(lambda: self.study.logged("worker", "requeued as Slurm job") >= 3
                              and self.study.logged("search", "requeued as Slurm job") >= 1,
                              "search and workers put themselves back into the queue before their time is up", 90)
        yield from self.end()
        check(self.study.most_attempts == 1, f"limited: a trial that was given back counts no attempt: {self.study.most_attempts}")
        check(self.study.logged("worker", "submitted anew") + self.study.logged("worker", "neither") == 0, "limited: none is there twice")


class Preempted(Story):
    """A job of a higher partition takes the node: what runs there is told, checkpoints, and comes back afterwards."""

    def __init__(self, test):
        super().__init__(test, "preempted", 30, 2, "--idle", 60, "--lease", 40, "--search-lease", 5, seconds=3,
                         sbatch=["--time=60", "--nodelist=node4"])

    def play(self):
        yield from self.until(lambda: self.claimed() == 2 and self.ended() >= 2, "workers work")
        urgent = self.slurm.call("sbatch", "--parsable", "--partition=urgent", "--nodelist=node4", "--exclusive", "--time=5",
                                 "--output=/dev/null", "--job-name=urgent", "--wrap=sleep 5").strip()
        yield from self.until(lambda: self.slurm.call("squeue", "--noheader", "--format=%T", f"--jobs={urgent}").strip() == "RUNNING",
                              "the job that comes first has its node")
        yield from self.until(lambda: not self.study.workers() and not self.study.searches(), "nothing of the study runs meanwhile", 10)
        yield from self.until(lambda: self.study.workers() and self.study.searches(), "they are back", 60)
        yield from self.end()
        check(self.study.most_attempts == 1, f"preempted: a trial that was given back counts no attempt: {self.study.most_attempts}")
        back = self.study.logged("worker", "given back")
        check(back >= 1, f"preempted: {back} trials were given back {self.state() if not back else ''}")


class Anew(Story):
    """Where a job may not be requeued, it is submitted again."""

    def __init__(self, test):
        super().__init__(test, "anew", 14, 2, "--idle", 20, "--lease", 40, "--search-lease", 5, seconds=3,
                         sbatch=["--time=60", "--no-requeue", "--exclude=node4"])

    def play(self):
        yield from self.until(lambda: self.claimed() == 2 and self.ended() >= 2, "workers work")
        for name in ("hwnas-anew", "hwnas-anew-search"):
            self.slurm.call("scancel", "--batch", "--signal=TERM", f"--name={name}")
        yield from self.until(lambda: self.study.logged("worker", "submitted anew") == 2
                              and self.study.logged("search", "submitted anew") == 1, "each is submitted anew")
        yield from self.end()
        check(self.study.most_attempts == 1, f"anew: a trial that was given back counts no attempt: {self.study.most_attempts}")


class Test:
    def __init__(self, folder, server, own_server, slurm):
        self.folder, self.server, self.own_server, self.slurm = folder, server, own_server, slurm

    def play(self, kinds):
        stories = [kind(self) for kind in kinds if not ONLY or kind.__name__.lower() in ONLY]
        say("submitted")
        going = [story.steps for story in stories]
        while going:
            for steps in list(going):
                try:
                    next(steps)
                except StopIteration:
                    going.remove(steps)
            time.sleep(0.3)
        for story in stories:
            if story.study.submission.poll() is None:
                story.study.submission.kill()
            story.study.submission.wait()


with throwaway_cluster(HWNAS) as (temporary, server, slurm):
    folder = temporary / "test"
    folder.mkdir()
    with throwaway_postgresql.Server() as own_server:
        Test(folder, server, own_server, slurm).play([Followed, Limited, Preempted, Anew])
say("done")
sys.exit(1 if failures else 0)
