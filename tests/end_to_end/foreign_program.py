"""A trainer of one's own for the command evaluator, as examples/pytorch has one, in which nothing is
trained: foreign_program.py LOG [SECONDS]. It notes each request in LOG and takes so long over it. By their
place in LOG, requests 2 and 5 are refused and 4, with a child, is never answered."""
import json
import subprocess
import sys
import time

log, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0
for line in sys.stdin:
    request = json.loads(line)
    with open(log, "a+") as file:
        file.write(line)
        file.flush()
        file.seek(0)
        place = len(file.readlines())
    time.sleep(seconds)
    if place == 4:
        subprocess.run(["sleep", "600"])
    if place in (2, 5):
        answer = {"id": request["id"], "error": f"CUDA out of memory, tried to allocate {place} GiB"}
    else:
        filters = sum(node.get("filters", 0) for node in request["graph"]["nodes"])
        answer = {"id": request["id"], "values": {"top1": filters % 100 / 2, "loss": request["seed"] % 7},
                  "details": {"filters": filters}}
    print(json.dumps(answer), flush=True)
