"""arrays -- fromarray and toarray on a warm file, beside a pipe, the disk and h5py

The pipe: cat hands the same file to another cat. The disk: dd copies it and waits until it is
there. h5py, in a process of its own, does the least of what the tools do: it reads images by
blocks and writes their bytes, or reads a file's bytes and writes them as a dataset that is then on
the disk. Goal: half of the speed of each, on a quiet machine.
"""
import itertools
import os
import statistics

from common import PYTHON, TURNS, Run, imports, pass_over, row

READ = """import sys, h5py
images = h5py.File(sys.argv[1])["image"]
for i in range(0, len(images), 100):
    sys.stdout.buffer.write(images[i:i + 100].tobytes())"""
WRITE = """import os, sys, h5py, numpy
size, count = 5 * 64 * 64, os.path.getsize(sys.argv[1]) // (4 * 5 * 64 * 64)
with open(sys.argv[1], "rb") as f, h5py.File(sys.argv[2], "w") as to:
    images = to.create_dataset("image", (count, 5, 64, 64), "f4")
    for i in range(0, count, 100):
        n = min(100, count - i)
        images[i:i + n] = numpy.frombuffer(f.read(4 * size * n), "f4").reshape(n, 5, 64, 64)
with open(sys.argv[2], "rb+") as f:
    os.fsync(f)"""
# The images of a file in another type and layout, in each kind of file.
MAKE = """import sys, h5py, numpy
images = h5py.File(sys.argv[1])["image"][:].astype(sys.argv[3])
axes = {"nchw": (0, 1, 2, 3), "nhwc": (0, 2, 3, 1)}[sys.argv[4]]
images = numpy.ascontiguousarray(images.transpose(axes))
numpy.save(sys.argv[2] + ".npy", images)
numpy.savez(sys.argv[2] + ".npz", image=images)
h5py.File(sys.argv[2] + ".hdf5", "w")["image"] = images"""
GOAL = 0.5


def forms(scratch, hdf5):
    """fromarray on each form of images, into a pipe, beside cat."""
    for kind, layout in itertools.product(("f4", "f2"), ("nchw", "nhwc")):
        stem = os.path.join(scratch.directory, "images")
        Run(PYTHON, "-c", MAKE, hdf5, stem, kind, layout)
        for end in ".hdf5", ".npy", ".npz":
            size = os.path.getsize(stem + end) * 1e-9
            commands = [f"{reader} {stem + end} | cat" for reader in
                        ("fromarray -q --bands u,g,r,i,z --pixscale 0.396", "cat")]
            turns = [[Run("sh", "-c", command).seconds for command in commands]
                     for _ in range(TURNS)]
            mine, pipe = (size / statistics.median(each) for each in zip(*turns))
            row(part="arrays", what=f"fromarray, {kind} {layout}{end}", value=mine, unit="GB/s",
                beside=pipe, by="pipe", ratio=mine / pipe, goal=GOAL)


def arrays(scratch):
    if not imports("h5py"):
        return pass_over("arrays", "h5py")
    stamps = scratch.stamps()
    hdf5, npz, out = (os.path.join(scratch.directory, name) for name in ("all.hdf5", "all.npz", "out.hdf5"))
    for path in hdf5, npz:
        Run("toarray", "-q", "-o", path, stamps)
    commands = {
        "cat": ["cat", stamps],
        "disk": ["dd", f"if={stamps}", f"of={out}.dd", "bs=1M", "conv=fsync"],
        "h5py reads": [PYTHON, "-c", READ, hdf5],
        "h5py writes": [PYTHON, "-c", WRITE, stamps, out],
        "fromarray, HDF5": ["fromarray", hdf5],
        "fromarray, npz": ["fromarray", npz],
        "fromarray, images": ["fromarray", "--bands", "u,g,r,i,z", "--pixscale", 0.396, hdf5],
        "toarray, HDF5": ["toarray", "-q", "-o", out, stamps],
        "toarray, npz": ["toarray", "-q", "-o", out.replace("hdf5", "npz"), stamps],
    }
    seconds = {name: [] for name in commands}
    for _ in range(TURNS):
        for name, command in commands.items():
            seconds[name].append(Run(*command).seconds)
    size = os.path.getsize(stamps) * 1e-9
    rate = {name: size / statistics.median(each) for name, each in seconds.items()}
    for name in commands:
        if "array" in name:
            by = ("cat", "h5py reads") if name.startswith("from") else ("disk", "h5py writes")
            for other in by:
                row(part="arrays", what=name, value=rate[name], unit="GB/s", beside=rate[other], by=other,
                    ratio=rate[name] / rate[other], goal=None if other == "cat" else GOAL)
    forms(scratch, hdf5)
