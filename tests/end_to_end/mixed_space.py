"""A search over blocks of several families that chooses the resolution too: every strategy keeps to the space's
constraints, networks of each resolution are trained on the same images, and their files are as large as was told."""
import json
import pathlib
import sqlite3

from made_jobs import network_job
from support import check, finish, run, temporary_folder

BLOCKS = {"inverted": {"family": "inverted-residual", "choices": {"kernel": [3, 5], "expansion": [2, 3]}},
          "separable": {"family": "separable", "choices": {"kernel": [3, 5]}},
          "shuffle": {"family": "shuffle-v2"}}
SPACE = {"name": "mixed", "input": [1, 8, 8], "classes": 4, "choices": {"resolution": [6, 8]},
         "stem": {"family": "conv", "filters": 8},
         "stages": [{"name": f"stage{i}", "family": "one-of", "filters": 8 * i, "layers": 1, "stride": 2,
                     "choices": {"layers": [0, 1]}, "blocks": BLOCKS} for i in (1, 2)],
         "head": {"family": "classifier"},
         "constraints": [{"where": {"kernel": 5}, "require": {"resolution": {"least": 8}}},
                         {"where": {"stage2.block": "shuffle"}, "require": {"stage1.block": ["shuffle", "separable"]}}]}


def breaks(chosen):
    """In words, or nothing."""
    # What a block does not have stands at its first value.
    if chosen["stage2"]["kernel"] == 5:
        return "a kernel of 5 where 3 or 4 pixels enter"
    if chosen["stage1"]["kernel"] == 5 and chosen["shared"]["resolution"] == 6:
        return "a kernel of 5 where 6 pixels enter"
    if chosen["stage2"]["block"] == "shuffle" and chosen["stage1"]["block"] == "inverted":
        return "a shuffle unit behind an inverted residual"
    return ""


with temporary_folder() as temporary:
    for strategy in ("random", "nsga2", "ppo"):
        folder = pathlib.Path(temporary) / strategy
        folder.mkdir()
        job = network_job(folder, strategy, "train", 8, objectives=[{"metric": "top1"}, {"metric": "onnx_bytes"}],
                          space="mixed.json")
        (folder / "mixed.json").write_text(json.dumps(SPACE))
        result = run("search", job)
        check(result.returncode == 0, f"{strategy} ends well {result.stderr[-800:] if result.returncode else ''}")
        with sqlite3.connect(folder / "out/study.sqlite") as database:
            trials = database.execute('SELECT choices, state, error FROM trials').fetchall()
        complete = [json.loads(choices) for choices, state, error in trials if state == "complete"]
        check(len(complete) == 8, f"{len(complete)} of {len(trials)} trials complete {[t[2] for t in trials if t[2]]}")
        broken = [breaks(chosen) for chosen in complete if breaks(chosen)]
        check(not broken, f"constraints are kept {broken}")
        check({chosen["shared"]["resolution"] for chosen in complete} == {6, 8}, "both resolutions are drawn")
        for file in (folder / "out/networks").glob("*.onnx"):
            told = json.loads(file.with_suffix(".json").read_text())["objectives"]["onnx_bytes"]
            check(file.stat().st_size == told, f"{file.name}: told {told:.0f} bytes, {file.stat().st_size} written")
finish()
