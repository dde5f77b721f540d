#!/usr/bin/python3
"""Weights, cells and bins of residuals against numpy: usage: bins.py HEADER RECORDS JSON NAME

HEADER and RECORDS (lines of JSON) are the stream, JSON what residuals made of it with bootstrap,
NAME the stream's in it. The options that were given follow from the JSON itself. Nothing here is taken
from the program: pzpipe-method(7) and residuals(1) say what each number is.
"""

import json
import math
import sys

import numpy as np
from scipy import stats

from independent import close, index, inside, scores


def quantile(x, w, q):
    """Each value as wide as its weight, from the middle of the first to that of the last."""
    order = np.lexsort((w, x))
    x, w = np.asarray(x)[order], np.asarray(w)[order]
    t = np.cumsum(w) - w / 2
    return np.interp(q, (t - t[0]) / (t[-1] - t[0]) if len(x) > 1 else [0.0], x)


def mad(d, w):
    return 1.4826 * quantile(abs(d - quantile(d, w, 0.5)), w, 0.5)


def kolmogorov(pit, w):
    order = np.argsort(pit, kind="stable")
    u, f = pit[order], np.cumsum(w[order]) / w.sum()
    return max((f - u).max(), (u - np.r_[0, f[:-1]]).max())


def stephens(n):
    return math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)


def worth(w):
    return w.sum() ** 2 / (w * w).sum()


def summary(d, w, threshold):
    high, low = (quantile(d, w, stats.norm.cdf(s)) for s in (1, -1))
    return {"mean_residual": np.average(d, weights=w), "median_residual": quantile(d, w, 0.5),
            "sigma_mad": mad(d, w), "sigma_68": (high - low) / 2,
            "rms": math.sqrt(np.average(d * d, weights=w)),
            "outlier_fraction": np.average(abs(d) > threshold, weights=w)}


def check_scores(r, h, z, zphot, p, w, row):
    """Scores, calibration in cells; the PITs."""
    one = [scores(h, z[i:i + 1], zphot[i:i + 1], p[i:i + 1], r["outlier_threshold"]) for i in range(len(z))]
    pit = np.array([u[0] for _, u, _ in one])
    for key in one[0][0]:
        close(r[key], np.average([m[key] for m, _, _ in one], weights=w), key)
    close(r["pit_ks"], kolmogorov(pit, w), "pit_ks")
    close(r["coverage_68"], np.average(abs(pit - 0.5) <= 0.34, weights=w), "coverage_68")
    close(r["pit_ks_p"], stats.kstwo.sf(r["pit_ks"], round(worth(w))), "pit_ks_p", 0.05, 0.005)
    order, n = np.argsort(pit, kind="stable"), worth(w)
    u, m = np.clip(pit[order], 1e-12, 1 - 1e-12), w[order] / w.sum()
    # n times the integral of (F - u)^2 with F a step function, piece by piece
    edges, f = np.r_[0, pit[order], 1], np.r_[0, np.cumsum(m)]
    close(r["pit_cvm"], n * (((edges[1:] - f) ** 3 - (edges[:-1] - f) ** 3) / 3).sum(), "pit_cvm", 1e-7)
    below = np.r_[0, np.cumsum(m)[:-1]]
    ad = -n - n * (((below + m) ** 2 - below ** 2) * np.log(u) +
                   ((1 - below) ** 2 - (1 - below - m) ** 2) * np.log1p(-u)).sum()
    close(r["pit_ad"], ad, "pit_ad", 1e-6)

    cells, mean, total, worst = [], 0.0, 0.0, -math.inf
    for k in range(2 * h["rows"]["channels"] - 1):
        of_row = row == k
        if not of_row.any():
            continue
        edge = [quantile(zphot[of_row], w[of_row], q / 5) for q in (1, 2, 3, 4)]
        c = np.where(of_row, np.searchsorted(edge, zphot, side="right"), -1)
        for b in range(5):
            if (c == b).sum() >= 20:
                cells.append((k, c == b))
    close(len(r["pit_local"]["ks"]), len(cells), "cells")
    for i, (k, one) in enumerate(cells):
        d, n = kolmogorov(pit[one], w[one]), worth(w[one])
        close(r["pit_local"]["row"][i], k, "row of a cell")
        close(r["pit_local"]["count"][i], one.sum(), "count of a cell")
        close(r["pit_local"]["ks"][i], d, "ks of a cell")
        close(r["pit_local"]["zphot"][i], np.average(zphot[one], weights=w[one]), "estimate of a cell")
        close(r["pit_local"]["floor"][i], math.sqrt(math.pi / 2) * math.log(2) / stephens(n), "floor of a cell")
        mean += n * (d * d - math.pi ** 2 / 12 / stephens(n) ** 2)
        total += n
        worst = max(worst, d - r["pit_local"]["floor"][i])
    close(r["pit_ks_local"], math.sqrt(max(mean / total, 0)), "pit_ks_local", 1e-8)
    close(r["pit_ks_worst"], worst, "pit_ks_worst")
    return pit


def moments(h, p):
    g = h["grid"]
    width = (g["max"] - g["min"]) / g["bins"]
    x = g["min"] + (np.arange(p.shape[1]) - g["left"] + 0.5) * width
    mean = (p * x).sum(1) / p.sum(1)
    return mean, (p * (x * x + width * width / 12)).sum(1) / p.sum(1)


def tomography(bins, by, z, w, first, second, draw):
    """[numbers of each bin] of the galaxies that were drawn."""
    out = []
    for bin_ in bins:
        low = -math.inf if bin_["low"] is None else bin_["low"]
        high = math.inf if bin_["high"] is None else bin_["high"]
        i = draw[(by[draw] >= low) & (by[draw] < high)]
        true, m = np.average(z[i], weights=w[i]), np.average(first[i], weights=w[i])
        spread = math.sqrt(np.average(second[i], weights=w[i]) - m * m)
        estimate = np.average(by[i], weights=w[i])
        out.append({"mean_true": true, "mean_pz": m, "mean_zphot": estimate, "bias_pz": (m - true) / (1 + true),
                    "bias_zphot": (estimate - true) / (1 + true),
                    "width_ratio": spread / math.sqrt(np.average((z[i] - true) ** 2, weights=w[i])),
                    "outside": np.average((z[i] < low) | (z[i] >= high), weights=w[i]), "n": len(i)})
    return out


def check_tomography(found, by, z, w, first, second, rng):
    bins, n = found["bins"], len(z)
    if bins[0]["low"] is None:
        edges = [quantile(by, w, k / len(bins)) for k in range(1, len(bins))]
        for k, edge in enumerate(edges):
            close(bins[k]["high"], edge, f"edge {k}")
            close(bins[k + 1]["low"], edge, f"edge {k}")
    expected = tomography(bins, by, z, w, first, second, np.arange(n))
    draws = [tomography(bins, by, z, w, first, second, rng.integers(0, n, n)) for _ in range(400)]
    for k, bin_ in enumerate(expected):
        for key, value in bin_.items():
            close(bins[k][key], value, f"tomography {k} {key}", 1e-8)
            if key != "n":
                error = np.std([d[k][key] for d in draws], ddof=1)
                close(bins[k]["errors"][key], error, f"error of tomography {k} {key}", 0.25)
        for name, limit in found["require"].items():
            assert limit == {"lsst-y1": 0.002, "lsst-y10": 0.001, "lsst-lens-y1": 0.005, "lsst-lens-y10": 0.003, "euclid": 0.002}[name]
            for of in ("pz", "zphot"):
                bias, e = abs(bins[k]["bias_" + of]), bins[k]["errors"]["bias_" + of]
                meets = "yes" if bias + e <= limit else "no" if bias - e > limit else "unsure"
                assert bins[k]["meets"][name][of] == meets, (k, name, of)
    worst = max(bins, key=lambda b: abs(b["bias_pz"]))
    close(found["worst_pz"]["value"], abs(worst["bias_pz"]), "worst bin")
    close(found["worst_pz"]["error"], worst["errors"]["bias_pz"], "its error")


def check_against(found, x, d, pit, w, threshold, rng):
    known = ~np.isnan(x)
    close(found["without"], (~known).sum(), "galaxies without the key")
    edges = [quantile(x[known], w[known], k / 10) for k in range(1, 10)]
    group = np.where(known, np.searchsorted(edges, x, side="right"), -1)
    for k, bin_ in enumerate(found["bins"]):
        one = np.flatnonzero(group == k)

        def numbers(i):
            return {"mean_residual": np.average(d[i], weights=w[i]), "sigma_mad": mad(d[i], w[i]),
                    "outlier_fraction": np.average(abs(d[i]) > threshold, weights=w[i]),
                    "pit_ks": kolmogorov(pit[i], w[i])}
        close(bin_["n"], len(one), f"n of bin {k}")
        close(bin_["mean"], np.average(x[one], weights=w[one]), f"mean of bin {k}")
        close(bin_["pit_ks_floor"], math.sqrt(math.pi / 2) * math.log(2) / stephens(worth(w[one])), f"floor of bin {k}")
        for key, value in numbers(one).items():
            close(bin_[key], value, f"{key} of bin {k}")
        if k in (0, 5):
            draws = [numbers(rng.choice(one, len(one))) for _ in range(400)]
            for key in draws[0]:
                close(bin_["errors"][key], np.std([x[key] for x in draws], ddof=1), f"error of {key}, bin {k}", 0.25, 1e-4)


def check_intervals(r, records, z, w, row):
    for percent in ("68", "95"):
        low, high = ([x.get("interval", {}).get(end + percent, math.nan) for x in records] for end in ("low", "high"))
        has = ~np.isnan(low)
        is_in = (z >= low) & (z <= high)
        close(r["interval_" + percent], np.average(is_in[has], weights=w[has]), "interval_" + percent)
        share = r["interval_" + percent]
        error = math.sqrt((w[has] ** 2 * (is_in[has] - share) ** 2).sum()) / w[has].sum()
        close(r["errors"]["interval_" + percent], error, f"error of interval_{percent}", 0.3)
        rows = r[f"interval_{percent}_rows"]
        for i, k in enumerate(k for k in range(99) if (has & (row == k)).any()):
            one = has & (row == k)
            share = np.average(is_in[one], weights=w[one])
            close(rows["share"][i], share, f"share of row {k}")
            close(rows["error"][i], math.sqrt(share * (1 - share) / worth(w[one])), f"error of row {k}")


def value(record, key):
    for part in key.split("."):
        record = record.get(part, {}) if isinstance(record, dict) else {}
    return float(record) if isinstance(record, (int, float)) else math.nan


def main():
    h = json.load(open(sys.argv[1]))
    records = [json.loads(line) for line in open(sys.argv[2])]
    r = json.load(open(sys.argv[3]))[sys.argv[4]]
    key = r.get("weights")
    weigh = lambda x: value(x, key) if key else 1.0
    good = [x for x in records if 1e-100 <= weigh(x) <= 1e100]
    close(r["without_weight"], len(records) - len(good), "without_weight")
    close(r["n"], len(good), "n")
    w = np.array([weigh(x) for x in good])
    z, mag = np.array([(x["z"], x["mag"]) for x in good]).T
    zphot = np.array([x["zphot"][r["estimate"]] for x in good])
    p = np.array([x["pz"] for x in good], "f4").astype(float)
    d, rng, rows = (zphot - z) / (1 + z), np.random.default_rng(3), h["rows"]
    row = np.clip(index(mag, rows["min"], rows["width"]), 0, 2 * rows["channels"] - 2)
    for name, x in summary(d, w, r["outlier_threshold"]).items():
        close(r[name], x, name)
    g = h["grid"]
    width = (g["max"] - g["min"]) / g["bins"]
    a, b = (np.bincount(i[i >= 0], w[i >= 0], g["bins"]) for i in
            (inside(x, g["min"], width, g["bins"]) for x in (z, zphot)))
    close(r["tv"]["value"], abs(a - b).sum() / 2 / w.sum(), "tv")
    for k, share in enumerate(a / w.sum()):
        close(r["nz_zspec"]["share"][k + g["left"]], share, "nz_zspec")
    for k, share in enumerate(np.average(p, axis=0, weights=w)):
        close(r["nz_stacked"]["share"][k], share, "nz_stacked")
    wide = inside(zphot, g["min"], (g["max"] - g["min"]) / 40, 40)
    for k, bin_ in enumerate(i for i in range(40) if (wide == i).sum() > 1 and np.ptp(d[wide == i]) > 0):
        one, curve = wide == bin_, r["curve_zphoto"]
        mean = np.average(d[one], weights=w[one])
        close(curve["residual"][k], mean, "curve_zphoto", 1e-8)
        error = math.sqrt(np.average((d[one] - mean) ** 2, weights=w[one]) / (worth(w[one]) - 1))
        close(curve["error"][k], error, "error of curve_zphoto", 1e-8)
    for k in range(2 * rows["channels"] - 1):
        close(r["sigma_mad_rows"]["value"][k], mad(d[row == k], w[row == k]), f"sigma_mad of row {k}")
    pit = check_scores(r, h, z, zphot, p, w, row)
    first, second = moments(h, p)
    if "tomography" in r:
        by = np.array([x["zphot"][r["tomography"]["by"]] for x in good])
        check_tomography(r["tomography"], by, z, w, first, second, rng)
    if "against" in r:
        parts = r["against"]["key"].split("-")
        x = np.array([value(y, parts[0]) - (value(y, parts[1]) if len(parts) > 1 else 0) for y in good])
        check_against(r["against"], x, d, pit, w, r["outlier_threshold"], rng)
    if "interval_68" in r:
        check_intervals(r, good, z, w, row)


if __name__ == "__main__":
    main()
