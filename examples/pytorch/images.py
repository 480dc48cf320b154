"""A folder of IDX files, such as MNIST and Fashion-MNIST, as tensors."""
import gzip
import pathlib

import numpy
import torch


def read_idx(path):
    """The bytes of one IDX file, plain or compressed, in its shape."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: no IDX file of bytes")
    shape = numpy.frombuffer(data, ">i4", count=data[3], offset=4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(shape)


def find(folder, name):
    found = sorted(pathlib.Path(folder).glob(name + "[.-]idx?-ubyte*"))
    if not found:
        raise FileNotFoundError(f"{folder}: no {name}-idx*-ubyte or .gz of it")
    return found[0]


class Images:
    """Training images, and those held out, drawn once with a seed of their own: normalised, NCHW."""

    def __init__(self, folder, held_out):
        pixels = torch.from_numpy(read_idx(find(folder, "train-images")).copy()).unsqueeze(1)
        labels = torch.from_numpy(read_idx(find(folder, "train-labels")).copy()).long()
        if not 0 < held_out < len(pixels):
            raise ValueError(f"{folder}: cannot hold out {held_out} of {len(pixels)} images")
        order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(0))
        validation, training = order[:held_out], order[held_out:]
        scaled = pixels.float() / 255
        mean, deviation = scaled[training].mean(), scaled[training].std()
        scaled = (scaled - mean) / deviation
        self.training = scaled[training], labels[training]
        self.validation = scaled[validation], labels[validation]
