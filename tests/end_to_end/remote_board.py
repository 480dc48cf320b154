"""The runners of examples/board: over a real ssh connection to this machine, over an adb and with a trtexec that are
made here, and with a made power meter."""
import getpass
import json
import os
import pathlib
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import tty

from support import HWNAS, SOURCE, check, failures, finish, temporary_folder

BOARD = SOURCE / "examples/board"
PROGRAM = [sys.executable, str(pathlib.Path(__file__).parent / "board_program.py")]
ENGINE = pathlib.Path(HWNAS).parent / "hwnas-onnxruntime"
LIBRARY = (pathlib.Path(HWNAS).parent.parent / "onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux" /
           {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "none") / "libonnxruntime.so.1")
SSHD_PATH = "/usr/sbin:/usr/local/sbin"  # in no user's PATH; sshd wants to be called by its whole path
HAS_ENGINE = ENGINE.exists() and LIBRARY.exists()

ADB = """#!/usr/bin/env python3
import shutil, subprocess, sys
assert sys.argv[1:3] == ["-s", "it's 5554"], sys.argv
if sys.argv[3] == "push":
    shutil.copy(*sys.argv[4:6])
else:
    assert sys.argv[3:5] == ["shell", "-T"] and len(sys.argv) == 6, sys.argv
    sys.exit(subprocess.run(["sh", "-c", sys.argv[5]]).returncode)
"""

# Prints and exports what trtexec 8.6 does (samples/common/sampleReporting.cpp of TensorRT).
TRTEXEC = """#!/usr/bin/env python3
import os, pathlib, sys
print("&&&& RUNNING TensorRT.trtexec [TensorRT v8601] # trtexec " + " ".join(sys.argv[1:]))
if "--help" in sys.argv:
    print("  --fp16  Enable fp16 precision")
    sys.exit()
pathlib.Path(__file__).with_name("trtexec.log").open("a").write(" ".join(sys.argv[1:]) + "\\n")
options = dict(argument[2:].split("=", 1) for argument in sys.argv[1:] if "=" in argument)
if "onnx" in options and b"broken" in pathlib.Path(options["onnx"]).read_bytes():
    print("[E] [TRT] ModelImporter.cpp:771: While parsing node number 3 [Foo -> \\"x\\"]:")
    print("[E] No importer registered for op: Foo")
    sys.exit(1)
if "onnx" in options:
    pathlib.Path(options["saveEngine"]).write_text("engine")
else:
    assert pathlib.Path(options["loadEngine"]).read_text() == "engine"
entries = [(start, 0.5 + start / 1000) for start in (10, 190, 200, 210, 220)]
with open(options["exportTimes"], "w") as file:
    file.write("[\\n")
    for i, (start, compute) in enumerate(entries):
        file.write(("  " if i == 0 else ", ") + '{ "startEnqMs" : %g, "endEnqMs" : %g, "startH2dMs" : %g, '
                   '"endH2dMs" : %g, "startComputeMs" : %g, "endComputeMs" : %g, "startD2hMs" : %g, "endD2hMs" : %g, '
                   '"h2dMs" : 0.25, "computeMs" : %g, "d2hMs" : 0.125, "latencyMs" : %g }\\n'
                   % (start, start, start, start, start, start + compute, start, start, compute, compute + 0.375))
    file.write("]\\n")
print("[I] Throughput: 1250.5 qps")
"""


def small_space(folder, size=32, filters=4):
    space = {"name": "small", "input": [3, size, size], "classes": 10,
             "stem": {"family": "conv", "filters": filters, "stride": 2},
             "stages": [{"name": "stage1", "family": "mnasnet", "filters": 2 * filters, "layers": 1, "stride": 2,
                         "choices": {"op": ["sepconv", "mbconv3"], "kernel": [3], "se_ratio": [0], "skip": ["none"],
                                     "filters": [1.0], "layers": [0]}}],
             "head": {"family": "classifier", "filters": 0}}
    path = folder / f"space-{size}.json"
    path.write_text(json.dumps(space))
    return path


def device(folder, name, command, **keys):
    path = folder / f"{name}.json"
    path.write_text(json.dumps({
        "name": name, "runner": "command", "command": [str(argument) for argument in command],
        "rounds": {"least": 1, "most": 1, "most_bursts": 1},
        "burst": {"warmup_runs": 1, "least_runs": 2, "least_milliseconds": 1}, **keys}))
    return path


def profile(device_path, space, environment=None):
    """hwnas's end, and the table as it then is."""
    table = device_path.with_suffix(".table.json")
    done = subprocess.run([HWNAS, "profile", device_path, "--space", space, "-o", table, "--networks", "0"],
                          capture_output=True, text=True, env={**os.environ, **(environment or {})})
    return done, json.loads(table.read_text()) if table.exists() else {"rows": [], "context": {}}


def answers(command, requests, environment=None):
    """What a runner answers to requests, without hwnas."""
    lines = "".join(json.dumps({"id": i, **request}) + "\n" for i, request in enumerate(requests))
    done = subprocess.run([str(argument) for argument in command], input=lines, capture_output=True, text=True,
                          env={**os.environ, **(environment or {})})
    heard = [json.loads(line) for line in done.stdout.splitlines()]
    if [answer["id"] for answer in heard] != list(range(len(requests))):
        print(done.stdout[-2000:], done.stderr[-2000:])
        sys.exit("FAILED  an answer to each request")
    return heard


def measuring(model, **keys):
    return {"task": "measure", "model": str(model), "input": [3, 8, 8], "batch": 2, "threads": 1, "streams": 1,
            "data_type": "float32", "warmup_runs": 1, "least_runs": 2, "least_milliseconds": 1, "engine": {}, **keys}


class Sshd:
    """An sshd on a free port of the loopback, with keys of its own, that lets in who runs the test."""

    def __init__(self, folder):
        self.folder = folder
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # which its service would make
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nPasswordAuthentication no\n"
            f"PermitRootLogin prohibit-password\n"
            f"SetEnv PATH={ENGINE.parent}:/usr/bin:/bin LD_LIBRARY_PATH={LIBRARY.parent}\n")
        self.config = folder / "ssh_config"
        self.config.write_text(
            f"Host board\n  HostName 127.0.0.1\n  Port {port}\n  User {getpass.getuser()}\n"
            f"  IdentityFile {folder}/user\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {folder}/known_hosts\n  StrictHostKeyChecking yes\n"
            f"Host unplugged\n  HostName 127.0.0.1\n  Port 1\n")
        with open(folder / "log", "w") as log:
            self.process = subprocess.Popen([shutil.which("sshd", path=SSHD_PATH), "-D", "-e", "-f",
                                             folder / "sshd_config"], stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0 or self.process.poll() is not None:
                    break
            time.sleep(0.05)

    def why_closed(self):
        """Empty where it lets us in."""
        done = subprocess.run(["ssh", "-F", self.config, "-o", "BatchMode=yes", "board", "exit"], capture_output=True,
                              text=True)
        return (f"sshd does not let {getpass.getuser()} in: {done.stderr.strip()}; "
                f"{(self.folder / 'log').read_text()[-500:]}" if done.returncode else "")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def over_ssh(folder, sshd):
    networks = folder / "the board's folder"
    runner = [sys.executable, BOARD / "over_ssh.py", "-F", sshd.config, "--folder", networks]
    space = small_space(folder)

    count = folder / "count"
    path = device(folder, "dying", [*runner, "board", "--", *PROGRAM, "--count", count, "--die", "2"])
    done, table = profile(path, space)
    check(done.returncode != 0 and "1 of 4 segments could not be measured" in done.stderr and
          "killed by signal 9" in done.stderr and "the board is too hot" in done.stderr,
          f"a program that is killed on the board fails its segment, and says why: {done.stderr[-600:]}")
    check(len(table["rows"]) == 3, f"the others are measured: {len(table['rows'])} rows")
    check(table["context"].get("engine", {}).get("engine") == "made board", "the table's context names its engine")
    sent = sorted(networks.iterdir())
    done, table = profile(path, space)
    check(done.returncode == 0 and len(table["rows"]) == 4, f"the next call measures the rest {done.stderr[-400:]}")
    check(sorted(networks.iterdir()) == sent and len(sent) == 4, f"each network is sent once: {len(sent)} files")

    count.unlink()
    path = device(folder, "unplugged", [*runner, "board", "--", *PROGRAM, "--count", count, "--hang-up", "3"])
    done, table = profile(path, space)
    check("1 of 4 segments could not be measured" in done.stderr and "exit code 255" in done.stderr and
          len(table["rows"]) == 3, f"so does a connection that breaks: {done.stderr[-600:]}")

    heard = answers([*runner, "--most-mib", "0.001", "board", "--", *PROGRAM],
                    [measuring(file) for file in sorted(BOARD.glob("*.py"))[:3]])
    check(all("milliseconds" in answer for answer in heard) and len(list(networks.iterdir())) == 1,
          f"networks that are too much for the folder leave it, the oldest first: {list(networks.iterdir())}")
    check(heard[0]["details"]["file"].startswith(str(networks)), "the program on the board gets the board's path")
    heard = answers([*runner, "unplugged"], [{"task": "describe"}])
    check("on unplugged ended" in heard[0].get("error", "") and "Connection refused" in heard[0]["error"],
          f"a board that is not there is named: {heard[0]}")

    if HAS_ENGINE:
        shipped = json.loads((SOURCE / "configs/devices/board-over-ssh.json").read_text())
        at = shipped["command"].index("board")
        check((SOURCE / "configs/devices" / shipped["command"][1]).resolve() == (BOARD / "over_ssh.py").resolve(),
              "the shipped device names over_ssh.py")
        done, table = profile(device(folder, "board-over-ssh", [*runner, *shipped["command"][at:]],
                                     engine=shipped["engine"]), space)
        engine = table["context"].get("engine", {}).get("engine")
        check(done.returncode == 0 and engine == "ONNX Runtime" and len(table["rows"]) == 4,
              f"the shipped device measures on ONNX Runtime over ssh {done.stderr[-400:] if done.returncode else ''}")


def documented():
    """The keys of the documented measurement and of its answer."""
    text = (SOURCE / "docs/protocols.md").read_text().split("## The runners' protocol")[1]
    said = [json.loads(line[2:]) for line in text.split("```transcript\n")[1].split("```")[0].splitlines()]
    return sorted(said[2]), sorted(said[3])


def over_adb(folder, tools):
    networks = folder / "the device's folder"
    runner = [sys.executable, BOARD / "over_adb.py", "--serial", "it's 5554", "--folder", networks]
    done, table = profile(device(folder, "phone", [*runner, "--", *PROGRAM]), small_space(folder), tools)
    check(done.returncode == 0 and len(table["rows"]) == 4 and table["context"]["engine"]["version"] == "7",
          f"a table over adb {done.stderr[-600:] if done.returncode else ''}")
    check(len(list(networks.iterdir())) == 4, "adb pushes each network once")
    asked, answered = documented()
    check(table["rows"][0]["details"]["asked"] == asked, "the documented request is what is asked")
    check(answered == sorted(["id", "milliseconds", "throughput", "millijoules", "idle_millijoules", "details"]),
          "and its answer has all that may be answered")


def with_trtexec(folder, tools):
    network, broken = folder / "network.onnx", folder / "broken.onnx"
    network.write_bytes(b"network")
    broken.write_bytes(b"broken")
    requests = [{"task": "describe"}, measuring(network, data_type="float16", engine={"arguments": ["--useCudaGraph"]}),
                measuring(network, data_type="float16", engine={"arguments": ["--useCudaGraph"]}), measuring(broken)]
    told = answers([sys.executable, BOARD / "trtexec.py"], requests, tools)
    check(told[0]["context"]["engine"] == "TensorRT" and told[0]["context"]["version"] == "8601",
          f"trtexec's version: {told[0]}")
    check(told[1].get("milliseconds") == [0.7, 0.71, 0.72], f"the GPU's times after the warm-up: {told[1]}")
    check(told[1].get("throughput") == 2501, "queries a second are batches")
    check(told[2].get("milliseconds") == told[1].get("milliseconds"), "an engine is built once")
    check("No importer registered for op: Foo" in told[3].get("unsupported", ""), f"an unknown operator: {told[3]}")
    log = (pathlib.Path(tools["PATH"].split(":")[0]) / "trtexec.log").read_text().splitlines()
    flags = ("--onnx=", "--fp16", "--useCudaGraph", "--warmUp=200", "--iterations=2", "--duration=0.001")
    check("--loadEngine=" in log[1] and all(flag in log[0] for flag in flags), f"trtexec's arguments: {log[0]}")
    told = answers([sys.executable, BOARD / "trtexec.py", "--transfers"], requests[1:2], tools)
    check(told[0].get("milliseconds") == [1.075, 1.085, 1.095], f"with the way to the GPU and back: {told[0]}")


def serial_meter():
    """A serial device that prints 3.5 W."""
    inside, outside = os.openpty()
    tty.setraw(outside)

    def print_watts():
        while True:
            os.write(inside, b"P = 3.5 W\r\n")
            time.sleep(0.01)

    threading.Thread(target=print_watts, daemon=True).start()
    return os.ttyname(outside)


def metered(folder):
    runner = [sys.executable, BOARD / "metered.py"]
    power = folder / "power1_input"
    power.write_text("2000000")
    command = [*runner, "--file", power, "--burst-ms", "400", "--idle-seconds", "0.5", "--", *PROGRAM, "--power", power]
    done, table = profile(device(folder, "metered", command), small_space(folder))
    check(done.returncode == 0 and len(table["rows"]) == 4,
          f"a metered table {done.stderr[-600:] if done.returncode else ''}")
    # mJ a ms are W: 7 while it runs, 2 while it waits. The median, since one burst may be disturbed.
    used, idle = (statistics.median(row.get(column, 0) / row["latency_median_ms"] for row in table["rows"])
                  for column in ("energy_mj", "idle_mj"))
    check(abs(used / 5 - 1) < 0.15 and abs(idle / 2 - 1) < 0.15,
          f"5 W above idle power, {used:.2f} measured; idle power 2 W, {idle:.2f} measured")
    model = folder / "model"
    model.write_bytes(b"model")
    told = answers([*runner, "--serial", serial_meter(), "--idle-seconds", "0", "--burst-ms", "400", "--", *PROGRAM],
                   [{"task": "describe"}, measuring(model)])
    mean = sum(told[1]["milliseconds"]) / len(told[1]["milliseconds"])
    check(abs(told[1].get("millijoules", 0) / (3.5 * mean) - 1) < 0.1 and "idle_millijoules" not in told[1],
          f"3.5 W of a serial meter for {mean:.2f} ms: {told[1].get('millijoules')} mJ")
    told = answers([*runner, "--file", power, "--every-ms", "1000", "--idle-seconds", "0.1", "--", *PROGRAM],
                   [measuring(model)])
    check("expected at least 3 readings in" in told[0].get("error", ""), f"a slow meter: {told[0]}")
    path = device(folder, "unmetered", [*runner, "--file", folder / "none", "--idle-seconds", "0.1", "--", *PROGRAM])
    done, table = profile(path, small_space(folder))
    check(done.returncode != 0 and "exit code 1" in done.stderr and "the power meter: [Errno 2]" in done.stderr,
          f"a meter that is not there: {done.stderr[-300:]}")


def metered_engine(folder):
    """Volts and amperes, of a real engine."""
    (folder / "in1_input").write_text("5000")
    (folder / "curr1_input").write_text("700")
    command = [sys.executable, BOARD / "metered.py", "--file", folder / "in1_input", folder / "curr1_input",
               "--idle-seconds", "0", "--burst-ms", "400", "--", ENGINE, LIBRARY]
    done, table = profile(device(folder, "metered-engine", command), small_space(folder, 96, 16))
    # The longest, since the bursts have more than the runs: see metered.py.
    row = max(table["rows"], key=lambda row: row["latency_ms"], default={})
    expected = 3.5 * 1000 / row.get("throughput_per_s", 1)
    check(done.returncode == 0 and abs(row.get("energy_mj", 0) / expected - 1) < 0.2,
          f"ONNX Runtime at 3.5 W: {row.get('energy_mj')} mJ of {expected:.4f} {done.stderr[-400:]}")


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary).resolve()
    (folder / "bin").mkdir()
    for name, text in (("adb", ADB), ("trtexec", TRTEXEC)):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    tools = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    over_adb(folder, tools)
    with_trtexec(folder, tools)
    metered(folder)
    if HAS_ENGINE:
        metered_engine(folder)
    else:
        print(f"left out: no {ENGINE if not ENGINE.exists() else LIBRARY}")
    if shutil.which("sshd", path=SSHD_PATH) and shutil.which("ssh"):
        (folder / "ssh").mkdir()
        with Sshd(folder / "ssh") as sshd:
            skipped = sshd.why_closed()
            if not skipped:
                over_ssh(folder, sshd)
    else:
        skipped = "there is no sshd or no ssh (openssh-server, openssh-client)"
    if skipped:  # which must not hide a failure of the others
        print(("left out: " if failures else "SKIPPED: ") + "what is over ssh, since " + skipped)
finish()
