"""The commands of docs/interchange.md work as they are written: its Python exports a network, its hwnas lines are run in
the same folder, and a space like its JSON is read."""
import pathlib
import re
import subprocess
import sys

from debians_python import need

need("torchvision", "python3-torchvision")

from support import HWNAS, SOURCE, check, finish, run, temporary_folder  # noqa: E402

text = (SOURCE / "docs/interchange.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "export.py").write_text(blocks("python")[0])
    exported = subprocess.run([sys.executable, "export.py"], cwd=folder, capture_output=True, text=True)
    check(exported.returncode == 0, f"PyTorch exports {exported.stderr[-500:] if exported.returncode else ''}")
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("hwnas ")]
    check(len(lines) == 3, f"the document shows {len(lines)} commands")
    for line in lines:
        result = run(*line.split()[1:], cwd=folder)
        check(result.returncode == 0, f"{line} {result.stderr[-500:]}")
    check("BatchNormalization" in (folder / "network.json").read_text(), "batch norms are kept")
    (folder / "space.json").write_text(blocks("json")[0])
    space = run("inspect", "space.json", cwd=folder)
    check(space.returncode == 0 and "reference  network" in space.stdout, f"the space is read {space.stderr[-500:]}")
finish()
