"""Two chips that are only modelled: their tables' verdicts, and one search whose front, each device's own front,
the matrix of devices, files and plots say what is modelled."""
import json
import pathlib

from support import SOURCE, check, finish, need_images, run, small_job, temporary_folder

need_images()
with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    names = ("mobile-npu", "eyeriss")
    devices = [{"name": name, "profile": str(SOURCE / f"configs/devices/{name}.json"),
                "table": str(folder / f"{name}.json")} for name in names]
    objectives = [{"metric": "top1"}] + [{"metric": "latency", "device": name} for name in names] + \
        [{"metric": "energy", "device": "mobile-npu"}]
    job = small_job(folder, devices=devices, objectives=objectives, strategy={"name": "random"}, workers=2,
                    budget={"trials": 12})
    result = run("search", job)
    check(result.returncode == 0, f"the search ends well {result.stderr[-800:] if result.returncode else ''}")
    out = folder / "out"

    front = json.loads((out / "pareto.json").read_text())
    check([o.get("modelled", False) for o in front["objectives"]] == [False, True, True, True],
          "the front's objectives say which are modelled")
    check("latency on mobile-npu (modelled)" in (out / "front.svg").read_text() or
          "latency on eyeriss (modelled)" in (out / "front.svg").read_text(), "so does the plot")
    header = (out / "pareto.csv").read_text().splitlines()[0]
    check("energy@mobile-npu (modelled) [mJ]" in header, f"and the CSV: {header}")
    summary = (out / "summary.md").read_text()
    check("mobile-npu: modelled, never measured" in summary and "mean error on" in summary,
          "the summary has each device's verdict")
    for text, what in ((result.stdout, "the search"), (run("front", out / "study.sqlite").stdout, "`hwnas front`")):
        check("latency@eyeriss (modelled)" in text and "eyeriss: modelled" in text, f"{what} prints them marked")

    for name in names:
        own = json.loads((out / f"pareto-{name}.json").read_text())
        keys = [o["name"] for o in own["objectives"]]
        check(f"latency@{name}" in keys and not any(key.endswith("@" + other) for key in keys for other in names
                                                    if other != name), f"{name} has a front of its own: {keys}")
        check((out / f"front-{name}.svg").exists() and (out / f"pareto-{name}.csv").exists(), "with plot and CSV")
    matrix = json.loads((out / "devices.json").read_text())
    check(sorted(d["name"] for d in matrix["devices"]) == sorted(names) and all(d["modelled"] for d in matrix["devices"]),
          "the matrix has both devices")
    level = matrix["levels"][0]["networks"]
    for row in level:
        check(row["over_best_percent"][row["best_on"]] == 0, "a device's best costs nothing over itself")
        check(all(over >= -1e-9 for over in row["over_best_percent"].values()), "and no network is better than the best")

    table = folder / "eyeriss.json"
    verified = run("profile", "--verify", table, "--json", "--networks", "20", "--seed", "1")
    check(verified.returncode == 0, f"a table can be verified {verified.stderr[-400:]}")
    verdict = json.loads(verified.stdout)
    for part in ("held_out", "remeasured"):
        check(set(verdict[part]) >= {"networks", "mean_error_percent", "within_5_percent", "within_10_percent", "r2",
                                     "kendall_tau"}, f"{part} has all figures")
    check(verdict["held_out"]["mean_error_percent"] < 5, f"it is near: {verdict['held_out']}")
    check(verdict["remeasured"]["mean_error_percent"] == 0, "a model says the same each time")
    known = json.loads(table.read_text())["verdicts"][0]["networks"]
    check(verdict["held_out"]["networks"] > 0 and len(known) > 0, "on networks that the table did not have")

    difference = run("table", "diff", folder / "mobile-npu.json", table)
    check(difference.returncode == 0 and "Kendall's tau" in difference.stdout and 'device: "mobile-npu", "eyeriss"'
          in difference.stdout, f"two tables are compared: {difference.stdout[:300]}{difference.stderr[-300:]}")
    few = run("profile", SOURCE / "configs/devices/vpu.json", "--space", folder / "space.json", "-o", folder / "few.json",
              "--budget", "5", "--from", table, "--from", folder / "mobile-npu.json")
    rows = json.loads((folder / "few.json").read_text())["rows"] if few.returncode == 0 else []
    check(sum(row.get("origin") == "transferred" for row in rows) == len(rows) - 5 > 0,
          f"five segments and two tables make a third {few.stderr[-300:]}")
    wrong = run("profile", SOURCE / "configs/devices/vpu.json", "--space", folder / "space.json", "-o",
                folder / "w.json", "--budget", "5")
    check(wrong.returncode == 2 and "--from TABLE" in wrong.stderr, f"one of them alone is told: {wrong.stderr}")
finish()
