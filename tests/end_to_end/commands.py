"""Exit codes, messages and the JSON that scripts rely on."""
import json
import pathlib
import time

from support import SOURCE, check, finish, need_images, run, small_job, temporary_folder


def wrong(what, parts, *arguments):
    result = run(*arguments)
    missing = [part for part in parts if part not in result.stderr]
    check(result.returncode == 2 and not missing, f"{what}: exit code {result.returncode}, {result.stderr.strip()[:300]}")


quickest = min(_elapsed for _elapsed in [
    (lambda start: (run("--version"), time.monotonic() - start)[1])(time.monotonic()) for _ in range(5)])
check(quickest < 0.05, f"the program starts and ends in {quickest * 1000:.0f} ms")
wrong("an unknown command", ["did you mean \"search\""], "serch")
wrong("an unknown option", ["--frobnicate"], "search", SOURCE / "configs/quickstart.json", "--frobnicate")
wrong("a missing file", ["no-such.json"], "search", "no-such.json")
wrong("an unknown path of --set", ["--set budget.trails: ", "\"trials\""], "validate", SOURCE / "configs/quickstart.json",
      "--set", "budget.trails=3")
wrong("two problems at once", ["/workers", "/strategy/name"], "validate", SOURCE / "configs/quickstart.json",
      "--set", "workers=0", "--set", "strategy.name=reinfroce")
wrong("a study that is none", ["no-such.sqlite"], "front", "no-such.sqlite")

reference = json.loads((SOURCE / "configs/spaces/mnasnet-imagenet.json").read_text())["reference"]["choices"]
with temporary_folder() as name:
    folder = pathlib.Path(name)
    (folder / "v2.json").write_text(json.dumps({"space": str(SOURCE / "configs/spaces/mnasnet-imagenet.json"),
                                                "architecture": reference}))
    result = run("inspect", folder / "v2.json", "--json")
    shown = json.loads(result.stdout)
    check(shown["parameters"] == 3504872 and shown["macs"] == 300774272, "inspect --json counts MobileNetV2 as torchvision does")
    check({"peak_activation_bytes", "layers"} <= set(shown), "inspect --json has its documented keys")

    result = run("inspect", folder / "v2.json", "--svg", folder / "v2.svg")
    picture = (folder / "v2.svg").read_text()
    check(result.returncode == 0 and "Written: " in result.stdout, "inspect --svg says what it wrote")
    check(picture.startswith("<svg") and ">MBConv6 3x3 s2<" in picture and ">MACs (millions)<" in picture,
          "and draws the network's blocks")
    nodes = [{"name": "a", "op": "Conv", "filters": 8, "inputs": ["input"], "segment": "/<1>"},
             {"name": "b", "op": "Conv", "filters": 8, "inputs": ["a"], "segment": "/<2>"},
             {"name": "c", "op": "Concat", "inputs": ["a", "b"], "segment": "/<3>"}]
    (folder / "graph.json").write_text(json.dumps({"input": [3, 8, 8], "nodes": nodes}))
    result = run("inspect", folder / "graph.json", "--json", "--svg", folder / "graph.svg")
    check(json.loads(result.stdout)["layers"][2]["peak_activation_bytes"] is None and (folder / "graph.svg").exists(),
          "a graph with a segment that several tensors enter is shown and drawn")
    wrong("a table without a picture", ["--svg FILE"], "inspect", folder / "v2.json", "--table", "cpu.json")
    wrong("a picture of choices", ["a network to draw", "named choices"], "inspect",
          SOURCE / "configs/spaces/nas-bench-macro.json", "--svg", folder / "none.svg")
    wrong("a table that is none", ["no-such.json"], "inspect", folder / "v2.json", "--svg", folder / "none.svg",
          "--table", "no-such.json")

    need_images()
    job = small_job(folder / "job", strategy={"name": "random"}, budget={"trials": 3},
                    result={"train_front": True, "recipe": {"steps": 30}})
    result = run("search", job)
    check(result.returncode == 0, f"a search ends well {result.stderr[-500:] if result.returncode else ''}")
    out = folder / "job/out"
    for file in ("pareto.json", "pareto.csv", "front.svg", "progress.svg", "summary.md", "study.sqlite"):
        check((out / file).exists(), f"{file} was written")
    shown = json.loads(run("front", out / "study.sqlite", "--json").stdout)
    check([set(o) >= {"name", "unit", "direction"} for o in shown["objectives"]] == [True, True], "front --json has its objectives")
    for entry in shown["front"]:
        check({"id", "architecture", "objectives"} <= set(entry) and set(entry["objectives"]) == {"top1", "latency"},
              f"{entry['id']} has id, architecture and objectives")
    written = json.loads((out / "pareto.json").read_text())["front"]
    check(all(entry["weights_from"] == "full" and "test_top1" in entry["figures"] for entry in written),
          "the front was trained in full and rated on the test images")
    check(all((out / entry["onnx"]).exists() for entry in written), "each network has its ONNX file")
    wrong("a second search into the same folder", ["--resume", "--out"], "search", job)
    wrong("another question for the same study", ["/seed"], "search", job, "--resume", "--seed", "9")
    check(run("search", job, "--resume", "--trials", "4").returncode == 0, "a study goes on with a larger budget")
    wrong("a limit that nothing meets", ["the least that can be reached"], "search", job, "--out", folder / "none",
          "--set", 'constraints=[{"metric": "parameters", "at_most": 5}]')
    wrong("energy without a meter or a column", ["energy"], "search", job, "--out", folder / "energy",
          "--set", 'objectives=[{"metric": "top1"}, {"metric": "energy"}]')
    network = out / "networks" / (written[0]["id"] + ".json")
    result = run("train", network, "--set", "steps=20", "--out", folder / "trained")
    check(result.returncode == 0 and (folder / "trained/network.onnx").exists(), f"train writes an ONNX file {result.stderr[-300:]}")
finish()
