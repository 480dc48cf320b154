"""What configs/networks/references.csv says of torchvision's networks is what torchvision has.

usage: reference_counts.py SOURCE_FOLDER
"""
import csv
import os
import pathlib
import subprocess
import sys

source = pathlib.Path(sys.argv[1])
for python in (sys.executable, "/usr/bin/python3"):
    if os.path.exists(python) and subprocess.run([python, "-c", "import torchvision"], capture_output=True).returncode == 0:
        break
else:
    print("SKIPPED: no torchvision for Python (python3-torchvision)")
    sys.exit(0)

with open(source / "configs/networks/references.csv", newline="") as file:
    told = {row["network"]: (row["parameters"], row["macs"]) for row in csv.DictReader(file)
            if row["reference"].startswith("torchvision ")}
run = subprocess.run([python, source / "scripts/count_torchvision.py"], capture_output=True, text=True)
if run.returncode != 0:
    sys.exit(run.stderr)
counted = {name: (parameters, macs) for name, parameters, macs in (line.split(",") for line in run.stdout.splitlines())}
for name in sorted(set(told) | set(counted)):
    if told.get(name) != counted.get(name):
        print(f"{name}: the file says {told.get(name)}, torchvision has {counted.get(name)}")
print(f"{len(counted)} networks counted")
sys.exit(told != counted)
