#!/usr/bin/env python3
"""Computes every zero-cost proxy of the networks of scripts/proxy_study.py, and what they cost.

    scripts/zero_cost_study.py HWNAS [--folder docs/proxy-study] [--seeds 3] [--networks 80]

HWNAS is the program, with its trainer beside it. Appends to zero-cost.csv for each of the networks of networks.csv that is not
there yet, and each seed: the proxies (docs/proxy.md), empty where a network has none, and the CPU seconds of the one process for
all of them together, images of the data set in memory. A seed draws weights and images. Prints the seconds' median and most.
"""
import argparse
import json
import pathlib
import statistics
import tempfile

from proxy_study import DATASET, Trainer, append, inspected, read, seed_of

PROXIES = ["synflow", "naswot", "jacob_cov", "grad_norm", "snip", "grasp", "fisher", "zico"]
COLUMNS = ["network", "seed", *PROXIES, "cpu_seconds"]


class Scorer(Trainer):
    def score(self, graph, seed, batch, batches):
        question = {"id": 1, "task": "zero-cost", "graph": graph, "seed": seed, "proxies": PROXIES, "batch": batch,
                    "batches": batches, "dataset": DATASET}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise SystemExit(answer["error"])
        return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hwnas")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("docs/proxy-study"))
    parser.add_argument("--space", default="configs/spaces/mnasnet-28.json")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--networks", type=int, help="the first of them alone; nothing is written then")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--batches", type=int, default=2)
    options = parser.parse_args()

    results = options.folder / "zero-cost.csv" if options.networks is None else None
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        scorer = Scorer(options.hwnas, pathlib.Path(folder))
        file = pathlib.Path(folder) / "graph.json"
        done = {row["network"] for row in read(results)} if results else set()
        for network in read(options.folder / "networks.csv")[:options.networks]:
            if network["network"] in done:
                continue
            inspected(options.hwnas, options.space, json.loads(network["architecture"]), file)
            graph = json.loads(file.read_text())
            if not seconds:  # the first one reads the data set
                scorer.score(graph, 0, options.batch, options.batches)
            rows = []
            for seed in range(options.seeds):
                answer = scorer.score(graph, seed_of("zero-cost", network["network"], seed), options.batch,
                                      options.batches)
                seconds.append(answer["cpu_seconds"])
                rows.append({"network": network["network"], "seed": seed,
                             **{name: f"{value:.8g}" for name, value in answer["values"].items()},
                             "cpu_seconds": f"{answer['cpu_seconds']:.3f}"})
            if results:
                append(results, COLUMNS, rows)
        scorer.process.stdin.close()
    if seconds:
        print(f"{len(seconds)} times all {len(PROXIES)} proxies: median {statistics.median(seconds):.3f} CPU seconds, "
              f"at most {max(seconds):.3f}")


if __name__ == "__main__":
    main()
