#!/usr/bin/python3
"""Every number of residuals against numpy and scipy: usage: independent.py HEADER RECORDS JSON TABLE

HEADER and RECORDS (lines of JSON) are the stream; JSON and TABLE what residuals made of it alone,
with bootstrap. Nothing here is taken from the program: pzpipe-method(7), METRICS and residuals(1) say
what each number is. Values agree to 1e-9; what chance decides, errors over resamples and the
floor, to what their number of draws allows.
"""

import json
import math
import sys

import numpy as np
from scipy import stats

WIDE = 40
NONE = {-99, -999, -9999, -99.9, -99.99, 99, 99.9, 99.99, 999, 9999, -9.999995e8, -1.6375e30, 1e20, 1e30}


def close(found, expected, what, relative=1e-9, absolute=1e-12):
    found = math.nan if found is None else found
    if math.isnan(found) and math.isnan(expected):
        return
    if not abs(found - expected) <= relative * abs(expected) + absolute:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def number(x):
    return float(x) if isinstance(x, (int, float)) else math.nan


def redshift(x):
    x = number(x)
    return x if -1 < x < 1000 and x not in NONE else math.nan


def index(x, x0, w):
    return np.floor((np.asarray(x) - x0) / w + 1e-9).astype(int)


def inside(x, x0, w, n):
    i = index(x, x0, w)
    return np.where((i >= 0) & (i < n), i, -1)


def mad(d):
    return 1.4826 * np.median(abs(d - np.median(d)))


def summary(d, threshold):
    high, low = np.quantile(d, [stats.norm.cdf(1), stats.norm.cdf(-1)])
    return {"mean_residual": d.mean(), "median_residual": np.median(d), "sigma_mad": mad(d),
            "sigma_68": (high - low) / 2, "rms": math.sqrt((d * d).mean()),
            "outlier_fraction": (abs(d) > threshold).mean()}


class Sample:
    """Galaxies with z, estimate, magnitude row, on a grid."""

    def __init__(self, h, z, zphot, mag):
        g, rows = h["grid"], h["rows"]
        self.min, self.n, self.w = g["min"], g["bins"], (g["max"] - g["min"]) / g["bins"]
        self.max, self.m, self.wide = g["max"], rows["channels"], (g["max"] - g["min"]) / WIDE
        self.centres = self.min + (np.arange(WIDE) + 0.5) * self.wide
        self.z, self.zphot, self.mag, self.rows = z, zphot, mag, rows
        last = 2 * self.m - 2
        known = np.where(mag >= 0, mag, 0)
        self.row = np.where(mag >= 0, np.clip(index(known, rows["min"], rows["width"]), 0, last), last)
        self.d = (zphot - z) / (1 + z)

    def members(self, k):
        return abs(self.row - 2 * k) <= 1

    def objective(self, k, sigma):
        x, y = (np.bincount(b[b >= 0], minlength=self.n).astype(float) for b in
                (inside(v[self.members(k)], self.min, self.w, self.n) for v in (self.zphot, self.z)))
        kernel = np.exp(-0.5 * ((np.arange(self.n)[:, None] - np.arange(self.n)) / sigma) ** 2)
        blurred = kernel / kernel.sum(0) @ (x / x.sum())
        return -(y / y.sum() * np.log(np.clip(blurred, 1e-5, 1 - 1e-5))).sum()

    def variances(self, sigma):
        """Of each channel and bin, in redshift squared."""
        out = np.zeros((self.m, self.n))
        for k in range(self.m):
            one = self.members(k)
            b = inside(self.z[one], self.min, self.w, self.n)
            square = ((self.zphot - self.z)[one] / self.w) ** 2
            v = np.array([(np.median(s) + s.mean()) / 2 if len(s := square[b == i]) else 0
                          for i in range(self.n)])
            some = np.flatnonzero(v > 0)
            if not len(some):
                continue
            lo, hi = some[0], some[-1]
            for i in range(lo, hi + 1):
                v[i] = v[i] if v[i] > 0 else v[i - 1]
            i = np.arange(lo, hi + 1)
            kernel = np.exp(-0.5 * ((i[:, None] - i) / sigma[k]) ** 2)
            out[k, i] = kernel / kernel.sum(0) @ v[i] * self.w ** 2
        return out

    def channels(self, row):
        return [row // 2] if row % 2 == 0 else [row // 2, row // 2 + 1]

    def of_galaxies(self, v):
        bins = np.clip(index(self.z, self.min, self.w), 0, self.n - 1)
        both = [v[self.channels(r), b] for r, b in zip(self.row, bins)]
        return np.array([x[x > 0].mean() if (x > 0).any() else 0 for x in both])

    def curve_zspec(self, v):
        b, weight = inside(self.z, self.min, self.wide, WIDE), (1 + self.z) ** 2 / np.maximum(v, 1e-5)
        return [(i, np.average(self.d[b == i], weights=weight[b == i]), weight[b == i].sum() ** -0.5,
                 (b == i).sum()) for i in range(WIDE) if (b == i).any()]

    def curve_zphot(self):
        b = inside(self.zphot, self.min, self.wide, WIDE)
        return [(i, self.d[b == i].mean(), stats.sem(self.d[b == i]), (b == i).sum())
                for i in range(WIDE) if (b == i).sum() > 1 and np.ptp(self.d[b == i]) > 0]

    def curve_simulated(self, v, factor):
        weights, sums, total = np.zeros(WIDE), np.zeros(WIDE), np.zeros(WIDE, int)
        wide, c = inside(self.z, self.min, self.wide, WIDE), self.centres
        edges = np.arange(WIDE + 1) * self.n / WIDE
        for row in range(2 * self.m - 1):
            counts = np.bincount(wide[(self.row == row) & (wide >= 0)], minlength=WIDE)
            some = [v[k] for k in self.channels(row) if v[k].any()]
            grid = np.mean(some, axis=0) if some else np.zeros(self.n)
            mean = np.diff(np.interp(edges, np.arange(self.n + 1), np.r_[0, np.cumsum(grid)])) * WIDE / self.n
            for i in np.flatnonzero((counts > 0) & (mean * factor > 1e-300)):
                e = counts * np.exp(-((c[i] - c) ** 2) / (2 * factor * mean[i]))
                rho = ((e * c).sum() / e.sum() - c[i]) / (1 + c[i])
                weights[i] += counts[i] / (factor * mean[i])
                sums[i] += counts[i] / (factor * mean[i]) * rho
                total[i] += counts[i]
        return [(i, sums[i] / weights[i], math.nan, total[i]) for i in range(WIDE) if total[i]]

    def tv(self):
        a, b = (np.bincount(i[i >= 0], minlength=self.n) for i in
                (inside(x, self.min, self.w, self.n) for x in (self.zphot, self.z)))
        return abs(a - b).sum() / 2 / len(self.z)

    def line(self, curve, start, least):
        x, y, e = np.array([(self.centres[i], r, e) for i, r, e, n in curve
                            if self.centres[i] >= start and n >= least]).T
        (a, b), cov = np.polyfit(x, y, 1, w=1 / e, cov=True)
        chi2 = (((y - a * x - b) / e) ** 2).sum()
        return {"value": a, "intercept": b, "error": cov[0, 0] ** 0.5,
                "intercept_error": cov[1, 1] ** 0.5, "chi2": chi2, "points": len(x)}, np.average(y, weights=e ** -2)


def check_curve(found, curve, s, what):
    close(len(found["z"]), len(curve), f"points of {what}")
    for k, (i, residual, error, count) in enumerate(curve):
        close(found["z"][k], s.centres[i], f"{what} z {k}")
        close(found["residual"][k], residual, f"{what} {k}", 1e-8, 1e-11)
        close(found["count"][k], count, f"count of {what} {k}")
        if "error" in found:
            close(found["error"][k], error, f"error of {what} {k}")


def crps(e, p, t):
    """The integral, piece by piece of a cumulated distribution that is linear in each."""
    x = np.unique(np.r_[e, t])
    f = np.interp(x, e, np.r_[0, np.cumsum(p / p.sum())])
    a, b = f[:-1] - (x[:-1] >= t), f[1:] - (x[:-1] >= t)
    return (np.diff(x) * (a * a + a * b + b * b) / 3).sum()


def scores(h, z, zphot, p, threshold):
    """Means over galaxies with p(z) p (n, bins), PITs, odds; which are scored."""
    g = h["grid"]
    w = (g["max"] - g["min"]) / g["bins"]
    e = g["min"] + w * (np.arange(g["left"] + g["bins"] + g["right"] + 1) - g["left"])
    cdf = np.c_[np.zeros(len(p)), np.cumsum(p, 1)] / p.sum(1, keepdims=True)
    reach = threshold * (1 + zphot)
    odds = np.array([np.interp(a + r, e, c) - np.interp(a - r, e, c) for a, r, c in zip(zphot, reach, cdf)])
    k = index(z, e[0], w)
    ok = (k >= 0) & (k < p.shape[1])
    z, p, k, cdf = z[ok], p[ok], k[ok], cdf[ok]
    true, square = p[np.arange(len(p)), k], (p * p).sum(1)
    pit = np.array([np.interp(t, e, c) for t, c in zip(z, cdf)])
    steps = (np.cumsum(p, 1) - (np.arange(p.shape[1]) >= k[:, None])) ** 2
    return {"crps": np.mean([crps(e, q, t) for q, t in zip(p, z)]), "crps_discrete": w * steps.sum(1).mean(),
            "log_loss": -np.log(np.maximum(true, 1e-12)).mean(), "cde_loss": ((square - 2 * true) / w).mean(),
            "brier": (square - 2 * true + 1).mean(), "odds": odds.mean()}, pit, ok.sum()


def pits(pit):
    u, n = np.sort(pit), len(pit)
    rank, inner = np.arange(1, n + 1), np.clip(u, 1e-12, 1 - 1e-12)
    ad = -n - ((2 * rank - 1) * (np.log(inner) + np.log1p(-inner[::-1]))).sum() / n
    return {"pit_ks": stats.kstest(u, "uniform").statistic, "pit_cvm": stats.cramervonmises(u, "uniform").statistic,
            "pit_ad": ad, "pit_outlier_rate": ((u < 1e-4) | (u > 1 - 1e-4)).mean(),
            "coverage_68": (abs(u - 0.5) <= 0.34).mean(), "coverage_95": (abs(u - 0.5) <= 0.475).mean()}


def shares(found, values, h, what):
    g = h["grid"]
    w, n = (g["max"] - g["min"]) / g["bins"], g["left"] + g["bins"] + g["right"]
    i = inside(values, g["min"] - g["left"] * w, w, n)
    expected = np.bincount(i[i >= 0], minlength=n) / len(values)
    for k in range(n):
        close(found["z"][k], g["min"] + (k - g["left"] + 0.5) * w, f"{what} z {k}")
        close(found["share"][k], expected[k], f"{what} {k}")
        close(found["error"][k], math.sqrt(expected[k] * (1 - expected[k]) / len(values)), f"error of {what} {k}")


def by_magnitude(found, s, groups, value, what):
    for k in range(groups.stop):
        one = s.which(what) == k
        close(found["count"][k], one.sum(), f"count of {what} {k}")
        if one.any():
            known = np.where(s.mag[one] >= 0, s.mag[one], math.nan)
            close(found["mag"][k], known.mean(), f"magnitude of {what} {k}")
            close(found["value"][k], value(one), f"{what} {k}")
        if one.sum() >= 100:
            rng, i = np.random.default_rng(k), np.flatnonzero(one)
            draws = [value(rng.choice(i, len(i))) for _ in range(200)]
            close(found["error"][k], np.std(draws, ddof=1), f"error of {what} {k}", 0.35)
            close(found["bootstrap_mean"][k], np.mean(draws), f"mean of {what} {k}", 0, 0.6 * np.std(draws))


def wasserstein(s, one):
    a, b = (np.bincount(i[i >= 0], minlength=s.n) for i in
            (inside(x[one], s.min, s.w, s.n) for x in (s.zphot, s.z)))
    return s.w * abs(np.cumsum(a - b)).sum() / len(s.z[one])


def which(s, what):
    if what == "sigma_mad_rows":
        return s.row
    width = s.rows["width"] * (2 * s.m - 1) / s.m
    bins = np.clip(index(np.where(s.mag >= 0, s.mag, 0), s.rows["min"], width), 0, s.m - 1)
    return np.where(s.mag >= 0, bins, s.m - 1)


Sample.which = which


def check_errors(found, s, pit, rng):
    """Errors over resamples of numbers whose resamples are cheap."""
    draws, n = [], len(s.z)
    for _ in range(400):
        i = rng.integers(0, n, n)
        draws.append([*summary(s.d[i], s.threshold).values(), Sample(s.h, s.z[i], s.zphot[i], s.mag[i]).tv()])
    for key, error in zip([*summary(s.d, s.threshold), "tv"], np.std(draws, axis=0, ddof=1)):
        close(found[key], error, f"error of {key}", 0.3)
    close(found["coverage_68"], (abs(pit - 0.5) <= 0.34).std() / len(pit) ** 0.5, "error of coverage_68", 0.3)


def check_table(lines, r):
    """The table has the numbers of the JSON, with all of their digits."""
    table = dict(line.split("\t") for line in lines[1:])

    def same(name, value):
        text = table.pop(name)
        if text != ("-" if value is None else text if isinstance(value, float) and float(text) == value else str(value)):
            sys.exit(f"table: {name}: expected {value}, found {text}")

    for name in "n without_z without_zphot without_weight not_common without_pz outside_pz outside_z outside_zphot".split():
        same(name, r[name])
    for prefix, one in [("", r)] + [(k + ".", v) for k, v in r["estimates"].items()]:
        for key, error in one["errors"].items():
            if key == "pit_histogram":
                continue
            axis = key.partition("_")[2]
            if prefix == "" and key.startswith(("slope", "intercept")):
                line = r["slope_" + axis]
                same(key, line["value" if key.startswith("slope") else "intercept"])
                same(key + "_err", line["error" if key.startswith("slope") else "intercept_error"])
                same(key + "_bootstrap_err", error)
            elif prefix and key.startswith(("slope", "intercept")):
                same(prefix + key, one[key])
                table.pop(prefix + key + "_err")
                same(prefix + key + "_bootstrap_err", error)
            elif key == "tv":
                same(prefix + key, one[key] if prefix else r["tv"]["value"])
                same(prefix + "tv_err", error)
                close(float(table.pop(prefix + "tv_bootstrap")), r["tv"]["bootstrap_mean"] if not prefix else one[key],
                      "tv_bootstrap", 1e-5 if not prefix else 10)
            else:
                same(prefix + key, one[key])
                same(prefix + key + "_err", error)
    same("tv_floor", r["tv"]["floor"])
    same("tv_floor_err", r["tv"]["floor_error"])
    same("pit_ks_p", r["pit_ks_p"])
    left = [name for name, text in table.items() if text != "-"]
    if left:
        sys.exit(f"table: not checked: {left}")


def main():
    h = json.load(open(sys.argv[1]))
    records = [json.loads(line) for line in open(sys.argv[2])]
    r = next(iter(json.load(open(sys.argv[3])).values()))
    threshold = r["outlier_threshold"]
    with_z = [x for x in records if not math.isnan(redshift(x.get("z")))]
    estimate = lambda x, e: redshift(x.get("zphot", {}).get(e))
    all_of = lambda x: (redshift(x["z"]), number(x.get("mag")) if number(x.get("mag")) not in NONE else math.nan)
    for e, found in r["estimates"].items():
        some = [x for x in with_z if not math.isnan(estimate(x, e))]
        z, mag = np.array([all_of(x) for x in some]).T
        s = Sample(h, z, np.array([estimate(x, e) for x in some]), mag)
        for key, value in summary(s.d, threshold).items():
            close(found[key], value, f"{e}.{key}")
        close(found["tv"], s.tv(), f"{e}.tv")
    e = r["estimate"]
    some = [x for x in with_z if not math.isnan(estimate(x, e))]
    z, mag = np.array([all_of(x) for x in some]).T
    s = Sample(h, z, np.array([estimate(x, e) for x in some]), mag)
    s.h, s.threshold = h, threshold
    for key, value in summary(s.d, threshold).items():
        close(r[key], value, key)
    close(r["tv"]["value"], s.tv(), "tv")
    for k, sigma in enumerate(r["sigma_disp"]):
        least = min(s.objective(k, x) for x in np.exp(np.linspace(math.log(0.1), math.log(1000), 400)))
        if s.objective(k, sigma) > least + 1e-9:
            sys.exit(f"sigma_disp {k}: {sigma} is not the best")
    v = s.variances(r["sigma_disp"])
    zspec, zphot = s.curve_zspec(s.of_galaxies(v)), s.curve_zphot()
    check_curve(r["curve_zspec"], zspec, s, "curve_zspec")
    check_curve(r["curve_zphoto"], zphot, s, "curve_zphoto")
    check_curve(r["curve_simulated"], s.curve_simulated(v, r["curve_simulated"]["factor"]), s, "curve_simulated")
    for name, curve, start in (("slope_zspec", zspec, r["slope_zspec"]["from"]), ("slope_zphoto", zphot, s.min)):
        line, mean = s.line(curve, start, 5)
        for key, value in line.items():
            close(r[name][key], value, f"{name} {key}", 1e-7)
        if name == "slope_zspec":
            close(r["offset_zspec"], mean, "offset_zspec", 1e-8)
    square = np.average([d * d - e * e for _, d, e, n in zspec if n >= 20], weights=[n for *_, n in zspec if n >= 20])
    close(r["rms_zspec_curve"], math.sqrt(max(square, 0)), "rms_zspec_curve", 1e-7)
    full = np.array([(n, d) for i, d, _, n in zphot if n >= 20])
    close(r["rms_zphoto_curve"], math.sqrt((full[:, 0] * full[:, 1] ** 2).sum() / full[:, 0].sum()), "rms_zphoto_curve")
    by_magnitude(r["sigma_mad_rows"], s, range(2 * s.m - 1), lambda one: mad(s.d[one]), "sigma_mad_rows")
    by_magnitude(r["wasserstein"], s, range(s.m), lambda one: wasserstein(s, one), "wasserstein")
    shares(r["nz_zspec"], s.z, h, "nz_zspec")
    shares(r["nz_zphoto"], s.zphot, h, "nz_zphoto")

    p = [np.array(x.get("pz") or [0], "f4").astype(float) for x in some]
    has = np.array([len(q) > 1 and np.isfinite(q).all() and q.any() for q in p])
    p = np.array([q for q, ok in zip(p, has) if ok])
    means, pit, scored = scores(h, s.z[has], s.zphot[has], p, threshold)
    for key, value in {**means, **pits(pit)}.items():
        close(r[key], value, key)
    # the distribution is Stephens's approximation of the exact one
    close(r["pit_ks_p"], stats.kstwo.sf(r["pit_ks"], scored), "pit_ks_p", 0.05, 0.005)
    for k, x in enumerate(np.bincount(np.minimum(index(pit, 0, 0.05), 19), minlength=20) / scored):
        close(r["pit_histogram"][k], x, f"pit_histogram {k}")
    close(r["tv"]["error"], r["errors"]["tv"], "error of tv")
    for key, value in (("min", s.min), ("max", s.max), ("bins", s.n)):
        close(r["axes"][key], value, f"axes {key}")
    for k, x in enumerate(p.mean(0)):
        close(r["nz_stacked"]["z"][k], s.min + (k - h["grid"]["left"] + 0.5) * s.w, f"nz_stacked z {k}")
        close(r["nz_stacked"]["share"][k], x, f"nz_stacked {k}")
        close(r["nz_stacked"]["error"][k], p[:, k].std() / len(p) ** 0.5, f"error of nz_stacked {k}", 1e-6, 1e-9)
    counts = {"n": len(some), "without_z": len(records) - len(with_z), "without_zphot": len(with_z) - len(some),
              "without_pz": (~has).sum(), "outside_pz": len(p) - scored,
              "outside_z": (inside(s.z, s.min, s.w, s.n) < 0).sum(),
              "outside_zphot": (inside(s.zphot, s.min, s.w, s.n) < 0).sum()}
    for key, value in counts.items():
        close(r[key], value, key)
    check_errors(r["errors"], s, pit, np.random.default_rng(1))
    check_table(open(sys.argv[4]).read().splitlines(), r)


if __name__ == "__main__":
    main()
