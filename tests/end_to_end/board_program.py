"""What runs on the board of remote_board.py: board_program.py [--power FILE] [--count FILE --die N | --hang-up N].
It speaks the runners' protocol and sleeps for each run. Of all requests that are counted in FILE, the one of that
number kills it, or the connection through which it is spoken to. The board's power is kept in microwatts."""
import argparse
import json
import os
import pathlib
import signal
import sys
import time

RUN_SECONDS, SETUP_SECONDS = 0.005, 0.08
IDLE_MICROWATTS, BUSY_MICROWATTS = 2_000_000, 7_000_000

parser = argparse.ArgumentParser()
parser.add_argument("--power", type=pathlib.Path)
parser.add_argument("--count", type=pathlib.Path)
parser.add_argument("--die", type=int)
parser.add_argument("--hang-up", type=int)
arguments = parser.parse_args()


def hang_up():
    """Ends the sshd that serves this connection: the parent of the shell, unless that left us its place."""
    process = os.getppid()
    while not pathlib.Path(f"/proc/{process}/comm").read_text().startswith("sshd"):
        process = int(pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(process, signal.SIGKILL)
    time.sleep(1)  # so that it is the connection that ends first
    sys.exit()


def burst(request):
    if arguments.power:
        arguments.power.write_text(str(BUSY_MICROWATTS))
    time.sleep(SETUP_SECONDS + request["warmup_runs"] * RUN_SECONDS)
    times = []
    while len(times) < request["least_runs"] or sum(times) < request["least_milliseconds"]:
        start = time.monotonic()
        time.sleep(RUN_SECONDS)
        times.append(1000 * (time.monotonic() - start))
    if arguments.power:
        arguments.power.write_text(str(IDLE_MICROWATTS))
    return times


for line in sys.stdin:
    request = json.loads(line)
    if request["task"] == "describe":
        answer = {"context": {"engine": "made board", "version": "7", "settings": "it's \"quoted\""}}
    else:
        if arguments.count:
            with arguments.count.open("a") as file:
                file.write("x")
            number = arguments.count.stat().st_size
            if number == arguments.die:
                print("the board is too hot", file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            if number == arguments.hang_up:
                hang_up()
        network = pathlib.Path(request["model"]).read_bytes()
        answer = {"milliseconds": burst(request),
                  "details": {"file": request["model"], "bytes": len(network), "asked": sorted(request)}}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
