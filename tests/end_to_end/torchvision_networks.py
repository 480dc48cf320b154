"""torchvision's networks, exported by PyTorch, compute after `hwnas import` what they computed before, and again
when they are written back and read by ONNX Runtime.

    torchvision_networks.py HWNAS SOURCE [NAME...|all]
"""
import json
import pathlib
import statistics
import subprocess
import sys
import time

from debians_python import need

need("torchvision", "python3-torchvision")

from support import HWNAS, SOURCE, check, finish, run, temporary_folder  # noqa: E402

TOLERANCE = 1e-4  # of the logits' standard deviation
QUICK = ["resnet18", "densenet121", "squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "efficientnet_b0"]


def difference(found, expected):
    return max(abs(a - b) for a, b in zip(found, expected, strict=True)) / statistics.pstdev(expected)


def ask(command, question):
    result = subprocess.run(command, input=json.dumps(question) + "\n", capture_output=True, text=True)
    answer = json.loads(result.stdout.splitlines()[0])
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer


def trainer_logits(folder, name, image):
    return ask([str(pathlib.Path(HWNAS).parent / "hwnas-trainer")],
               {"id": 1, "task": "forward", "graph": json.loads((folder / f"{name}.json").read_text()),
                "weights": str(folder / f"{name}.safetensors"), "batch": 1, "input": image})["output"]


def runtime_logits(folder, name, image):
    return ask(["node", str(SOURCE / "tests/onnx/runtime/run_onnx.mjs"), str(SOURCE / "build/onnxruntime")],
               {"model": str(folder / f"{name}-again.onnx"), "shape": [1, 3, 224, 224], "input": image})["output"]


def tensors(path):
    """Shapes and bytes, in no order: a file written by hwnas names nodes behind their segments."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8:8 + length]), memoryview(content)[8 + length:]
    return sorted((tensor["shape"], hash(bytes(data[slice(*tensor["data_offsets"])]))) for tensor in header.values())


names = sys.argv[3:] or QUICK
if names == ["all"]:
    names = []
has_runtime = (SOURCE / "build/onnxruntime/version").exists()
with temporary_folder() as temporary:
    folder = pathlib.Path(temporary)
    export = subprocess.run([sys.executable, SOURCE / "scripts/export_torchvision.py", folder, *names],
                            capture_output=True, text=True)
    check(export.returncode == 0, f"PyTorch exports {export.stderr[-500:] if export.returncode else ''}")
    for model in sorted(folder.glob("*.onnx")):
        name, begun = model.stem, time.monotonic()
        image, logits = (json.loads((folder / f"{name}.{kind}.json").read_text()) for kind in ("input", "logits"))
        imported = run("import", model, "-o", folder / f"{name}.json", "--json")
        check(imported.returncode == 0, f"{name} is imported {imported.stderr[-800:]}")
        if imported.returncode:
            continue
        summary = json.loads(imported.stdout)
        found = difference(trainer_logits(folder, name, image), logits)
        check(found < TOLERANCE, f"{name}: {summary['parameters']:,} parameters, {summary['segments']} segments, "
                                 f"logits differ by {found:.1e} of their deviation")
        written = run("export", folder / f"{name}.json", "-o", folder / f"{name}-again.onnx")
        check(written.returncode == 0, f"{name} is written again {written.stderr[-500:]}")
        again = run("import", folder / f"{name}-again.onnx", "-o", folder / f"{name}-again.json", "--json")
        check(again.returncode == 0 and json.loads(again.stdout)["id"] == summary["id"] and
              tensors(folder / f"{name}-again.safetensors") == tensors(folder / f"{name}.safetensors"),
              f"{name}, written and read again, is the same network with the same weights {again.stderr[-300:]}")
        if has_runtime:
            found = difference(runtime_logits(folder, name, image), logits)
            check(found < TOLERANCE, f"{name}, written again, in ONNX Runtime: {found:.1e}")
        print(f"        {name}: {time.monotonic() - begun:.1f} s", flush=True)
finish()
