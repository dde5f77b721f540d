"""ranks -- one rank of one thread beside two, which share its batches"""
import os
import shutil
import statistics
import subprocess

from common import Run, is_busy, pass_over, products, row

SHORT = {"S3": 5, "P": 1}      # iterations, of which a run's beginning and end are taken off
LONG = {"S3": 45, "P": 4}
BATCH = 128
GOAL = 1.8                     # two ranks to one


def launcher(count):
    """mpirun for any user, on any cores, by the memory that processes share."""
    return ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--mca", "btl",
            "self,vader", "-n", count]


def lacking():
    if not shutil.which("mpirun"):
        return "mpirun"
    needs = subprocess.run(["ldd", shutil.which("train")], stdout=subprocess.PIPE, text=True,
                           check=True).stdout
    return None if "libmpi" in needs else "train that was built with MPI=1"


def step(net, count, stamps, model):
    """Seconds of an iteration, and what share of them was waiting."""
    seconds = {}
    for n in SHORT[net], LONG[net]:
        run = Run(*launcher(count), "train", "-v", "-j", 1, "--net", net, "-n", n, "-b", BATCH,
                  "--every", n, stamps, "-o", model)
        seconds[n] = run.seconds
    waited = run.said.split("parameters, waited ")[1].split()[0] if count > 1 else 0
    return (seconds[LONG[net]] - seconds[SHORT[net]]) / (LONG[net] - SHORT[net]), float(waited)


def ranks(scratch):
    if lacking():
        pass_over("ranks", lacking())
        return
    stamps, model = scratch.labelled(copies=10), os.path.join(scratch.directory, "ranks.model")
    for net in "S3", "P":
        sgemm, one, two = products(), [], []
        for _ in range(3):
            for worker in sgemm.values():
                worker.turn()
            one.append(step(net, 1, stamps, model))
            two.append(step(net, 2, stamps, model))
        alone, shared = (statistics.median(s for s, _ in each) for each in (one, two))
        row(part="ranks", what=f"{net} train, two ranks", batch=BATCH, threads=1, value=BATCH / shared,
            unit="stamps/s", beside=BATCH / alone, by="one rank", ratio=alone / shared, goal=GOAL,
            busy=is_busy(sgemm))
        row(part="ranks", what=f"{net} train, waits for the other rank", batch=BATCH, threads=1,
            value=statistics.median(w for _, w in two), unit="%")
        for worker in sgemm.values():
            worker.close()
