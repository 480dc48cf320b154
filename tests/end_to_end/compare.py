"""Networks side by side: graph files, published figures, device tables, a search's front."""
import csv
import io
import json
import pathlib

from made_jobs import network_job
from support import SOURCE, check, finish, run, temporary_folder

STEM, POOL = "3x8x8 | Conv(0; filters={})", "{}x8x8 | GlobalAveragePool(0)"


def graph(filters, **more):
    return {"input": [3, 8, 8], **more, "nodes": [
        {"name": "stem", "op": "Conv", "filters": filters, "inputs": ["input"], "segment": "stem"},
        {"name": "pool", "op": "GlobalAveragePool", "inputs": ["stem"], "segment": "pool"}]}


def table(segments, device="cpu", batch=1, energy=False):
    row = {"latency_median_ms": 1, "rounds_ms": [1, 1, 1], "runs": 9}
    more = {"energy_mj": 4} if energy else {}
    return {"schema_version": 2, "device": device, "batch": batch, "threads": 1, "data_type": "float32", "context": {},
            "rows": [{"segment": text, "latency_ms": milliseconds, **row, **more} for text, milliseconds in segments.items()]}


def write(path, value):
    path.write_text(json.dumps(value))
    return path


def wrong(what, parts, *arguments):
    result = run("compare", *arguments)
    missing = [part for part in parts if part not in result.stderr]
    right = result.returncode == 2 and not missing
    check(right, what if right else f"{what}: exit code {result.returncode}, lacks {missing}: {result.stderr.strip()[:500]}")


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    wide = write(folder / "wide.json", graph(16, published={"top1": 75.2, "source": "its paper"}))
    slim = write(folder / "slim.json", graph(8, published={"top1": 70.5, "source": "its paper"}))
    plain = write(folder / "plain.json", graph(12))
    rows = {STEM.format(n): n / 8 for n in (8, 16)} | {POOL.format(n): 0.5 for n in (8, 16)}
    cpu = write(folder / "cpu.json", table(rows))
    phone = write(folder / "phone.json", table(rows, "phone", energy=True))

    result = run("compare", wide, plain, slim, "--table", cpu, "--table", phone, "--sort", "latency@cpu", "--svg", folder / "c.svg",
                 "--csv", folder / "c.csv")
    lines = result.stdout.splitlines()
    check(result.returncode == 0 and [line.split()[0] for line in lines[2:5]] == ["slim", "wide", "plain"],
          f"networks are sorted by latency, unknown ones last {result.stderr[-500:] if result.returncode else ''}")
    check("2 to profile" in lines[4] and "published, its paper" in lines[2], "a missing row is told, and where top-1 comes from")
    check(STEM.format(12) in result.stdout and POOL.format(12) in result.stdout, "with what to profile underneath")
    check((folder / "c.svg").read_text().count("<circle") == 2, "the picture has the networks with accuracy and latency")
    read = list(csv.DictReader(io.StringIO((folder / "c.csv").read_text())))
    check(read[0]["latency@cpu [ms]"] == "1.5" and read[0]["energy@phone [mJ]"] == "8.0" and read[2]["latency@cpu [ms]"] == "",
          "the CSV has units, sums, and an empty cell where a row is missing")
    shown = json.loads(run("compare", wide, plain, "--table", cpu, "--json").stdout)
    check(shown["networks"][0]["latency"] == 2.5 and shown["networks"][1]["latency"] is None and shown["networks"][0]["parameters"] == 48
          and shown["networks"][0]["top1"] == 75.2, "--json has figures, and null where a row is missing")
    check(shown["missing"][0]["segments"] == [STEM.format(12), POOL.format(12)], "--json lists what to profile")

    (folder / "other").mkdir()
    twin = write(folder / "other/wide.json", graph(4))
    names = [network["name"] for network in json.loads(run("compare", wide, twin, "--json").stdout)["networks"]]
    check(len(set(names)) == 2 and all(name.endswith("wide") for name in names), "files of one name are told apart")

    batch = write(folder / "batch.json", table(rows, "batch", batch=16))
    double = write(folder / "double.json", {**table(rows), "data_type": "float16", "device": "double"})
    wrong("tables of another batch or data type", ["batch.json", "batch 16, float32", "double.json", "batch 1, float16"], wide,
          "--table", cpu, "--table", batch, "--table", double)
    space = SOURCE / "configs/spaces/mnasnet-28.json"
    wrong("a space, a missing file and a missing table at once", ["one network", "no-such.json", "none.json"], space,
          "no-such.json", wide, "--table", "none.json")
    wrong("an unknown column", ["did you mean \"parameters\"?"], wide, "--sort", "parameter")
    wrong("nothing to compare", ["NETWORK..."])
    wrong("a broken published figure", ["/published/top1", "from 0 to 100"],
          write(folder / "broken.json", graph(8, published={"top1": 752, "source": "its paper"})))

    result = run("search", network_job(folder / "job", "random", "command, repeated", 12))
    check(result.returncode == 0, f"a search ends well {result.stderr[-500:] if result.returncode else ''}")
    study = folder / "job/out/study.sqlite"
    front = json.loads(run("front", study, "--json").stdout)["front"]
    result = run("compare", "--study", study, wide, "--json")
    networks = json.loads(result.stdout)["networks"]
    found = {network["id"]: network for network in networks[1:]}
    check(found.keys() == {entry["id"] for entry in front}, "a study's front stands beside a network")
    check(all(found[entry["id"]]["top1"] == entry["objectives"]["top1"] for entry in front), "with its top-1")
    one = folder / f"job/out/networks/{front[0]['id']}.json"
    check(len(json.loads(run("compare", one, "--study", study, "--json").stdout)["networks"]) == len(front),
          "a network of the front that is named too stands once")
    moved = folder / "moved"
    moved.mkdir()
    (moved / "study.sqlite").write_bytes(study.read_bytes())
    wrong("a study without its networks' files", ["--space"], "--study", moved / "study.sqlite")
    result = run("compare", "--study", moved / "study.sqlite", "--space", folder / "job/small.json", "--json")
    check(result.returncode == 0 and len(json.loads(result.stdout)["networks"]) == len(front), "its space does instead")
finish()
