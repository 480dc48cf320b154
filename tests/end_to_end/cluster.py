"""A search on a cluster, under blows. Usage: cluster.py HWNAS SOURCE [--soak MINUTES] [--seed N];
scripts/cluster-test.sh tells what it does."""
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

from cluster_study import PASSWORD, lasting, processes, throwaway_cluster, write_job

HWNAS, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
SOAK = float(options.get("--soak", 0))
SEED = int(options.get("--seed", random.SystemRandom().randrange(10**6)))
NAME = "cluster"
WORKERS = 12
SECONDS = 1.2       # of an evaluation
LEASE = 5           # seconds, of a worker's claim
SEARCH_LEASE = 5
TRIALS = 240 if not SOAK else max(240, int(SOAK * 60 * WORKERS / SECONDS / 2))
LASTING = "number, architecture, choices, repeat, seed, budget, parent, state, \"values\", error, duplicate_of, told, weights, notes"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def say(text):
    print(f"{time.monotonic() - BEGIN:6.1f} s  {text}", flush=True)


def hwnas(*arguments, environment=None, cwd=None):
    return subprocess.run([HWNAS, *map(str, arguments)], capture_output=True, text=True, env=environment, cwd=cwd)


class Test:
    def __init__(self, folder, server, slurm):
        self.folder, self.server, self.slurm = folder, server, slurm
        self.draw = random.Random(SEED)
        self.seen = {}
        self.blows = {}
        self.environment = {**slurm.environment, "RATER_SECONDS": str(SECONDS)}
        self.job = write_job(folder, NAME, TRIALS, WORKERS, attempts=20)

    def undisturbed(self):
        """The trials to be had: one process, a file of SQLite, no sleep."""
        result = hwnas("search", self.job, "--out", self.folder / "alone")
        check(result.returncode == 0, f"an undisturbed search ends well {result.stderr[-800:] if result.returncode else ''}")
        return lasting(HWNAS, self.folder / "alone/study.sqlite")

    def submit(self):
        result = hwnas("slurm", "submit", self.job, "--set", f"store={self.server.address}", "--partition", "test",
                       "--workers", WORKERS, "--idle", 20, "--lease", LEASE, "--search-lease", SEARCH_LEASE, "--", "--time=60",
                       environment=self.environment, cwd=self.folder)
        if result.returncode != 0:
            say(f"submitting: {result.stderr.strip()}")
        return result

    def look(self):
        """What has ended is as it was when it was first seen."""
        rows = self.server.rows(f"SELECT {LASTING} FROM trials WHERE state IN ('complete', 'failed')")
        for row in rows:
            before = self.seen.setdefault(row["number"], row)
            if before["told"] is None:
                before = self.seen[row["number"]] = {**before, "told": row["told"]}
            if before != row:
                check(False, f"trial {row['number']} was {before} and is {row}")
        if rows and len(rows) < len(self.seen):
            check(False, f"{len(self.seen) - len(rows)} trials that had ended are gone")
        return len(self.seen)

    # The blows

    def workers(self):
        return processes(HWNAS, "worker", self.server.address)

    def searches(self):
        return processes(HWNAS, "search", str(self.job))

    def worker(self):
        workers = self.workers()
        return self.draw.choice(workers) if workers else None

    def kill_workers(self):
        for _ in range(2):
            if (victim := self.worker()) is not None:
                os.kill(victim, signal.SIGKILL)

    def stop_worker(self):
        # Several, since one may just be between two trials.
        victims = {self.worker() for _ in range(6)} - {None}
        for victim in victims:
            os.kill(victim, signal.SIGSTOP)
        time.sleep(LEASE + 3)
        for victim in victims:
            os.kill(victim, signal.SIGCONT)

    def kill_node(self):
        node = self.draw.choice(self.slurm.nodes)
        self.slurm.kill_node(node)
        time.sleep(3)
        self.slurm.start_node(node)

    def kill_search(self):
        for victim in self.searches():
            os.kill(victim, signal.SIGKILL)
        time.sleep(1)

    def stop_search(self):
        """Past its lease, while another one takes over; when it goes on, it can write nothing."""
        victims = self.searches()
        if not victims:
            return
        os.kill(victims[0], signal.SIGSTOP)
        standby = subprocess.Popen([HWNAS, "search", self.job, "--set", f"store={self.server.address}", "--resume", "--lease",
                                    str(SEARCH_LEASE)], stdout=subprocess.DEVNULL, stderr=open(self.folder / "standby", "wb"),
                                   env=self.environment, cwd=self.folder)
        time.sleep(SEARCH_LEASE + 4)
        os.kill(victims[0], signal.SIGCONT)
        time.sleep(2)
        self.standby_leads = standby.poll() is None
        standby.kill()
        standby.wait()

    def kill_server(self):
        self.server.call("kill")
        time.sleep(2)
        self.server.call("restart")

    def cancel_task(self):
        """One that has just begun with a trial; another where it was through before Slurm's signal came."""
        for _ in range(6):
            for _ in range(50):
                if busy := self.server.rows("SELECT job FROM tasks JOIN workers ON id = worker WHERE state = 'claimed' AND "
                                            f"lease_until > extract(epoch FROM clock_timestamp()) + {LEASE - 0.4}"):
                    break
                time.sleep(0.1)
            else:
                return
            self.slurm.call("scancel", busy[0]["job"])
            for _ in range(20):
                time.sleep(0.1)
                if "given back" in self.said_by_workers():
                    return
            self.submit()

    def said_by_workers(self):
        return "".join(path.read_text(errors="replace") for path in (self.folder / "out/slurm").glob("worker-*.log"))

    def strike(self, blow):
        ended = self.look()
        say(f"{ended} of {TRIALS} ended, {len(self.workers())} workers: {blow.replace('_', ' ')}")
        getattr(self, blow)()
        self.blows[blow] = self.blows.get(blow, 0) + 1
        self.submit()  # what is missing now

    def play(self):
        expected = self.undisturbed()
        say("undisturbed")
        check(self.submit().returncode == 0, "the search and its workers are submitted")
        self.slurm.wait_for(lambda: self.look() > 5, "the first trials")
        order = ["kill_workers", "kill_node", "kill_server", "stop_worker", "kill_search", "cancel_task", "stop_search"]
        for blow in order:
            self.strike(blow)
            time.sleep(1.5)
        amid = self.look()
        end = BEGIN + 60 * SOAK
        while SOAK and time.monotonic() < end and self.look() < TRIALS - 3 * WORKERS:
            self.strike(self.draw.choice(order))
            time.sleep(self.draw.uniform(0, 8))
        check(amid < TRIALS - WORKERS or SOAK > 0, f"the blows fell amid the search ({amid} of {TRIALS} had ended by the last)")
        results = self.folder / "out/pareto.json"
        waited = time.monotonic()
        while not (results.exists() and self.look() >= TRIALS):
            if time.monotonic() - waited > 100 + 60 * SOAK:
                check(False, "the study completes\n" + hwnas("slurm", "status", self.server.address, environment=self.environment).stdout)
                break
            self.submit()
            time.sleep(2)
        say(f"{self.look()} ended; blows: {self.blows}")
        self.compare(expected)
        self.look_into_logs()
        self.look_at_idle_workers()

    def compare(self, expected):
        found = lasting(HWNAS, self.server.address)
        differing = [n for n in sorted(expected.keys() | found.keys()) if expected.get(n) != found.get(n)]
        example = f": {expected.get(differing[0])} and {found.get(differing[0])}" if differing else ""
        check(not differing, f"all {len(expected)} trials are those of the undisturbed search; {len(differing)} are not{example}")
        ended = sum(trial["state"] in ("complete", "failed") for trial in found.values())
        check(ended == TRIALS, f"{ended} evaluations count, of {TRIALS}")
        fronts = [path.read_text() if path.exists() else path
                  for path in (self.folder / "out/pareto.json", self.folder / "alone/pareto.json")]
        check(fronts[0] == fronts[1], "the front is the same")

    def look_into_logs(self):
        said = {}
        text = self.said_by_workers()
        for number in re.findall(rf"^trial (\d+) of {NAME} (?:complete|failed)", text, re.MULTILINE):
            said[int(number)] = said.get(int(number), 0) + 1
        twice = sorted(number for number, times in said.items() if times > 1)
        check(len(said) > TRIALS / 2, f"workers say of {len(said)} trials that they ended them")
        check(not twice, f"no trial was ended by two workers {twice}")
        check(not set(said) - set(self.seen), "what workers said to have ended is in the study")
        check("given back" in text, "a worker that was cancelled gave its trial back")
        check("another worker's by now" in text, "a worker that had been stopped left its trial to another one")
        standby = (self.folder / "standby").read_text()
        check("waiting as its standby" in standby and self.standby_leads, "a standby waited, and led while the search was stopped")
        searches = "".join(path.read_text(errors="replace") for path in (self.folder / "out/slurm").glob("search-*.log"))
        check("is led from" in searches, "the search that was stopped could write nothing more")
        password = subprocess.run(["grep", "-rl", PASSWORD, self.folder / "out"], capture_output=True, text=True).stdout
        check(not password, f"no password in what was written {password}")

    def look_at_idle_workers(self):
        self.slurm.wait_for(lambda: not self.workers(), "idle workers to leave", 40)
        check(True, "idle workers leave")


BEGIN = time.monotonic()
print(f"blows drawn from seed {SEED}; to draw them again: --seed {SEED}")
with throwaway_cluster(HWNAS) as (temporary, server, slurm):
    say("PostgreSQL and Slurm are up")
    Test(temporary / "test", server, slurm).play()
sys.exit(1 if failures else 0)
