#!/usr/bin/env python3
"""PyTorch on the networks of `hwnas bench-proxy`, in turn with it: images a second of training steps.

    scripts/bench_pytorch.py [HWNAS] [NETWORK.json...] [--rounds 5] [--seconds 2] [--batch 128] [--json]

PyTorch trains the same graphs (examples/pytorch/network.py) in eager mode, NCHW, by gradient descent with momentum:
as it comes, and with the allocator set as hwnas's trainer sets its own (nothing is given back to the system, huge
pages). Each with one process of as many threads as there are cores, and with as many processes of one thread; the
better one counts. Needs Debian's python3-torch.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
NETWORKS = ["mbconv-32", "mnasnet-a1-32", "mobilenet-28", "resnet-20"]
# As train/compute_device.cpp and core/json_process.cpp set them.
TUNED = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(0x7fffffff),
         "MALLOC_TOP_PAD_": str(64 << 20), "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def serve():
    """Answers {"graph", "threads", "batch", "seconds"} by {"step_seconds": [...]}, line by line."""
    import torch
    sys.path.insert(0, str(SOURCE / "examples/pytorch"))
    from network import Network
    networks = {}
    for line in sys.stdin:
        request = json.loads(line)
        torch.set_num_threads(request["threads"])
        torch.set_flush_denormal(True)
        key = request["graph"]
        if key not in networks:
            graph = json.loads(pathlib.Path(key).read_text())
            torch.manual_seed(1)
            network = Network(graph).train()
            optimiser = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, nesterov=True)
            images = torch.randn(request["batch"], *graph["input"])
            labels = torch.randint(0, graph["nodes"][-1]["features"], (request["batch"],))
            networks[key] = network, optimiser, images, labels
        network, optimiser, images, labels = networks[key]
        times, total, step = [], 0, 0
        while step < 2 or total < request["seconds"]:
            start = time.perf_counter()
            optimiser.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(network(images), labels).backward()
            optimiser.step()
            step += 1
            if step > 2:  # the first ones take memory and make what is kept
                times.append(time.perf_counter() - start)
                total += times[-1]
        print(json.dumps({"step_seconds": times}), flush=True)


class Processes:
    def __init__(self, count, environment):
        kept = {name: value for name, value in os.environ.items() if name not in TUNED}
        self.processes = [subprocess.Popen([sys.executable, __file__, "--serve"], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True, env={**kept, **environment})
                          for _ in range(count)]

    def images_per_second(self, request, count):
        asked = self.processes[:count]
        for process in asked:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for process in asked]
        return sum(request["batch"] / statistics.median(answer["step_seconds"]) for answer in answers)

    def best(self, request, cores):
        """One process on all cores, and one on each."""
        return max(self.images_per_second({**request, "threads": cores}, 1),
                   self.images_per_second({**request, "threads": 1}, cores))

    def end(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("hwnas", nargs="?", default=str(SOURCE / "build/release/hwnas"))
    parser.add_argument("networks", nargs="*",
                        default=[str(SOURCE / f"configs/benchmarks/networks/{name}.json") for name in NETWORKS])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("SKIPPED: Python has no torch module (Debian: python3-torch, for /usr/bin/python3)")
        return
    cores = os.cpu_count()
    ways = {"pytorch": Processes(cores, {}), "pytorch_tuned": Processes(cores, TUNED)}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for network in arguments.networks:
            graph = pathlib.Path(folder) / (pathlib.Path(network).stem + ".json")
            subprocess.run([arguments.hwnas, "inspect", network, "--graph", graph], check=True, capture_output=True)
            rounds = []
            for _ in range(arguments.rounds):
                found = json.loads(subprocess.run(
                    [arguments.hwnas, "bench-proxy", network, "--json", "--rounds", "1", "--seconds",
                     str(arguments.seconds), "--batch", str(arguments.batch), "--loss-steps", "0"],
                    check=True, capture_output=True, text=True).stdout)["networks"][0]
                request = {"graph": str(graph), "batch": arguments.batch, "seconds": arguments.seconds}
                for way, processes in ways.items():
                    found[way] = processes.best(request, cores)
                rounds.append(found)
            row = {"name": rounds[0]["name"], "macs": rounds[0]["macs"]}
            for key in ("images_per_second", "plain_images_per_second", "pytorch", "pytorch_tuned", "peak_share"):
                row[key] = statistics.median(found[key] for found in rounds)
            for key in ("plain_images_per_second", "pytorch", "pytorch_tuned"):
                row[f"ratio_to_{key}"] = statistics.median(found["images_per_second"] / found[key] for found in rounds)
            results.append(row)
    for processes in ways.values():
        processes.end()
    if arguments.json:
        print(json.dumps({"torch": torch.__version__, "cores": cores, "networks": results}, indent=2))
        return
    print(f"PyTorch {torch.__version__}, {cores} cores, images a second (ratio of hwnas to it)")
    print("| network | hwnas | plain LibTorch | PyTorch | PyTorch, tuned allocator | % of peak |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in results:
        cells = [f"{row[key]:.0f} ({row['ratio_to_' + key]:.2f})"
                 for key in ("plain_images_per_second", "pytorch", "pytorch_tuned")]
        print(f"| {row['name']} | {row['images_per_second']:.0f} | {' | '.join(cells)} | {100 * row['peak_share']:.1f} |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        main()
