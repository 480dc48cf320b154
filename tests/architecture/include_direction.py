"""Includes run one way: a folder may include itself and those before it.

usage: include_direction.py SOURCE_FOLDER
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
allowed = {"core": set()}
for folder, others in (
        ("regression", ["core"]),
        ("graph", ["core"]),
        ("onnx", ["core", "graph"]),
        ("space", ["core", "graph", "onnx"]),
        ("devices", ["core", "regression", "graph", "onnx", "space"]),
        ("predictors", ["core", "regression", "graph", "space"]),
        ("study", ["core", "graph", "space"]),
        ("search", ["core", "regression", "graph", "space", "devices", "predictors", "study"]),
        ("report", ["core", "regression", "graph", "space", "devices", "study", "search"]),
        ("job", ["core", "regression", "graph", "space", "onnx", "devices", "predictors", "study", "search",
                 "report"]),
        ("cli", ["core", "regression", "graph", "space", "onnx", "devices", "predictors", "study", "search", "report",
                 "job"]),
        ("runners", ["core", "graph", "onnx", "devices"]),
        ("train", ["core", "graph", "predictors"])):
    allowed[folder] = set(others)

wrong = []
count = 0
for folder, others in allowed.items():
    for file in sorted((source / folder).rglob("*.[ch]*")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = re.match(r'\s*#include "([^/"]+)/', line)
            count += bool(match)
            if match and match[1] != folder and match[1] not in others:
                wrong.append(f"{file.relative_to(source)}:{number}: {folder} must not include {match[1]}")
            if re.match(r"\s*#include <(torch|ATen|c10)/", line) and folder != "train":
                wrong.append(f"{file.relative_to(source)}:{number}: LibTorch is for train/ alone")
print("\n".join(wrong) or f"{count} includes, all one way")
sys.exit(1 if wrong or count < 100 else 0)
