"""arrays -- fromarray and toarray on a warm file, beside h5py and cat

h5py, in a process of its own, does the least of what the tools do: it reads images by blocks and writes
their bytes, or reads a file's bytes and writes them as a dataset that is then on the disk. cat reads
and writes the same bytes. Goal: half of the speed of h5py.
"""
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
GOAL = 0.5


def arrays(scratch):
    if not imports("h5py"):
        return pass_over("arrays", "h5py")
    stamps = scratch.stamps()
    hdf5, npz, out = (os.path.join(scratch.directory, name) for name in ("all.hdf5", "all.npz", "out.hdf5"))
    for path in hdf5, npz:
        Run("toarray", "-q", "-o", path, stamps)
    commands = {
        "cat": ["cat", stamps],
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
            by = ("cat", "h5py reads") if name.startswith("from") else ("h5py writes",)
            for other in by:
                row(part="arrays", what=name, value=rate[name], unit="GB/s", beside=rate[other], by=other,
                    ratio=rate[name] / rate[other], goal=None if other == "cat" else GOAL)
