"""Searches by zero-cost proxies: every kind of strategy makes trials whose figures come again, one that a network does not
allow is a failed trial that says why, and a job that asks for what nobody gives is refused.

usage: zero_cost.py HWNAS SOURCE
"""
import json
import pathlib

from made_jobs import network_job
from support import check, finish, run, temporary_folder, trials

PROXIES = ["synflow", "naswot", "jacob_cov", "grad_norm", "snip", "grasp", "fisher", "zico"]
EVALUATOR = {"name": "zero-cost", "proxies": PROXIES, "batch": 16, "batches": 3}
OBJECTIVES = [{"metric": "zico", "direction": "maximize"}, {"metric": "macs"}]


def made(folder, strategy, **changes):
    folder.mkdir(parents=True)
    return network_job(folder, strategy, changes.pop("evaluator", EVALUATOR), changes.pop("trials", 6),
                       **{"objectives": OBJECTIVES, "reference": False, **changes})


with temporary_folder() as temporary:
    temporary = pathlib.Path(temporary)
    for strategy in ("random", "evolution", "reinforce"):
        job = made(temporary / strategy, strategy, constraints=[{"metric": "snip", "at_least": 0}])
        result = run("search", job)
        check(result.returncode == 0, f"{strategy} ends well {result.stderr[-800:] if result.returncode else ''}")
        done = trials(temporary / strategy)
        check([trial["state"] for trial in done] == ["complete"] * 6, f"{strategy}: all trials are complete")
        check(all(set(json.loads(trial["values"])) >= set(PROXIES) for trial in done), "each has all proxies")
        front = json.loads(run("front", temporary / strategy / "out/study.sqlite", "--json").stdout)
        check([(item["name"], item["unit"], item["direction"]) for item in front["objectives"]][:1] ==
              [("zico", "nats", "maximize")], "a study is read without its job's evaluator")
        check(len(front["front"]) > 0, "there is a front")

    again = made(temporary / "again", "random")
    run("search", again, "--trials", "3")
    check(run("search", again, "--resume").returncode == 0, "a search goes on")
    keys = ("number", "choices", "values")
    check([[trial[key] for key in keys] for trial in trials(temporary / "again")] ==
          [[trial[key] for key in keys] for trial in trials(temporary / "random")], "and its figures are the same")

    folder = temporary / "smooth"
    job = made(folder, "random", evaluator={"name": "zero-cost", "proxies": ["naswot"], "batch": 16},
               objectives=[{"metric": "naswot", "direction": "maximize"}], trials=2)
    space = json.loads((folder / "small.json").read_text())
    for stage in space["stages"]:
        stage["activation"] = "hard-swish"
    (folder / "small.json").write_text(json.dumps(space))
    run("search", job)
    told = json.loads(run("studies", folder / "out/study.sqlite", "--json").stdout)["studies"][0]["trials"]
    check(told["failed"] == 2, f"a network without linear pieces has no NASWOT: {told}")
    for what, changes, words in (
            ("an accuracy that nobody gives", {"objectives": [{"metric": "top1"}]}, "top1"),
            ("a proxy that is not asked for", {"evaluator": {"name": "zero-cost", "proxies": ["snip"]}}, "zico"),
            ("an objective without a direction", {"objectives": [{"metric": "zico"}]}, "direction")):
        refused = run("validate", made(temporary / what, "random", **changes))
        check(refused.returncode == 2 and words in refused.stderr, f"{what} is refused: {refused.stderr.strip()[-300:]}")
    refused = run("validate", made(temporary / "rungs", "halving"))
    check(refused.returncode == 2 and "zero-cost proxies have none" in refused.stderr, "rungs want a budget, and there is none")

    folder = temporary / "prior"
    proxies = {"name": "zero-cost", "proxies": ["naswot", "jacob_cov"], "batch": 16}
    earlier = made(folder, "random", evaluator=proxies, trials=12, name="proxies", out=str(folder / "proxies"),
                   objectives=[{"metric": "naswot", "direction": "maximize"}])
    result = run("search", earlier)
    check(result.returncode == 0, f"proxies of drawn networks {result.stderr[-500:] if result.returncode else ''}")
    trained = network_job(folder, "random", "train", 6, name="trained",
                          prior={"study": "proxies/study.sqlite", "metrics": ["naswot", "jacob_cov"]})
    trained.write_text(json.dumps({**json.loads(trained.read_text()), "strategy": {"name": "model-based", "start": 3}}))
    result = run("search", trained)
    check(result.returncode == 0 and all(trial["state"] == "complete" for trial in trials(folder)),
          f"trainings by a model that goes by them {result.stderr[-500:] if result.returncode else ''}")
finish()
