#!/usr/bin/env python3
"""Says how well short trainings, and figures without training, rank networks as long trainings do.

    scripts/proxy_fidelity.py [--folder docs/proxy-study] [--bootstraps 1000] [--all]

Reads what scripts/proxy_study.py and scripts/zero_cost_study.py wrote and prints a table (Markdown). Kendall's
tau-b is held against each long training alone and averaged, so that the ceiling, the tau between two long
trainings of one network, is of the same kind. The recipe is chosen on networks of even number, by their
validation images; networks of odd number confirm it, and so do the test images, which choose nothing.
Intervals are the 2.5 and 97.5 % quantiles over bootstraps of the networks; differences are of the same
bootstraps. Regret: what the best of the proxy's ten best has less than the best of all, points of long accuracy.
"""
import argparse
import collections
import csv
import itertools
import json
import operator
import pathlib
import random
import statistics

LONG = "long"
# A recipe has to be this cheap to be chosen, as a share of a long training.
MOST_COST = 1 / 20
NO_PROXY = {"network", "seed", "cpu_seconds"}


def read(file):
    if not file.exists():
        return []
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def sign(number):
    return (number > 0) - (number < 0)


class Pairs:
    """All pairs of some networks, and which of each a figure says is better."""

    def __init__(self):
        self.pairs = {}
        self.orders = {}

    def of(self, networks):
        if networks not in self.pairs:
            self.pairs[networks] = [(a, b) for i, a in enumerate(networks) for b in networks[:i]]
        return self.pairs[networks]

    def order(self, networks, figures):
        key = networks, id(figures)
        if key not in self.orders:
            self.orders[key] = [sign(figures[a] - figures[b]) for a, b in self.of(networks)]
        return self.orders[key]


class Sample:
    """Some networks, each with a weight: as they are, or a bootstrap of them."""

    def __init__(self, pairs, networks, source=None):
        self.networks = set(networks)
        self.counts = collections.Counter(networks if source is None else source.choices(networks, k=len(networks)))
        self.pairs = pairs
        self.weights = {}

    def tau(self, one, other):
        """Kendall's tau-b."""
        common = tuple(sorted(self.networks & one.keys() & other.keys()))
        if common not in self.weights:
            self.weights[common] = [self.counts[a] * self.counts[b] for a, b in self.pairs.of(common)]
        weights = self.weights[common]
        first, second = self.pairs.order(common, one), self.pairs.order(common, other)
        both = sum(map(operator.mul, weights, map(operator.mul, first, second)))
        untied = [sum(map(operator.mul, weights, map(abs, order))) for order in (first, second)]
        return both / (untied[0] * untied[1]) ** 0.5 if all(untied) else 0.0

    def fidelity(self, proxy, targets):
        """The mean of its tau with each long training."""
        return statistics.fmean(self.tau(proxy, target) for target in targets)


def interval(values):
    ordered = sorted(values)
    return ordered[int(0.025 * (len(ordered) - 1))], ordered[round(0.975 * (len(ordered) - 1))]


def regret(proxy, targets):
    found = {network: [target[network] for target in targets if network in target] for network in proxy}
    long = {network: statistics.fmean(accuracies) for network, accuracies in found.items() if accuracies}
    best = sorted(long, key=proxy.get, reverse=True)[:10]
    return max(long.values()) - max(long[network] for network in best)


Proxy = collections.namedtuple("Proxy", "name statistic figures cpu_seconds trained")


def trainings(rows):
    """{(recipe, repeat): {network: its epochs}}, those that failed left out."""
    found = collections.defaultdict(dict)
    for row in rows:
        if not row["error"]:
            found[row["recipe"], int(row["repeat"])].setdefault(int(row["network"]), []).append(row)
    return found


def cost_of(networks):
    # Some may have been trained while the machine was slow: shares of a long training's cost are of costs.csv, where it has both.
    return statistics.median(float(epochs[-1]["cpu_seconds"]) for epochs in networks.values())


def shares_of_long(rows):
    """{recipe: of the CPU seconds of a long training, those of this one}, of networks timed by both in turn."""
    costs = collections.defaultdict(dict)
    for row in rows:
        costs[row["recipe"]][row["network"]] = float(row["cpu_seconds"])
    long = costs[LONG]
    return {recipe: statistics.median(seconds / long[network] for network, seconds in networks.items() if network in long)
            for recipe, networks in costs.items() if networks.keys() & long.keys()}


def statistics_of(networks):
    """What the end of a training can be judged by; more is better."""
    last = lambda column, factor: {n: factor * float(epochs[-1][column]) for n, epochs in networks.items()}
    found = {"accuracy": last("validation_top1", 1), "loss": last("validation_loss", -1),
             "loss on training images": last("train_loss", -1)}
    if all(len(epochs) > 1 for epochs in networks.values()):
        found["mean loss of the last two epochs"] = {
            n: -statistics.fmean(float(epoch["validation_loss"]) for epoch in epochs[-2:]) for n, epochs in networks.items()}
    return found


def proxies_of(folder, found, count):
    proxies = []
    for (recipe, repeat), networks in found.items():
        if recipe == LONG or repeat > 0 or len(networks) < count:
            continue
        for name, figures in statistics_of(networks).items():
            proxies.append(Proxy(recipe, name, figures, cost_of(networks), True))
    described = read(folder / "networks.csv")
    for column in ("parameters", "macs"):
        proxies.append(Proxy(column, "", {int(row["network"]): float(row[column]) for row in described}, 0, False))
    values, costs = collections.defaultdict(lambda: collections.defaultdict(list)), []
    for row in read(folder / "zero-cost.csv"):
        costs.append(float(row["cpu_seconds"] or 0))
        for column, text in row.items():
            if column not in NO_PROXY and column not in ("parameters", "macs") and text:
                values[column][int(row["network"])].append(float(text))
    for name, networks in values.items():
        if len(networks) >= count:
            means = {network: statistics.fmean(seeds) for network, seeds in networks.items()}
            proxies.append(Proxy(name, "", means, statistics.fmean(costs), False))
    return proxies + with_zero_cost(proxies)


def standardised(figures):
    center, deviation = statistics.fmean(figures.values()), statistics.pstdev(figures.values())
    return {network: (figure - center) / (deviation or 1) for network, figure in figures.items()}


def with_zero_cost(proxies):
    """Each loss after a training, and half as much each of two proxies without training: their errors are not its own."""
    untrained = [proxy for proxy in proxies if proxy.name in ("naswot", "jacob_cov")]
    found = []
    for proxy in proxies:
        if not untrained or not proxy.trained or proxy.statistic != "loss":
            continue
        common = set.intersection(*(set(one.figures) for one in [proxy, *untrained]))
        loss, *others = (standardised({n: one.figures[n] for n in common}) for one in [proxy, *untrained])
        found.append(Proxy(proxy.name, " and ".join(["loss", *(one.name for one in untrained)]),
                           {n: loss[n] + statistics.fmean(other[n] for other in others) for n in common},
                           proxy.cpu_seconds + max(one.cpu_seconds for one in untrained), True))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("docs/proxy-study"))
    parser.add_argument("--bootstraps", type=int, default=1000)
    parser.add_argument("--all", action="store_true", help="every statistic of each recipe, not its best on the even half")
    options = parser.parse_args()

    found = trainings(read(options.folder / "trainings.csv"))
    long = {repeat: networks for (recipe, repeat), networks in sorted(found.items()) if recipe == LONG}
    if not long:
        raise SystemExit(f"{options.folder}/trainings.csv: expected rows of the recipe \"{LONG}\"; found none; "
                         "make them with scripts/proxy_study.py")
    targets = [statistics_of(networks)["accuracy"] for networks in long.values()]
    tests = [{n: float(epochs[-1]["test_top1"]) for n, epochs in networks.items()} for networks in long.values()]
    networks = sorted(long[0])
    even, odd = ([n for n in networks if n % 2 == half] for half in (0, 1))
    proxies = proxies_of(options.folder, found, len(networks))
    # Second trainings of a few networks tell the noise, and nothing yet of who ranks well.
    enough = [2 * len(target) >= len(targets[0]) for target in targets]
    repeats, targets = targets, list(itertools.compress(targets, enough))
    tests = list(itertools.compress(tests, enough))
    long_cost = statistics.fmean(cost_of(repeat) for repeat in long.values())
    shares = shares_of_long(read(options.folder / "costs.csv"))
    share_of = lambda proxy: shares.get(proxy.name, proxy.cpu_seconds / long_cost)

    pairs = Pairs()
    choosing, confirming, whole = Sample(pairs, even), Sample(pairs, odd), Sample(pairs, networks)
    chosen_by = {id(proxy.figures): choosing.fidelity(proxy.figures, targets) for proxy in proxies}
    if not options.all:
        best = {}
        for proxy in proxies:
            known = best.get(proxy.name)
            if known is None or chosen_by[id(proxy.figures)] > chosen_by[id(known.figures)]:
                best[proxy.name] = proxy
        proxies = list(best.values())
    proxies.sort(key=lambda proxy: chosen_by[id(proxy.figures)], reverse=True)

    source = random.Random(1)
    bootstraps = [Sample(pairs, networks, source) for _ in range(options.bootstraps)]
    spread = {id(p.figures): [sample.fidelity(p.figures, targets) for sample in bootstraps] for p in proxies}

    print(f"{len(networks)} networks, {len(long)} long trainings ({', '.join(str(len(n)) for n in long.values())} "
          f"networks), {long_cost:.0f} CPU seconds each; their accuracy is from "
          f"{min(targets[0].values()):.2f} to {max(targets[0].values()):.2f} %.")
    ceiling = None
    if len(repeats) > 1:
        twice = sorted(repeats[0].keys() & repeats[1].keys())
        ceiling = Sample(pairs, twice).tau(*repeats[:2])
        low, high = interval([Sample(pairs, twice, source).tau(*repeats[:2]) for _ in range(options.bootstraps)])
        noise = statistics.fmean((repeats[0][n] - repeats[1][n]) ** 2 for n in twice) ** 0.5 / 2**0.5
        print(f"Ceiling, the tau between two long trainings of {len(twice)} networks: {ceiling:.3f} [{low:.3f}, {high:.3f}]; "
              f"a training's noise is {noise:.2f} points.")
    print()
    print("| proxy | judged by | CPU s | of a long one | tau, even half | tau, odd half | tau, all | against test images "
          "| regret of ten |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for proxy in proxies:
        low, high = interval(spread[id(proxy.figures)])
        print(f"| {proxy.name} | {proxy.statistic} | {proxy.cpu_seconds:.2f} | {share_of(proxy):.3f} "
              f"| {chosen_by[id(proxy.figures)]:.3f} | {confirming.fidelity(proxy.figures, targets):.3f} "
              f"| {whole.fidelity(proxy.figures, targets):.3f} [{low:.3f}, {high:.3f}] "
              f"| {whole.fidelity(proxy.figures, tests):.3f} | {regret(proxy.figures, targets):.2f} |")

    affordable = [p for p in proxies if p.trained and share_of(p) <= MOST_COST]
    if not affordable:
        print(f"\nNo recipe costs at most {MOST_COST:.3f} of a long training.")
        return
    chosen, rivals = affordable[0], [p for p in proxies if not p.trained]
    odd_tau = confirming.fidelity(chosen.figures, targets)
    print(f"\nChosen on the even half at no more than {MOST_COST:.3f} of a long training: {chosen.name}, judged by "
          f"{chosen.statistic}; on the odd half its tau is {odd_tau:.3f}"
          + (f", {odd_tau / ceiling:.2f} of the ceiling" if len(targets) > 1 else "") + ".")
    for rival in rivals:
        low, high = interval(list(map(operator.sub, spread[id(chosen.figures)], spread[id(rival.figures)])))
        print(f"Its tau over all networks less that of {rival.name}: "
              f"{whole.fidelity(chosen.figures, targets) - whole.fidelity(rival.figures, targets):+.3f} [{low:+.3f}, {high:+.3f}]")


if __name__ == "__main__":
    main()
