"""A search that gives up trainings: the real trainer ends them, and the search says so; workers do the same.

    early_stopping.py HWNAS SOURCE
"""
import json
import pathlib
import sqlite3

from support import check, finish, need_images, run, small_job, temporary_folder


def trials(folder):
    with sqlite3.connect(f"file:{folder / 'out/study.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute('SELECT number, state, "values", notes, details, told FROM trials ORDER BY number').fetchall()
    return [(number, state, json.loads(values), json.loads(notes), json.loads(details), told)
            for number, state, values, notes, details, told in rows]


def figures(found):
    """What a run elsewhere must give again: all but times."""
    return [(number, state, values, notes, details.get("epochs"), details.get("given_up_after"), told)
            for number, state, values, notes, details, told in found]


def job(folder):
    return small_job(
        folder, strategy={"name": "random"}, budget={"trials": 24}, workers=2, early_stopping={"confidence": 0.7, "least_curves": 6},
        evaluator__recipe={"epochs": 4, "train_images": 600, "validation_images_used": 500, "batch": 32})


def main():
    need_images()
    with temporary_folder() as name:
        base = pathlib.Path(name)
        file = job(base / "here")
        told = run("search", file)
        check(told.returncode == 0, f"the search is through: {told.stderr[-300:]}")
        found = trials(base / "here")
        given_up = [trial for trial in found if "given_up_after" in trial[4]]
        check(len(given_up) >= 3, f"some trainings of {len(found)} are given up: {len(given_up)}")
        for number, _, values, notes, details, _ in given_up:
            after = details["given_up_after"]
            check(len(details["epochs"]) == after < 4 and details["fidelity"]["share"] == after / 4,
                  f"trial {number} had {after} of 4 epochs, and its details say so")
            check(values["top1"] < notes["early_stop"]["needed_top1"] and number % 8 != 0,
                  f"trial {number} was expected to end below what was needed")
        check("% of the budget" in told.stderr + told.stdout, "the log tells them apart")
        front = json.loads(run("front", base / "here/out/study.sqlite", "--json").stdout)
        measured = {trial[2]["top1"] for trial in found if trial not in given_up}
        on_front = {network["objectives"]["top1"] for network in front["front"]}
        check(on_front and on_front <= measured, "the front has none of them")

        shared = job(base / "shared")
        (base / "shared/table.json").write_bytes((base / "here/table.json").read_bytes())
        told = run("search", shared, "--set", "evaluate=workers", "--workers-here", "2")
        check(told.returncode == 0, f"the search by workers is through: {told.stderr[-300:]}")
        check(figures(trials(base / "shared")) == figures(found), "workers give up the same trainings")

        wrong = run("validate", file, "--set", "strategy.name=netadapt", "--set", "objectives.0.metric=parameters")
        check(wrong.returncode == 2 and "/early_stopping" in wrong.stderr and "netadapt" in wrong.stderr and "top1" in wrong.stderr,
              f"where nothing can be given up a job is refused: {wrong.stderr}")
    finish()


main()
