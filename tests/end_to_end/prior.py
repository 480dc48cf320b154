"""Searches whose model goes by what an earlier study told (of networks: zero_cost.py).

usage: prior.py HWNAS SOURCE
"""
import json
import pathlib

from made_jobs import categorical_job
from support import check, finish, run, temporary_folder


def searched(what, job, *arguments):
    result = run("search", job, *arguments)
    check(result.returncode == 0, f"{what} ends well {result.stderr[-800:] if result.returncode else ''}")


def refused(what, job, *words, command="validate"):
    result = run(command, job, *(["--resume"] if command == "search" else []))
    lacking = [word for word in words if word not in result.stderr]
    check(result.returncode == 2 and not lacking, f"{what} is refused: lacks {lacking} in {result.stderr.strip()[:500]}")


def best(folder):
    front = json.loads(run("front", folder / "study.sqlite", "--json").stdout)["front"]
    return max(entry["objectives"]["top1"] for entry in front)


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    BOX = [{"metric": "top1", "worst": 40}, {"metric": "latency", "unit": "ms", "worst": 30}]

    def job(name, **changes):
        changed = categorical_job(folder, "random", "choice-table", changes.pop("trials", 16), name=name,
                                  out=str(folder / name), objectives=BOX)
        changed.write_text(json.dumps({**json.loads(changed.read_text()), **changes}))
        return changed

    searched("the earlier study", job("earlier", trials=200))
    prior = {"study": "earlier/study.sqlite", "name": "earlier", "metrics": ["top1"]}
    model = {"strategy": {"name": "model-based", "start": 4}}
    found = {}
    for seed in (1, 2, 3):
        for name, changes in (("without", {}), ("with", {"prior": prior})):
            searched(f"{name}, seed {seed}", job(f"{name}{seed}", seed=seed, trials=12, **model, **changes))
            found.setdefault(name, []).append(best(folder / f"{name}{seed}"))
    check(sum(found["with"]) > sum(found["without"]), f"whoever was told finds more in a dozen evaluations: {found}")
    searched("a search with a prior, resumed", job("with1", seed=1, prior=prior, **model), "--resume", "--trials", "14")
    for strategy in ({"name": "evolution", "screened": 10}, {"name": "reinforce", "imagined": 4}):
        searched(strategy["name"], job(f"by-{strategy['name']}", strategy=strategy, prior=prior))

    refused("a strategy without a model", job("random", prior=prior), "/prior", "random would make nothing of it")
    refused("a study that is not there", job("a", prior={**prior, "study": "no.sqlite"}, **model), "/prior/study", "no.sqlite")
    refused("a figure that it lacks", job("b", prior={**prior, "metrics": ["top2"]}, **model), "/prior/metrics/0",
            "did you mean \"top1\"?")
    refused("no figure", job("c", prior={**prior, "metrics": []}, **model), "/prior/metrics")
    searched("a short study", job("short", trials=3))
    refused("a study of three trials", job("d", prior={"study": "short/study.sqlite", "metrics": ["top1"]}, **model),
            "8 complete trials", "there are 3")
    space = folder / "space.json"
    whole = space.read_text()
    space.write_text(whole.replace('"c5"', '"c6"'))
    for table in ("quality", "latency"):
        path = folder / f"{table}.json"
        path.write_text(path.read_text().replace('"c5"', '"c6"'))
    refused("a study over another space", job("e", prior=prior, **model), "earlier/study.sqlite", "this job's space")
    space.write_text(whole)
    for table in ("quality", "latency"):
        path = folder / f"{table}.json"
        path.write_text(path.read_text().replace('"c6"', '"c5"'))
    searched("the earlier study, further", job("earlier", trials=210), "--resume")
    refused("a search after its prior has changed", job("with1", seed=1, prior=prior, **model), "/prior", "SHA-256",
            command="search")
finish()
