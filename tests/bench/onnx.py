"""onnx -- prediction beside ONNX Runtime, which runs the networks that tonetwork writes

Of the batches at which a program is asked, each side's best counts: ONNX Runtime is at its best
with few stamps, whose layers stay in the cache.
"""
import os
import subprocess

from common import BENCH_NN, HERE, THREADS, TURNS, Run, Worker, is_busy, pass_over, products, row

GOALS = {"S3": 3, "P": 2.2, "T": 2.2}
BATCHES = 8, 32, 128


def have_onnx():
    return subprocess.run(["node", "-e", "require('onnxruntime-node')"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def rate(workers):
    """(stamps a second, batch) of the fastest batch."""
    return max((batch / w.median(), batch) for batch, w in workers.items())


def onnx(scratch):
    try:
        here = have_onnx()
    except FileNotFoundError:
        here = False
    if not here:
        return pass_over("onnx", "node with onnxruntime-node (npm; NODE_PATH says where)")
    sgemm = products()
    for net, goal in GOALS.items():
        path = os.path.join(scratch.directory, net + ".onnx")
        Run("tonetwork", "-o", path, scratch.model(net))
        ours = {b: Worker(BENCH_NN, net, b, THREADS, "predict") for b in BATCHES}
        theirs = {b: Worker("node", os.path.join(HERE, "peer_onnx.js"), path, b, THREADS)
                  for b in BATCHES}
        for _ in range(TURNS):
            for w in (*ours.values(), *theirs.values(), *sgemm.values()):
                w.turn()
        (mine, batch), (other, _) = rate(ours), rate(theirs)
        row(busy=is_busy(sgemm), part="onnx", what=f"{net} predict", batch=batch, threads=THREADS,
            value=mine, unit="stamps/s", beside=other, by="onnxruntime", ratio=mine / other, goal=goal)
        for w in (*ours.values(), *theirs.values()):
            w.close()
        for w in sgemm.values():
            w.seconds.clear()
