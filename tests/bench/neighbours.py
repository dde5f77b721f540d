"""neighbours -- the part `knn` of make bench: the benchmark of photo-z, end to end

400,000 galaxies to learn from, 100,000 to estimate, five magnitudes, 100 neighbours: both
streams read, p(z) over 180 bins written. Beside scipy's cKDTree, which looks for the same
neighbours on as many threads and does nothing with them.
"""
import os
import statistics

from common import HERE, THREADS, Run, Worker, imports, is_busy, pass_over, products, row

LEARN, ESTIMATE = 400000, 100000
BANDS = "m_u,m_g,m_r,m_i,m_z"
TURNS = 3  # of seconds each


def galaxies(scratch, count, seed):
    """The names of a CSV file and of the stream made of it."""
    csv = scratch.path(f"galaxies{seed}.csv", os.path.join(HERE, "galaxies"), count, seed)
    return csv, scratch.path(f"galaxies{seed}.pz", "fromtable", "-q", "--columns", "mag=m_r",
                             "--carry", BANDS, csv)


def knn(scratch):
    (train_csv, train), (csv, stream) = (galaxies(scratch, LEARN, 1),
                                         galaxies(scratch, ESTIMATE, 2))
    sgemm = products()
    scipy = None
    if imports("numpy, scipy"):
        scipy = Worker(os.path.join(HERE, "peer_knn"), train_csv, csv, THREADS)
    else:
        pass_over("knn", "scipy")
    ours = []
    for _ in range(TURNS):
        ours.append(Run("knn", "-q", "--train", train, "-m", BANDS, stream))
        for w in [*sgemm.values(), *([scipy] if scipy else [])]:
            w.turn()
    seconds = statistics.median(r.seconds for r in ours)
    # A run that had less than a core was not alone, whatever the products say.
    busy = is_busy(sgemm) or seconds > statistics.median(r.cpu for r in ours)
    what = f"{LEARN} + {ESTIMATE} galaxies"
    row(busy=busy, part="knn", what=what, threads=THREADS, value=seconds, unit="s", goal="<10")
    if scipy:
        beside = scipy.median()
        row(busy=busy, part="knn", what=f"{what}, a second", threads=THREADS,
            value=ESTIMATE / seconds, unit="galaxies/s", beside=ESTIMATE / beside,
            by="cKDTree, search", ratio=beside / seconds, goal=1)
    row(part="knn", what=f"{what}, resident", threads=THREADS, unit="MiB", goal="<128",
        value=max(r.resident for r in ours) * 2.0 ** -20)
    for w in [*sgemm.values(), *([scipy] if scipy else [])]:
        w.close()
