"""The README's commands work as they are written, but for their sizes: each `hwnas ...` line of its
shell blocks is run, in order, in one folder, with fewer trials and images."""
import os
import pathlib
import re
import subprocess

from support import HWNAS, SOURCE, check, finish, need_images, temporary_folder

need_images()
DATA = pathlib.Path(os.environ.get("HWNAS_DATA") or SOURCE / "../shared/data")
STEPS = "--set evaluator.recipe.steps=10 --set evaluator.recipe.train_images=1000"


def smaller(line, folder):
    """The same command with less to do."""
    networks = sorted(path for path in folder.glob("runs/mine/networks/*.json") if "full" not in path.name)
    line = line.replace("networks/ID.", f"networks/{networks[0].stem if networks else 'ID'}.")
    line = line.replace("HWNAS_DATA=FOLDER", f"HWNAS_DATA={DATA}")
    line = re.sub(r"--trials 50\b", "--trials 2", line)
    line = re.sub(r"--trials 80\b", "--trials 3", line)
    line = re.sub(r"epochs=20\b", "epochs=1 --set train_images=1000", line)
    line = re.sub(r"--verify (\S+)", r"--verify \1 --networks 10", line)
    line = re.sub(r"--trials 8\b", "--trials 2", line)
    # Its devices need engines that may not be there, and minutes to be measured.
    line = line.replace("hwnas search configs/three-devices.json", "hwnas validate configs/three-devices.json")
    if re.match(r"hwnas (search|validate) configs/(quickstart|npu-energy|three-devices|successive-halving).json", line):
        line += f" {STEPS}"
    if "successive-halving" in line:
        line += " --set 'strategy.rungs.steps=[2,4,10]' --trials 5"
    return line


readme = (SOURCE / "README.md").read_text()
lines = [line.split("#")[0].strip() for block in re.findall(r"^```sh\n(.*?)^```", readme, re.M | re.S)
         for line in block.splitlines()]
lines = [line for line in lines if re.search(r"\bhwnas\b", line) and not line.startswith(("scripts/", "cmake"))]
check(len(lines) > 7, f"the README shows {len(lines)} commands")

with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    for name in ("configs", "examples"):
        (folder / name).symlink_to(SOURCE / name)
    # The rows that the first search measured, where it ran already.
    measured = SOURCE / "runs/tables"
    if measured.exists():
        (folder / "runs").mkdir()
        subprocess.run(["cp", "-r", measured, folder / "runs/tables"], check=True)
    environment = {**os.environ, "PATH": f"{pathlib.Path(HWNAS).resolve().parent}:{os.environ['PATH']}"}
    for line in lines:
        if "HWNAS_DATA" in line and not DATA.exists():
            print(f"without {DATA}, left out: {line}")
            continue
        command = smaller(line, folder)
        result = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL)
        said = f": {(result.stdout + result.stderr)[-800:]}" if result.returncode else ""
        check(result.returncode == 0, f"{command}{said}")
    check(list(folder.glob("runs/mine/networks/*.onnx")), "there are networks as ONNX")
finish()
