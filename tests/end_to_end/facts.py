"""The front follows the facts: a segment made ten times dearer is left by the front,
and accuracy falls to chance where the labels are shuffled."""
import json
import pathlib

from support import check, finish, need_images, run, small_job, temporary_folder

need_images()


def front_of(folder):
    result = run("front", folder / "out/study.sqlite", "--json")
    return json.loads(result.stdout)["front"]


with temporary_folder() as name:
    folder = pathlib.Path(name)
    fair = folder / "fair"
    result = run("search", small_job(fair, strategy={"name": "random"}, budget={"trials": 24}, workers=2))
    check(result.returncode == 0, f"the search ends well {result.stderr[-500:] if result.returncode else ''}")
    kernels = [entry["architecture"]["stage1"]["kernel"] for entry in front_of(fair)]
    check(len(kernels) > 0, f"its front has networks, with first kernels {kernels}")
    target = max(set(kernels), key=kernels.count)

    # Every segment that has the favoured first kernel over the stem's 4 channels.
    table = json.loads((fair / "table.json").read_text())
    dearer = 0
    for row in table["rows"]:
        if row["segment"].startswith("4x14x14") and f"kernel={target}x{target} " in row["segment"]:
            for column in ("latency_ms", "latency_median_ms"):
                row[column] *= 10
            dearer += 1
    check(dearer > 0, f"{dearer} segments with kernel {target} were made ten times dearer")
    dear = folder / "dear"
    job = small_job(dear, strategy={"name": "random"}, budget={"trials": 24}, workers=2)
    (dear / "table.json").write_text(json.dumps(table))
    result = run("search", job)
    check(result.returncode == 0, f"the search over the dearer table ends well {result.stderr[-500:] if result.returncode else ''}")
    front = front_of(dear)
    cheapest = min(front, key=lambda entry: entry["objectives"]["latency"])
    before = sum(k == target for k in kernels) / len(kernels)
    after = sum(e["architecture"]["stage1"]["kernel"] == target for e in front) / len(front)
    check(after < before, f"kernel {target}'s share of the front falls from {before:.2f} to {after:.2f}")
    check(cheapest["architecture"]["stage1"]["kernel"] != target, "the fastest network of the front does without it")

    shuffled = folder / "shuffled"
    job = small_job(shuffled, strategy={"name": "random"}, budget={"trials": 3})
    (shuffled / "table.json").write_text((fair / "table.json").read_text())
    run("search", job, "--set", "evaluator.recipe.shuffle_labels=true", "--set", "evaluator.recipe.steps=60")
    best = max(entry["objectives"]["top1"] for entry in front_of(shuffled))
    honest = max(entry["objectives"]["top1"] for entry in front_of(fair))
    check(best < 20, f"shuffled labels give {best:.1f} %, near chance")
    check(honest > best + 10, f"true labels give {honest:.1f} %")
finish()
