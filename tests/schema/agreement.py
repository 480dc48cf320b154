"""Holds the JSON Schemas and the parser together.

Every shipped config, and an example that uses every key, must please both; every
example with one thing wrong (a key renamed, a value of another type, a number out of
its bounds, a needed key left out) must please neither.

usage: agreement.py HWNAS SOURCE_FOLDER
"""
import copy
import fnmatch
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: Python has no jsonschema module (python3-jsonschema)")
    sys.exit(0)

hwnas, source = sys.argv[1], pathlib.Path(sys.argv[2])
failures = []
checked = 0

# The published results that a shipped config names are stood in for.
data = tempfile.TemporaryDirectory(prefix="hwnas-test-")
results = pathlib.Path(data.name) / "nas_bench_macro/archs.csv.gz"
results.parent.mkdir()
results.write_text("arch,mean_acc,std,params,flops\n" + "".join(
    f"{''.join(code)},90,0.1,1000,2000\n" for code in itertools.product("012", repeat=8)))
(pathlib.Path(data.name) / "latency.json").write_text(
    json.dumps({"unit": "ms", "terms": [{"if": {"p1": 2}, "value": 0.5}]}))
for description in (source / "configs/imports").glob("*.json"):
    for table in re.findall(r"\$\{HWNAS_DATA\}/([^\"]+)", description.read_text()):
        (pathlib.Path(data.name) / table).parent.mkdir(parents=True, exist_ok=True)
        (pathlib.Path(data.name) / table).touch()
environment = {**os.environ, "HWNAS_DATA": data.name}
# An earlier study, which a job may start from, or go by.
subprocess.run([hwnas, "search", source / "configs/nas-bench-macro.json", "--trials", "12", "--out", data.name,
                "--set", "name=known"], check=True, env=environment, capture_output=True)


def schema_accepts(schema, value):
    return jsonschema.Draft7Validator(schema).is_valid(value)


def parser_accepts(value, near):
    # Beside the original, since a job's paths are relative to its own folder.
    with tempfile.NamedTemporaryFile("w", prefix=".", suffix=".json", dir=near) as file:
        json.dump(value, file)
        file.flush()
        run = subprocess.run([hwnas, "validate", file.name], capture_output=True, text=True, env=environment)
        if run.returncode not in (0, 2):
            failures.append(f"exit code {run.returncode}: {run.stderr}")
        return run.returncode == 0


def expect(kind, what, schema, value, near, accepted):
    global checked
    checked += 1
    for name, verdict in (("schema", schema_accepts(schema, value)), ("parser", parser_accepts(value, near))):
        if verdict != accepted:
            failures.append(f"{kind}: {what}: the {name} says {'yes' if verdict else 'no'}")


def places(value, path=()):
    """Every (path, value) inside a document."""
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield from places(child, path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def matches(path, patterns):
    return any(len(path) == len(p) and all(fnmatch.fnmatch(str(a), b) for a, b in zip(path, p)) for p in patterns)


def wrong_ones(document, free):
    """Documents with one thing wrong. `free` paths hold names of the user's own."""
    for path, value in places(document):
        if not path or any(matches(path[:i], free) for i in range(len(path) + 1)) or path[-1] in ("$schema", "comment"):
            continue
        where = "/" + "/".join(map(str, path))
        if isinstance(path[-1], str):
            broken = copy.deepcopy(document)
            parent = at(broken, path[:-1])
            parent[path[-1] + "_x"] = parent.pop(path[-1])
            yield f"{where} renamed", broken
        for wrong in ([{"no": 1}] if not isinstance(value, dict) else ["no"]):
            broken = copy.deepcopy(document)
            at(broken, path[:-1])[path[-1]] = wrong
            yield f"{where} of another type", broken
        if isinstance(value, (int, float)) and not isinstance(value, bool) and path[-1] not in (
                "at_most", "at_least", "worst", "best"):
            for wrong in (-1e6, 1e300):
                broken = copy.deepcopy(document)
                at(broken, path[:-1])[path[-1]] = wrong
                yield f"{where} = {wrong}", broken


def keys_of(schema):
    """Every property that a schema knows, by name."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties", {}))
    for part in list(schema.get("properties", {}).values()) + [schema.get("items")] + schema.get("oneOf", []) + \
            schema.get("anyOf", []) + schema.get("allOf", []) + [schema.get("then")] + \
            list(schema.get("definitions", {}).values()):
        found |= keys_of(part)
    return found


for kind, examples, shipped, free in (
        ("job", sorted((source / "tests/schema").glob("*job.json")), sorted((source / "configs").glob("*.json")),
         [("strategy", "targets"), ("strategy", "*_term"), ("strategy", "rungs", "*"), ("strategy", "cost"), ("evaluator", "values", "*"), ("evaluator", "noise", "*"),
          ("evaluator", "fidelity", "errors", "*"),
          ("evaluator", "metrics", "*"), ("evaluator", "budget"), ("costs", "*"), ("start", "*"), ("contents", "*")]),
        ("space", [source / f"configs/spaces/{name}.json" for name in ("mnasnet-28", "nas-bench-macro", "mnasnet-28-widths", "mixed-28")],
         sorted((source / "configs/spaces").glob("*.json")) + sorted((source / "configs/networks").glob("*.json")),
         [("network",), ("reference", "choices"), ("published",), ("constraints", "*", "where", "*"),
          ("constraints", "*", "require", "*"), ("stage_defaults", "blocks", "*"), ("stages", "*", "blocks", "*"), ("choices", "*", "values", "*"), ("interchangeable", "*", "value")]),
        ("device", sorted((source / "tests/schema").glob("*device.json")), sorted((source / "configs/devices").glob("*.json")),
         [("engine", "provider_options"), ("engine", "config"), ("engine", "delegate"), ("accelerator", "sources"), ("runner",)]),
        ("import", sorted((source / "tests/schema").glob("*import.json")), sorted((source / "configs/imports").glob("*.json")),
         [("source", "*"), ("csv", "key", "*"), ("csv", "key")])):
    schema = json.loads((source / f"configs/schema/{kind}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    near = source / ("configs" if kind == "job" else f"configs/{kind}s")
    for file in shipped:
        expect(kind, file.name, schema, json.loads(file.read_text()), near, True)
    used = set()
    for example in examples:
        document = json.loads(example.read_text())
        expect(kind, example.name, schema, document, near, True)
        used |= {p for path, _ in places(document) for p in path}
        for what, broken in wrong_ones(document, free):
            expect(kind, f"{example.name}: {what}", schema, broken, near, False)
        # What a name of the user's own stands for is held, though the name is not.
        for path, value in places(document):
            if path and matches(path, free) and isinstance(value, dict) and (
                    path[:2] == ("evaluator", "values") or path[0] == "start"):
                for what, broken in wrong_ones(value, [("architecture",)]):
                    outer = copy.deepcopy(document)
                    at(outer, path[:-1])[path[-1]] = broken
                    expect(kind, f"{example.name}: /{'/'.join(map(str, path))}{what}", schema, outer, near, False)
    if kind != "space":  # a space's families share one list of keys
        unused = keys_of(schema) - used - {"alpha", "beta", "comment", "$schema"}
        if unused:
            failures.append(f"{kind}: the examples do not use {sorted(unused)}, so nothing holds them")

print(f"{checked} documents, {len(failures)} disagreements")
for failure in failures:
    print(failure)
sys.exit(1 if failures else 0)
