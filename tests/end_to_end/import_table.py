"""Published measurements become tables of choices, and jobs name them as costs.

usage: import_table.py HWNAS SOURCE made|published
"""
import csv
import gzip
import itertools
import json
import os
import pathlib
import sys

from support import SOURCE, check, finish, run, temporary_folder

DATA = pathlib.Path(os.environ.get("HWNAS_DATA") or SOURCE / "../shared/data")
SPACE = {"name": "made", "type": "categorical", "choices": [
    {"name": "op", "values": ["conv", "skip"]}, {"name": "layers", "values": [1, 2, 3]}, {"name": "last", "values": ["conv", "skip"]}]}
DESCRIPTION = {"space": "space.json", "device": "made", "quantity": "latency", "unit": "ms", "source": {"licence": "MIT"},
               "csv": {"file": "rows.csv", "column": "ms"}, "terms": [{"over": ["op"], "layers": "layers"}, {"over": ["last"]}]}


def latency(op, layers, last):
    return 1 + (2 if op == "conv" else 0.5) + (layers - 1) * (1 if op == "conv" else 0.25) + (3 if last == "conv" else 0)


def write(folder, name, content):
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder / name


def job(folder, cost, table, **changes):
    return write(folder, f"{cost}.json", {
        "name": "made", "space": "space.json", "costs": {cost: table}, "objectives": [
            {"metric": "top1"}, {"metric": cost, "direction": "minimize"}], "strategy": {"name": "random"},
        "evaluator": {"name": "choice-table", "values": {"top1": "accuracy.json"}}, "budget": {"trials": 12},
        "seed": 1, "out": str(folder / cost), **changes})


def made(folder):
    write(folder, "space.json", SPACE)
    write(folder, "accuracy.json", {"unit": "%", "terms": [{"if": {"op": "conv"}, "value": 50}, {"if": {"layers": 3}, "value": 9}]})
    archs = list(itertools.product(["conv", "skip"], [1, 2, 3], ["conv", "skip"]))
    lines = ["op,layers,last,ms,ips"] + [f"{a},{b},{c},{latency(a, b, c)},{1000 / latency(a, b, c)}" for a, b, c in archs]
    write(folder, "rows.csv", "\n".join(lines) + "\n")
    told = run("import-table", write(folder, "import.json", DESCRIPTION), "-o", folder / "table.json", "--source", "commit=abc", "--device", "other")
    check("Fitted to 12 networks" in told.stdout, "the command tells what it fitted to: " + told.stdout + told.stderr)
    table = json.loads((folder / "table.json").read_text())
    check(table["device"] == "other" and table["quantity"] == "latency" and table["source"]["commit"] == "abc"
          and table["source"]["licence"] == "MIT" and table["held_out"]["rows"] == 12, "a table says what it is of")
    for a, b, c in archs:
        figure = table["constant"] + sum(t["value"] for t in table["terms"] if all({"op": a, "layers": b, "last": c}[k] == v for k, v in t["if"].items()))
        check(abs(figure - latency(a, b, c)) < 1e-3, f"the table tells {latency(a, b, c)} ms: {figure}")
    check(run("search", job(folder, "latency", "table.json")).returncode == 0, "a job names the table as a cost")

    amortised = {**DESCRIPTION, "csv": {"file": "rows.csv", "column": "ips", "throughput": True, "batch": 8}}
    refused = run("import-table", write(folder, "wrong.json", amortised), "-o", folder / "wrong-table.json")
    check(refused.returncode == 2 and "amortised_latency" in refused.stderr, "a throughput is no latency: " + refused.stderr)
    amortised["quantity"] = "amortised_latency"
    run("import-table", write(folder, "amortised-import.json", amortised), "-o", folder / "amortised.json")
    table = json.loads((folder / "amortised.json").read_text())
    check(table["batch"] == 8 and "batches of 8" in table["amortised"], "an amortised table says its batch")
    refused = run("validate", job(folder, "latency", "amortised.json"))
    check(refused.returncode == 2 and 'name the figure "amortised_latency"' in refused.stderr,
          "a job must not call an amortised figure latency: " + refused.stderr)
    check(run("search", job(folder, "amortised_latency", "amortised.json")).returncode == 0, "but by its name it may")

    wrong = {**DESCRIPTION, "terms": [{"over": ["opp"], "layers": "last"}], "candidates": [{"name": "a", "pairs": "some"}], "devise": 1}
    refused = run("import-table", write(folder, "wrong.json", wrong), "-o", folder / "wrong-table.json")
    check(refused.returncode == 2 and all(text in refused.stderr for text in (
        'did you mean "op"?', "numbers of layers", "neighbours", 'found "devise"')), "all that is wrong is told: " + refused.stderr)
    check(not (folder / "wrong-table.json").exists(), "nothing is written of a wrong description")


def figure_of(table, choices):
    return table["constant"] + sum(t["value"] for t in table["terms"] if all(choices[k] == v for k, v in t["if"].items()))


def published(folder):
    def held_out(name, output):
        told = run("import-table", SOURCE / f"configs/imports/{name}.json", "-o", folder / output, "--json")
        check(told.returncode == 0, f"{name} is imported: {told.stderr}")
        return json.loads(told.stdout)["held_out"]

    os.environ["HWNAS_DATA"] = str(DATA)
    check(held_out("zcu102", "zcu102.json")["r2"] >= 0.9999, "ZCU102's latency is additive")
    check(held_out("a100", "a100.json")["r2"] >= 0.9999, "A100's throughput is additive in ms an image")
    tpu = held_out("tpuv3", "tpuv3.json")
    check(tpu["model"] == "floor by b5_l" and tpu["r2"] >= 0.985 and tpu["candidates"][0]["r2"] < 0.97, f"TPUv3 has a floor: {tpu}")
    ops = json.loads((DATA / "fbnet/op_lut.json").read_text())["space"]["ops"]
    with gzip.open(DATA / "fbnet/archs_latency_ms.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    for device in ("raspi4", "pixel3", "eyeriss"):
        check(held_out(f"fbnet-{device}", f"{device}.json") == {"exact": True}, f"{device}'s op table is exact")
        table = json.loads((folder / f"{device}.json").read_text())
        # The sums are published with seven digits.
        worst = max(abs(figure_of(table, {f"layer{i + 1}": ops[int(op)] for i, op in enumerate(row["ops"])}) / float(row[device]) - 1)
                    for row in rows[:500])
        check(worst < 1e-6, f"{device}'s published sums are met: {worst}")
    write(folder, "accuracy.json", {"unit": "%", "terms": [{"if": {"b0_e": 6}, "value": 50}]})
    for cost, table in (("latency", "zcu102.json"), ("amortised_latency", "tpuv3.json")):
        most = {"latency": 4, "amortised_latency": 0.7}[cost]
        searched = run("search", job(folder, cost, table, space=str(SOURCE.resolve() / "configs/spaces/accel-mnasnet.json"),
                                     constraints=[{"metric": cost, "unit": "ms", "at_most": most}]))
        check(searched.returncode == 0, f"a search under a limit on {cost}: {searched.stderr}")


if sys.argv[3] == "published" and not DATA.exists():
    print(f"SKIPPED: no {DATA} (HWNAS_DATA)")
    sys.exit(0)
with temporary_folder() as work:
    {"made": made, "published": published}[sys.argv[3]](pathlib.Path(work))
finish()
