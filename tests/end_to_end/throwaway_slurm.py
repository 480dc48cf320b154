"""A Slurm of several nodes on this one machine, without systemd or root's own files, for tests."""
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol")


def missing():
    """The first program that is not here; none where all are."""
    return next((name for name in PROGRAMS if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")), None)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Slurm:
    def __init__(self, folder, nodes=4, processors=8, grace=6):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.nodes = [f"node{i + 1}" for i in range(nodes)]
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"),
                            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        self.processes = {}
        host = socket.gethostname().split(".")[0]
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        controller, *ports = free_ports(1 + nodes)
        (self.folder / "munge.key").write_bytes(secrets.token_bytes(128))
        (self.folder / "munge.key").chmod(0o400)
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir()
        f = self.folder
        lines = ["ClusterName=hwnas", f"SlurmctldHost={host}(127.0.0.1)", f"SlurmUser={user}", f"SlurmdUser={user}",
                 "AuthType=auth/munge", f"AuthInfo=socket={f}/munge/socket,cred_expire=5", "CryptoType=crypto/munge",
                 f"SlurmctldPort={controller}", f"StateSaveLocation={f}/state", f"SlurmdSpoolDir={f}/spool/%n",
                 f"SlurmctldPidFile={f}/slurmctld.pid", f"SlurmdPidFile={f}/%n.pid",
                 f"SlurmctldLogFile={f}/slurmctld.log", f"SlurmdLogFile={f}/%n.log",
                 "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "MpiDefault=none",
                 "SlurmdParameters=config_overrides", "ReturnToService=2", "JobRequeue=1",
                 "SelectType=select/cons_tres", "SelectTypeParameters=CR_CPU", "SlurmdTimeout=10", "SlurmctldTimeout=10",
                 "KillWait=5", "MinJobAge=300", "MaxArraySize=1001", "SchedulerType=sched/builtin",
                 "SchedulerParameters=sched_interval=2",  # else a requeued job waits a minute for the next look
                 "AccountingStorageType=accounting_storage/none", "JobAcctGatherType=jobacct_gather/none"]
        lines += [f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={processors} State=UNKNOWN"
                  for node, port in zip(self.nodes, ports)]
        # A job of `urgent` has its nodes at once: what runs there in `test` is told, and goes `grace` seconds later.
        lines += ["PreemptType=preempt/partition_prio", "PreemptMode=REQUEUE",
                  f"PartitionName=test Nodes=node[1-{nodes}] Default=YES MaxTime=INFINITE State=UP PriorityTier=1 "
                  f"PreemptMode=REQUEUE GraceTime={grace}",
                  f"PartitionName=urgent Nodes=node[1-{nodes}] MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF"]
        (f / "slurm.conf").write_text("\n".join(lines) + "\n")
        # `disabled` is fatal to Slurm 22.05, and `autodetect` fails without systemd.
        (f / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")

    def _start(self, name, command):
        with open(self.folder / f"{name}.out", "ab") as log:
            self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                    env=self.environment)

    def start(self):
        m = self.folder / "munge"
        self._start("munged", ["munged", "--foreground", "--force", f"--key-file={self.folder}/munge.key",
                               f"--socket={m}/socket", f"--pid-file={m}/pid", f"--log-file={m}/log", f"--seed-file={m}/seed"])
        for _ in range(100):
            if (m / "socket").exists():
                break
            time.sleep(0.05)
        self._start("slurmctld", ["slurmctld", "-D"])
        for node in self.nodes:
            self.start_node(node)
        self.wait_for(lambda: self.call("sinfo", "--noheader", "--format=%t %D").split() == ["idle", str(len(self.nodes))],
                      "all nodes to be idle")

    def start_node(self, node):
        self._start(node, ["slurmd", "-D", "-N", node])

    def kill_node(self, node):
        """Its slurmd alone: what runs there goes on for now."""
        self.processes[node].kill()
        self.processes[node].wait()

    def call(self, *command):
        return subprocess.run(command, capture_output=True, text=True, env=self.environment).stdout

    def wait_for(self, holds, what, seconds=30):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                logs = "".join(f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}\n"
                               for path in sorted(self.folder.parent.glob("**/*.log")))
                raise TimeoutError(f"waited {seconds} s for {what}\n{logs}")
            time.sleep(0.2)

    def jobs(self, name):
        """Numbers, tasks and states of the jobs by that name that run or wait."""
        lines = self.call("squeue", "--noheader", "--array", f"--name={name}", "--format=%i %T").splitlines()
        return dict(line.split() for line in lines)

    def stop(self):
        self.call("scancel", "--full", "--signal=KILL", "--state=RUNNING")
        self.call("scancel", "--state=PENDING")
        time.sleep(0.5)
        for name in [*self.nodes, "slurmctld", "munged"]:
            process = self.processes.get(name)
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
