#!/usr/bin/python3
"""Samples for the tests of recalibrate and nz, and the same arithmetic in NumPy and SciPy

usage: recalibrated.py WHAT ... [-- WHAT ...]         functions below, and their arguments:
       recalibrated.py make KIND N FIRST OUT [TILT]   a stream of N galaxies
       recalibrated.py same TRAIN BEFORE AFTER        a check, which fails with a word

A galaxy of magnitude row r has the redshift z, from n(z | r) of gamma distributions, and a measured
number m = z + 0.035 g, g normal. Kinds of p(z):

    right    n(z | r) times the likelihood of m: the posterior itself
    wrong    m shifted by 0.02 sin(25 m + r), and an error of 0.05: too wide, and displaced by what
             depends on row and redshift, so that all PITs together look better than they are
    flat     the likelihood alone: of a network that was trained on a flat distribution

TILT: galaxies are kept with the probability min(1, exp(TILT (z - 0.2))).
"""
import ctypes
import sys

import msgpack
import numpy as np
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator
from scipy.ndimage import gaussian_filter1d

import stream

MIN, MAX, BINS, ROWS = 0, 0.4, 80, 5
WIDTH = (MAX - MIN) / BINS
EDGES = np.linspace(MIN, MAX, BINS + 1)
CENTRES = (EDGES[1:] + EDGES[:-1]) / 2
HEADER = {"pzpipe": 1, "kind": "predictions", "telescope": "2.5 m",
          "grid": {"target": "z", "min": MIN, "max": MAX, "bins": BINS, "left": 0, "right": 0},
          "rows": {"mag": "r", "min": 15.5, "width": 0.5, "channels": 3}}
ERROR, SHRINK = 0.035, 20


# ---- samples ----

def prior(z, row):
    a, b = 3, 0.025 + 0.008 * row
    return z ** (a - 1) * np.exp(-z / b)


def posterior(m, row, error, with_prior=True):
    p = np.exp(-0.5 * ((m[:, None] - CENTRES) / error) ** 2)
    if with_prior:
        p = p * prior(CENTRES[None], row[:, None])
    return (p / p.sum(1, keepdims=True)).astype("<f4")


def make(kind, n, first, out, tilt="0"):
    n, first, tilt = int(n), int(first), float(tilt)
    draws = np.random.default_rng(first)
    mag = np.round(draws.uniform(15.5, 18, n), 4)
    row = ((mag - 15.5) / 0.5).astype(int)
    # within the grid, uniform in its bins, so that p(z) constant in bins can be right
    weights = prior(CENTRES[None], row[:, None]) * np.minimum(1, np.exp(tilt * (CENTRES - 0.2)))
    cumulated = np.cumsum(weights / weights.sum(1, keepdims=True), 1)
    bin_ = np.minimum((draws.uniform(size=n)[:, None] > cumulated).sum(1), BINS - 1)
    z = EDGES[bin_] + WIDTH * draws.uniform(size=n)
    m = CENTRES[bin_] + ERROR * draws.normal(size=n)
    if kind == "wrong":
        m = m + 0.02 * np.sin(25 * m + row)
    p = posterior(m, row, 0.05 if kind == "wrong" else ERROR, kind != "flat")
    data = [msgpack.packb(HEADER)]
    for i in range(n):
        data.append(msgpack.packb({
            "id": first + i, "z": float(z[i]), "mag": float(mag[i]), "note": f"galaxy {i}",
            "pz": p[i].tobytes(), "zphot": {"mode": float(m[i]), "mean": 0.1, "median": 0.2}}))
    data = b"".join(data)
    with open(out, "wb") as file:
        file.write(data + stream.trailer(data, n))


class Sample:
    """A stream's columns."""

    def __init__(self, path):
        with open(path, "rb") as file:
            items = list(msgpack.Unpacker(file, max_buffer_size=2**31 - 1))
        self.header, self.records = items[0], items[1:-1]
        self.z, self.mag = (np.array([r.get(k, np.nan) for r in self.records]) for k in ("z", "mag"))
        row = np.floor((self.mag - 15.5) / 0.5 + 1e-9)
        self.row = np.where(row >= 0, np.minimum(row, ROWS - 1), ROWS - 1).astype(int)
        self.p = np.array([np.frombuffer(r["pz"], "<f4") for r in self.records if "pz" in r], float)
        self.cumulated = cumulate(self.p)

    def interval(self, name):
        return np.array([r["interval"][name] for r in self.records])

    def pit(self):
        return below(self.cumulated, self.z)


# ---- the arithmetic ----

def cumulate(p):
    c = np.concatenate([np.zeros((len(p), 1)), np.cumsum(p, 1)], 1)
    return c / c[:, -1:]


def below(c, z):
    return np.array([np.interp(x, EDGES, row) for x, row in zip(z, c)])


def quantile(c, q):
    i = np.array([np.searchsorted(row, q, "left") for row in c])
    k = np.arange(len(c))
    low, high = c[k, i - 1], c[k, i]
    return EDGES[i - 1] + WIDTH * (q - low) / (high - low)


def fit(u, w, knots):
    k = np.linspace(0, 1, knots + 1)
    v = np.array([w[u <= x].sum() for x in k])
    v = (v + SHRINK * k) / (w.sum() + SHRINK)
    v[0], v[-1] = 0, 1
    slope = PchipInterpolator(k, v)(k, 1)  # SciPy's end slopes may be 0
    rise = np.diff(v) * knots
    slope[0], slope[-1] = (max((3 * a - b) / 2, a / 2) for a, b in (rise[:2], rise[:-3:-1]))
    f = CubicHermiteSpline(k, v, slope)
    return lambda x: np.clip(f(np.clip(x, 0, 1)), 0, 1)


class Map:
    """The chain of maps, fitted to PITs u of galaxies with medians at in rows."""

    def __init__(self, u, at, row, cell=100):
        self.all = fit(u, np.ones(len(u)), 100)
        self.rows = []
        for r in range(ROWS):
            v, x = self.all(u[row == r]), at[row == r]
            of_row = fit(v, np.ones(len(v)), 10)
            v, cells = of_row(v), max(1, int(np.floor(len(v) / cell + 0.5)))
            middles = np.quantile(x, (np.arange(cells) + 0.5) / cells) if len(x) else np.zeros(1)
            place = np.interp(x, middles, np.arange(cells))
            weight = [np.clip(1 - abs(place - i), 0, 1) for i in range(cells)]
            self.rows.append((of_row, middles, [fit(v, w, 5) for w in weight]))

    def __call__(self, c, row):
        out = np.empty_like(c)
        at = quantile(c, 0.5)
        for i, u in enumerate(self.all(c)):
            of_row, middles, cells = self.rows[row[i]]
            place = np.interp(at[i], middles, np.arange(len(middles)))
            k = int(place)
            v = of_row(u)
            out[i] = cells[k](v)
            if place > k:
                out[i] += (place - k) * (cells[k + 1](v) - out[i])
        return out


def counts(s):
    return np.array([np.histogram(s.z[s.row == r], EDGES)[0] for r in range(ROWS)], float)


def smooth(n, width):
    return gaussian_filter1d(n, width, axis=-1, mode="reflect", truncate=4) if width else n


def shares(n, width):
    return (smooth(n, width) + 10 * smooth(n.sum(0), width) / n.sum()) / (n.sum(1, keepdims=True) + 10)


def ratio(new, old, width=3):
    floor = 1 / (10 + np.minimum(new.sum(1), old.sum(1)))[:, None]
    return (shares(new, width) + floor) / (shares(old, width) + floor)


def em(p, old, old_all, half):
    """n(z) of one row; old, old_all: counts of the trained galaxies, in the row and in all."""
    floor = 1 / (10 + min(old.sum(), len(p)))
    share = (smooth(old, half) + 10 * smooth(old_all, half) / old_all.sum()) / (old.sum() + 10)
    g, change = np.ones(BINS), 1
    while change >= 1e-4:
        n = (p * g / (p @ g)[:, None]).mean(0)
        new = (smooth(n, half) + floor) / (share + floor)
        change, g = (abs(new - g) / g * n).sum() / 2, new
    return (p * g / (p @ g)[:, None]).mean(0)


def hashed(text, seed):
    lib = ctypes.CDLL("libxxhash.so.0")
    lib.XXH3_64bits_withSeed.restype = ctypes.c_uint64
    lib.XXH3_64bits_withSeed.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]
    return lib.XXH3_64bits_withSeed(text.encode(), len(text), seed)


# ---- checks ----

def check(what, good, *found):
    if not good:
        sys.exit(f"{what}: {found}")


def ks(u):
    u, n = np.sort(u), len(u)
    return max((np.arange(1, n + 1) / n - u).max(), (u - np.arange(n) / n).max())


def same(train, before, after, cell="100"):
    """The tool's p(z) are those of this script."""
    t, b, a = Sample(train), Sample(before), Sample(after)
    f = Map(t.pit(), quantile(t.cumulated, 0.5), t.row, int(cell))
    check("p(z)", (d := abs(np.diff(f(b.cumulated, b.row)) - a.p).max()) < 1e-6, d)
    check("sum", (d := abs(a.p.sum(1) - 1).max()) < 1e-6, d)
    check("steps", (a.p[b.p > 1e-9] > 0).all())


def same_prior(train, prior_of, trained, before, after):
    """Likewise with a ratio of n(z)."""
    t, b, a = Sample(train), Sample(before), Sample(after)
    factor = ratio(counts(Sample(prior_of)), counts(Sample(trained)))
    t.cumulated, b.cumulated = (cumulate(s.p * factor[s.row]) for s in (t, b))
    f = Map(t.pit(), quantile(t.cumulated, 0.5), t.row)
    check("p(z)", (d := abs(np.diff(f(b.cumulated, b.row)) - a.p).max()) < 1e-6, d)


def same_intervals(train, before, after, held):
    """held: share of the galaxies that were held out, of seed 1."""
    t, b, a = Sample(train), Sample(before), Sample(after)
    seed = hashed("recalibrate", 1)
    out = np.array([hashed(str(r["id"]), seed) / 2**64 < float(held) for r in t.records])
    f = Map(t.pit()[~out], quantile(t.cumulated[~out], 0.5), t.row[~out])
    c_held, c = f(t.cumulated[out], t.row[out]), f(b.cumulated, b.row)
    told = a.header["recalibrated"]["interval"]
    check("held", told["galaxies"] == out.sum(), told["galaxies"], out.sum())
    for k, level in enumerate((0.68, 0.95)):
        low, high = (quantile(c_held, q) for q in ((1 - level) / 2, (1 + level) / 2))
        score = np.maximum(low - t.z[out], t.z[out] - high)
        for r in range(ROWS):
            e = np.sort(score[t.row[out] == r])
            margin = e[int(np.ceil((len(e) + 1) * level - 1e-9)) - 1]
            check("margin", abs(margin - told["margin"][r][k]) < 1e-9, r, margin, told["margin"][r][k])
            of = b.row == r
            for name, sign, q in ("low", -1, (1 - level) / 2), ("high", 1, (1 + level) / 2):
                expected = quantile(c[of], q) + sign * margin
                found = a.interval(f"{name}{level * 100:g}")[of]
                check(name, (d := abs(expected - found).max()) < 1e-8, level, r, d)
    # the stated shares, within two errors of held and tested galaxies
    for level in 68, 95:
        inside = (a.interval(f"low{level}") <= a.z) & (a.z <= a.interval(f"high{level}"))
        p = level / 100
        error = np.sqrt(p * (1 - p) * (1 / len(a.z) + 1 / out.sum()))
        check("coverage", abs(inside.mean() - p) < 2 * error, level, inside.mean(), error)


def untouched(before, after):
    """All but p(z) and intervals is as it was, byte by byte."""
    b, a = Sample(before), Sample(after)
    for old, new in zip(b.records, a.records, strict=True):
        for r in old, new:
            r.pop("pz", None)
            r.pop("interval", None)
        check("record", msgpack.packb(old) == msgpack.packb(new), old, new)


def same_pdfs(one, other):
    check("p(z)", (Sample(one).p == Sample(other).p).all())


def cells(s):
    """KS of the PITs, times the square root of their number, by row and photo-z."""
    at = quantile(s.cumulated, 0.5)
    for r in range(ROWS):
        cuts = np.quantile(at[s.row == r], np.linspace(0, 1, 5))
        for low, high in zip(cuts, cuts[1:]):
            u = s.pit()[(s.row == r) & (at >= low) & (at < high)]
            yield ks(u) * len(u) ** 0.5


def flat(train, before, after):
    """PITs become flat in each cell; the least that two samples' noise allows is about 1."""
    noise = np.sqrt(1 + len(Sample(before).z) / len(Sample(train).z))
    was, now = (np.array(list(cells(Sample(s)))) for s in (before, after))
    check("before", was.mean() > 2, was)
    check("after", now.max() < 1.7 * noise and now.mean() < noise, now / noise)


def unchanged(before, after, n):
    """Right p(z) change by the noise of n training galaxies."""
    b, a = Sample(before), Sample(after)
    check("PIT", abs(ks(a.pit()) - ks(b.pit())) < 1.5 / float(n) ** 0.5, ks(a.pit()), ks(b.pit()))
    moved = abs(a.cumulated - b.cumulated).max(1)
    check("moved", np.median(moved) < 0.08, np.median(moved))
    crps = [((s.cumulated[:, 1:] - (EDGES[1:] >= s.z[:, None])) ** 2).sum(1).mean() for s in (b, a)]
    check("CRPS", crps[1] < 1.01 * crps[0], crps)


def nz_same(trained, sample, found):
    """The tool's n(z) is that of this script."""
    t, s, f = Sample(trained), Sample(sample), Sample(found)
    check("kind", f.header["kind"] == "nz", f.header)
    check("records", [r["id"] for r in f.records] == [f"row {r}" for r in range(ROWS)] + ["all"])
    half = (quantile(s.cumulated, 0.84) - quantile(s.cumulated, 0.16)) / 2 / WIDTH
    old, all_ = counts(t), 0
    for r in range(ROWS):
        of = s.row == r
        n = em(s.p[of], old[r], old.sum(0), half[of].mean())
        all_ = all_ + n * of.mean()
        check("share", (d := abs(n - f.p[r]).max()) < 2e-6, r, d)
        check("n", f.records[r]["n"] == of.sum(), r)
        check("mean", abs(f.records[r]["mean"] - n @ CENTRES) < 1e-5, r)
        check("smooth", abs(f.records[r]["smooth"] - half[of].mean()) < 1e-4, r)
    check("all", abs(all_ - f.p[-1]).max() < 2e-6)


def recovers(sample, found):
    """The n(z) of a tilted sample: mean p(z) misses its mean, the stream does not."""
    s, last = Sample(sample), Sample(found).records[-1]
    error, stacked = last["mean_error"], s.p.mean(0) @ CENTRES
    check("error", 0.7 < error / (s.z.std() / len(s.z) ** 0.5) < 1.6, error)
    check("stacked", abs(stacked - s.z.mean()) > 5 * error, stacked, s.z.mean(), error)
    check("mean", abs(last["mean"] - s.z.mean()) < 3 * error, last["mean"], s.z.mean(), error)
    truth, n = np.histogram(s.z, EDGES)[0] / len(s.z), np.frombuffer(last["pz"], "<f4")
    distance = [abs(smooth(x - truth, 3)).sum() / 2 for x in (s.p.mean(0), n)]
    check("distance", distance[1] < 0.6 * distance[0], distance)
    pull = (n - truth) / np.hypot(last["error"], np.sqrt(truth / len(s.z)) + 1e-5)
    check("errors", np.sqrt(np.mean(pull**2)) < 2.5, pull)


def nearer(right, before, after):
    """p(z) that lacked an n(z) become the right ones."""
    r, b, a = Sample(right), Sample(before), Sample(after)
    off = [np.median(abs(s.cumulated - r.cumulated).max(1)) for s in (b, a)]
    check("distance", off[1] < off[0] / 4, off)


def flatter(before, after):
    """PITs as a whole."""
    was, now = (ks(u) * len(u) ** 0.5 for u in (Sample(before).pit(), Sample(after).pit()))
    check("PIT", was > 5 and now < was / 2, was, now)


def main():
    words = sys.argv[1:]
    while words:
        end = words.index("--") if "--" in words else len(words)
        globals()[words[0]](*words[1:end])
        words = words[end + 1:]


if __name__ == "__main__":
    main()
