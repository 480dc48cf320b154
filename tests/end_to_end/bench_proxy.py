"""The trainer's speed is told beside LibTorch's, and both ways' losses agree.

usage: bench_proxy.py HWNAS SOURCE
"""
import json
import pathlib

from support import SOURCE, check, finish, run, temporary_folder

NETWORK = SOURCE / "configs/benchmarks/networks/mobilenet-28.json"
BRIEF = ["--rounds", "1", "--seconds", "0.05", "--batch", "16", "--loss-steps", "10", "--candidates", "2"]

done = run("bench-proxy", NETWORK, "--json", *BRIEF)
check(done.returncode == 0, f"it ends well {done.stderr}")
found = json.loads(done.stdout)["networks"][0]
check(found["name"] == "MobileNetV2 at 28 px" and found["macs"] == 1587024, "it says which network")
check(found["images_per_second"] > 0 and found["plain_images_per_second"] > 0, "both ways have a speed")
check(abs(found["ratio_to_plain"] * found["plain_images_per_second"] / found["images_per_second"] - 1) < 1e-9,
      "the ratio is that of the speeds")
check(found["plain_images_per_second"] == max(found["plain_one_process_images_per_second"],
                                              found["plain_processes_images_per_second"]), "the better plain way counts")
check(0 < found["peak_share"] < 1.5, f"the share of the peak is one: {found['peak_share']:.2f}")
check(0 <= found["loss_difference"] < 1e-3, f"the losses agree: {found['loss_difference']:.1e}")

table = run("bench-proxy", NETWORK, *BRIEF).stdout
check("MobileNetV2 at 28 px" in table and "e-0" in table, f"a table for people:\n{table}")
without = json.loads(run("bench-proxy", NETWORK, "--json", *BRIEF[:-4], "--loss-steps", "0").stdout)["networks"][0]
check(without["loss_difference"] is None, "without steps nothing is told of the losses")

wrong = run("bench-proxy", SOURCE / "configs/spaces/mnasnet-28.json")
check(wrong.returncode == 2 and "one network" in wrong.stderr, "a space is no network")
missing = run("bench-proxy", "no-such.json")
check(missing.returncode == 2 and "no-such.json" in missing.stderr, "a missing file is named")

with temporary_folder() as name:
    file = pathlib.Path(name) / "graph.json"
    written = run("inspect", NETWORK, "--graph", file)
    check(written.returncode == 0 and "nodes" in json.loads(file.read_text()), "a network's graph can be written")
    refused = run("inspect", SOURCE / "configs/spaces/nas-bench-macro.json", "--graph", file)
    check(refused.returncode == 2 and "--graph" in refused.stderr, "choices without networks have none")
finish()
