"""One search for two devices: each has its table, its objective, and targets that the controller aims at in turn."""
import json
import pathlib
import sqlite3

from support import check, finish, need_images, run, small_job, temporary_folder

need_images()
with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    devices = [{"name": name, "profile": f"{name}.json", "table": str(folder / f"{name}-table.json")}
               for name in ("one", "many")]
    targets = {"latency@one": [0.04, 0.1], "latency@many": [0.4, 1.0]}
    job = small_job(folder, devices=devices, workers=2,
                    objectives=[{"metric": "top1"}, {"metric": "latency", "device": "one"},
                                {"metric": "latency", "device": "many"}],
                    strategy={"name": "reinforce", "reward": "hard", "targets": targets})
    device = json.loads((folder / "device.json").read_text())
    for name, batch in (("one", 1), ("many", 256)):
        (folder / f"{name}.json").write_text(json.dumps({**device, "name": name, "batch": batch}))
    result = run("search", job)
    check(result.returncode == 0, f"the search ends well {result.stderr[-800:] if result.returncode else ''}")

    tables = [json.loads((folder / f"{name}-table.json").read_text()) for name in ("one", "many")]
    check([table["batch"] for table in tables] == [1, 256], "each device was measured with its own setting")
    with sqlite3.connect(folder / "out/study.sqlite") as database:
        rows = [(json.loads(notes), json.loads(values)) for notes, values in
                database.execute('SELECT notes, "values" FROM trials ORDER BY number')]
    for number, (notes, values) in enumerate(rows):
        expected = {key: aimed[number % 2] for key, aimed in targets.items()}
        check(notes["targets"] == expected, f"trial {number} aims at {notes['targets']}")
        check(values["latency@many"] > 2 * values["latency@one"] > 0,
              f"trial {number} has a latency on each device: {values}")
    front = json.loads((folder / "out/pareto.json").read_text())
    check([objective["name"] for objective in front["objectives"]] == ["top1", "latency@one", "latency@many"],
          "the front has both devices' objectives")
    check(all(len(entry["objectives"]) == 3 for entry in front["front"]), "and each network of it three figures")
    wrong = run("validate", job, "--set", 'strategy.targets={"latency@on": [1]}')
    check(wrong.returncode == 2 and 'did you mean "latency@one"?' in wrong.stderr,
          f"a target of no device is told before anything is measured: {wrong.stderr}")
finish()
