"""A network that comes from an ONNX file is trained on from its own weights, and narrowed from them."""
import json
import pathlib
import sqlite3

from support import DATA, SOURCE, check, finish, need_images, run, small_job, temporary_folder

need_images()


def trials(folder):
    with sqlite3.connect(folder / "out/study.sqlite") as database:
        rows = database.execute('SELECT architecture, parent, notes, "values", state, error FROM trials ORDER BY number')
        return [{"id": row[0], "parent": row[1], "notes": json.loads(row[2]), "values": json.loads(row[3]),
                 "state": row[4], "error": row[5]} for row in rows]


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    # A network with weights: the best of a short training.
    chosen = {"op": "mbconv3", "kernel": 3, "se_ratio": 0.25, "skip": "none", "filters": 1.0, "layers": 0}
    small_job(folder)
    (folder / "network.json").write_text(json.dumps({
        "space": "space.json", "architecture": {"stage1": chosen, "stage2": chosen},
        "dataset": {"format": "idx", "path": str(DATA), "validation_images": 1000}}))
    trained = run("train", folder / "network.json", "--out", folder / "trained", "--set", "steps=150",
                  "--set", "epochs=0", "--set", "validation_images_used=500")
    check(trained.returncode == 0, f"a network is trained {trained.stderr[-500:]}")
    accuracy = json.loads((folder / "trained/result.json").read_text())["values"]["top1"]
    check(accuracy > 30, f"and learns: {accuracy} %")

    imported = run("import", folder / "trained/network.onnx", "-o", folder / "given.json", "--json")
    summary = json.loads(imported.stdout)
    check(imported.returncode == 0 and summary["segments"] > 3, f"its ONNX file is imported: {imported.stdout[:300]}")
    inspected = [json.loads(run("inspect", path, "--json").stdout)
                 for path in (folder / "given.json", folder / "trained/network.onnx")]
    check(inspected[0] == inspected[1] | {"name": "given"} and inspected[0]["id"] == summary["id"],
          "inspect shows the file and what was made of it alike")

    for network in ("given.json", "trained/network.onnx"):
        rated = run("train", folder / network, "--dataset", DATA, "--out", folder / "rated", "--set", "epochs=0",
                    "--set", "validation_images_used=500")
        check(rated.returncode == 0, f"{network} is rated {rated.stderr[-500:]}")
        found = json.loads((folder / "rated/result.json").read_text())["values"]["test_top1"]
        stated = json.loads((folder / "trained/result.json").read_text())["values"]["test_top1"]
        # Weights lie otherwise in memory than after a training, and so the last bits of the sums may differ: some
        # images in ten thousand whose two best classes are even may change their class.
        check(abs(found - stated) < 0.035, f"{network} without further training has its accuracy, {found!r} % as {stated!r} %")

    for name, network in (("from-json", "../given.json"), ("from-onnx", "../trained/network.onnx")):
        job = small_job(folder / name, strategy={"name": "netadapt", "reduction": 0.2, "until": 0.7,
                                                 "short_term": {"epochs": 0}, "fine_tune_trajectory": False},
                        objectives=[{"metric": "top1"}, {"metric": "parameters"}], devices=[], space="widths.json",
                        budget={"trials": 20}, workers=2, reference=True,
                        evaluator={"name": "train", "recipe": {"epochs": 0, "validation_images_used": 500}})
        (folder / name / "widths.json").write_text(json.dumps({
            "name": "widths", "type": "widths", "width_step": 4, "least_width": 4, "network": network}))
        result = run("search", job)
        check(result.returncode == 0, f"{name}: narrowing ends well {result.stderr[-600:] if result.returncode else ''}")
        found = trials(folder / name)
        check(all(trial["state"] == "complete" for trial in found),
              f"{name}: every trial was completed {[trial['error'] for trial in found if trial['error']]}")
        check(found[0]["id"] == summary["id"] and found[0]["values"]["top1"] == accuracy,
              f"{name}: the walk begins with the network's own accuracy, {found[0]['values']['top1']!r} %")
        cut = [trial["values"]["top1"] for trial in found if trial["parent"] is not None]
        check(len(cut) > 2 and max(cut) > 20, f"{name}: {len(cut)} narrowed networks keep the rest, at best {max(cut)} %")
finish()
