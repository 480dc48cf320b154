"""Data sets that NumPy itself writes are read as they are: counts, means and deviations of pixels.

    numpy_files.py HWNAS_TRAINER SOURCE
"""
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

from debians_python import need

need("numpy", "python3-numpy")
import numpy  # noqa: E402

TRAINER = sys.argv[1]
failures = 0
draw = numpy.random.default_rng(1)
NAMES = {"Keras'": ["x_train", "y_train", "x_test", "y_test"],
         "MedMNIST's": ["train_images", "train_labels", "test_images", "test_labels"]}


def asked(file, channels):
    graph = {"input": [channels, 6, 5], "nodes": [
        {"name": "flatten", "op": "Flatten", "inputs": ["input"], "segment": "all"},
        {"name": "classes", "op": "Gemm", "features": 3, "inputs": ["flatten"], "segment": "all"}]}
    question = {"id": 1, "task": "check", "graph": graph,
                "dataset": {"format": "npz", "path": str(file), "validation_images": 10}}
    return json.loads(subprocess.run([TRAINER], input=json.dumps(question) + "\n", capture_output=True,
                                     text=True).stdout)


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "data.npz"
    for (whose, names), (order, axes), write, kind in itertools.product(
            NAMES.items(), {"none": None, "last": (0, 2, 3, 1), "first": (0, 1, 2, 3)}.items(),
            (numpy.savez, numpy.savez_compressed), (numpy.uint8, numpy.int64)):
        channels = 1 if axes is None else 3
        # Of each channel one value alone, so that the held-out images change nothing.
        images = [numpy.ones((count, channels, 6, 5), numpy.uint8) * numpy.arange(50, 50 + 60 * channels, 60,
                  dtype=numpy.uint8).reshape(1, channels, 1, 1) for count in (40, 12)]
        labels = [draw.permutation(numpy.arange(count) % 3).astype(kind).reshape(count, -1) for count in (40, 12)]
        shaped = [part[:, 0] if axes is None else numpy.ascontiguousarray(part.transpose(axes)) for part in images]
        write(file, **dict(zip(names, [shaped[0], labels[0], shaped[1], labels[1]])))
        found = asked(file, channels).get("dataset", {})
        means = [round(255 * mean) for mean in found.get("mean", [])]
        right = (found.get("train_images"), found.get("validation_images"), found.get("test_images"),
                 found.get("classes"), means) == (30, 10, 12, 3, [50, 110, 170][:channels])
        print(f"{'ok     ' if right else 'FAILED '} {write.__name__}, {whose} names, channels {order}, {kind.__name__}: {found}")
        failures += not right
sys.exit(1 if failures else 0)
