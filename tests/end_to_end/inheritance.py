"""Weights that pass on are real: a network that takes over all of another's, without further training,
has its accuracy to the last digit; one that loses channels has not, and learns from where it stands."""
import json
import pathlib
import sqlite3

from support import check, finish, need_images, run, small_job, temporary_folder

need_images()
CHOSEN = {"op": "mbconv3", "kernel": 3, "se_ratio": 0.25, "skip": "none", "filters": 1.0, "layers": 0}


def search(folder, **changes):
    job = small_job(folder, strategy={"name": "netadapt", "reduction": 0.2, "until": 0.6, **changes},
                    objectives=[{"metric": "top1"}, {"metric": "parameters"}], devices=[], space="widths.json",
                    budget={"trials": 60}, workers=2, evaluator__recipe__steps=80, reference=True)
    (folder / "widths.json").write_text(json.dumps({
        "name": "widths", "type": "widths", "width_step": 4, "least_width": 4,
        "network": {"space": "space.json", "architecture": {"stage1": CHOSEN, "stage2": CHOSEN}}}))
    result = run("search", job)
    check(result.returncode == 0, f"{folder.name} ends well {result.stderr[-800:] if result.returncode else ''}")
    with sqlite3.connect(folder / "out/study.sqlite") as database:
        rows = database.execute('SELECT number, architecture, parent, budget, notes, "values", state FROM trials '
                                "ORDER BY number").fetchall()
    return {row[0]: {"id": row[1], "parent": row[2], "budget": json.loads(row[3]), "notes": json.loads(row[4]),
                     "values": json.loads(row[5]), "state": row[6]} for row in rows}


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    trials = search(folder / "rated", short_term={"steps": 20}, long_term={"epochs": 0})
    check(all(trial["state"] == "complete" for trial in trials.values()), "every trial was completed")
    same = [trial for trial in trials.values() if trial["notes"].get("phase") == "long-term"]
    check(len(same) > 2, f"there is a trajectory ({len(same)} networks)")
    for trial in same:
        parent = trials[trial["parent"]]
        check(trial["id"] == parent["id"] and trial["values"]["top1"] == parent["values"]["top1"],
              f"{trial['id']}, taken over whole: {trial['values']['top1']!r} % as its parent {parent['values']['top1']!r} %")

    trials = search(folder / "cut", short_term={"epochs": 0}, fine_tune_trajectory=False)
    cut = [trial for trial in trials.values() if trial["parent"] is not None]
    check(len(cut) > 3, f"{len(cut)} networks were cut")
    start = trials[0]["values"]["top1"]
    check(any(trial["values"]["top1"] != start for trial in cut), "what loses channels has another accuracy")
    chance = 10
    check(max(trial["values"]["top1"] for trial in cut) > 2 * chance, "and yet more than chance: the rest was kept")
finish()
