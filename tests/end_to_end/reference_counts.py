"""What configs/networks/references.csv says of torchvision's networks is what torchvision has.

usage: reference_counts.py SOURCE_FOLDER
"""
import csv
import pathlib
import subprocess
import sys

from debians_python import need

need("torchvision", "python3-torchvision")
source = pathlib.Path(sys.argv[1])
with open(source / "configs/networks/references.csv", newline="") as file:
    told = {row["network"]: (row["parameters"], row["macs"]) for row in csv.DictReader(file)
            if row["reference"].startswith("torchvision ")}
run = subprocess.run([sys.executable, source / "scripts/count_torchvision.py"], capture_output=True, text=True)
if run.returncode != 0:
    sys.exit(run.stderr)
counted = {name: (parameters, macs) for name, parameters, macs in (line.split(",") for line in run.stdout.splitlines())}
for name in sorted(set(told) | set(counted)):
    if told.get(name) != counted.get(name):
        print(f"{name}: the file says {told.get(name)}, torchvision has {counted.get(name)}")
print(f"{len(counted)} networks counted")
sys.exit(told != counted)
