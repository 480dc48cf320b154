"""A made program for the command evaluator: rates choices by what they hash to, refuses some,
now and then takes its time, and (with --crashes) crashes at some, always at the same ones."""
import hashlib
import json
import os
import sys
import time

crashes = "--crashes" in sys.argv


def answer(request):
    asked = {key: request[key] for key in ("architecture", "budget", "seed")}
    digest = hashlib.sha256(json.dumps([asked, request.get("parent")], sort_keys=True).encode()).digest()
    time.sleep(0.03 if digest[0] < 16 else 0.002)
    if crashes and digest[1] < 10:
        print("out of memory, as it seems", file=sys.stderr, flush=True)
        os._exit(3)
    if digest[2] < 25:
        return {"id": request["id"], "error": f"loss is {digest[3]} in epoch 1"}
    return {"id": request["id"], "values": {"top1": int.from_bytes(digest[4:8], "big") / 2**32 * 100},
            "weights": digest.hex(), "details": {"nodes": len(request.get("graph", {}).get("nodes", []))}}


for line in sys.stdin:
    asked = json.loads(line)
    if "batch" in asked:
        print(json.dumps({"batch": [answer(request) for request in asked["batch"]]}), flush=True)
    else:
        print(json.dumps(answer(asked)), flush=True)
