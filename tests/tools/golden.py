#!/usr/bin/python3
"""What the tools printed against the golden values: usage: golden.py CHECK SURVEY FILE

CHECK is one of the functions below; SURVEY sdss or cfhtls; FILE what a tool wrote.
Tolerances are those of the golden README; single galaxies' CRPS and pixels have 1e-7, for
p(z) and stamps of a stream are float32.
"""

import csv
import json
import math
import os
import sys

FEW = 30  # galaxies below which a bootstrap's mean and error are not compared
GOLDEN = os.environ.get("PZ_GOLDEN") or os.environ["PZ_SHARED"] + "/golden"


def table(name):
    with open(f"{GOLDEN}/{survey}_{name}.csv") as f:
        return [{k: float(v or "nan") for k, v in row.items()} for row in csv.DictReader(f)]


def same(found, expected, what, relative=1e-9):
    found = math.nan if found is None else found
    both_nan = math.isnan(found) and math.isnan(expected)
    if not both_nan and not abs(found - expected) <= relative * abs(expected) + 1e-12:
        sys.exit(f"{survey} {what}: expected {expected!r}, found {found!r}")


def spread(mean, error, expected, expected_error, what):
    if abs(mean - expected) > 0.6 * expected_error:
        sys.exit(f"{survey} {what}: expected {expected} +- {expected_error}, found {mean}")
    if abs(error - expected_error) > 0.35 * expected_error:
        sys.exit(f"{survey} error of {what}: expected {expected_error}, found {error}")


def report(path):
    return next(iter(json.load(open(path)).values()))


def summary(path, expected=None):
    r, e = report(path), expected or golden["summary"]
    same(r["n"], e["n"], "n")
    same(r["mean_residual"], e["mean_residual"], "mean residual")
    same(r["sigma_mad"], e["sigma_mad"], "sigma_MAD")
    same(r["outlier_fraction"], e["eta"], "outlier fraction")


def curve(found, name):
    expected = table("residuals_" + name)
    same(len(found["z"]), len(expected), f"points of {name}")
    for i, e in enumerate(expected):
        same(found["z"][i], e["centre"], f"{name} centre {i}")
        same(found["residual"][i], e["residual"], f"{name} residual {i}")
        if "error" in e:
            same(found["count"][i], e["count"], f"{name} count {i}")
            same(found["error"][i], e["error"], f"{name} error {i}")


def curves(path):
    r = report(path)
    curve(r["curve_zspec"], "zspec")
    curve(r["curve_zphoto"], "zphoto")
    curve(r["curve_simulated"], "sim_1")


def half_variances(path):
    curve(report(path)["curve_simulated"], "sim_0.5")


def line(found, e, what):
    for key, name in (("value", "a"), ("intercept", "b"), ("error", "a_err"),
                      ("intercept_error", "b_err"), ("chi2", "chi2")):
        same(found[key], e[name], f"{what} {name}")


def lines(path):
    line(report(path)["slope_zspec"], golden["fit_zspec"], "fit_zspec")
    line(report(path)["slope_zphoto"], golden["fit_zphoto"], "fit_zphoto")


def by_mag(path):
    r = report(path)
    for name, key, exact in (("sigma_mad", "sigma_mad_rows", "sigma_mad"),
                             ("wasserstein", "wasserstein", "distance")):
        for i, e in enumerate(table(name)):
            f = {k: v[i] for k, v in r[key].items()}
            same(f["count"], e["count"], f"{name} count {i}")
            if e["count"]:
                same(f["value"], e[exact], f"{name} {i}")
                same(f["mag"], e["mean_r"], f"{name} magnitude {i}")
            if e["count"] >= FEW:
                spread(f["bootstrap_mean"], f["error"], e["boot_mean"], e["boot_error"],
                       f"{name} {i}")


def total_variation(path):
    tv, e = report(path)["tv"], golden["total_variation"]
    same(tv["value"], e["value"], "total variation")
    spread(tv["bootstrap_mean"], tv["error"], e["boot_mean"], e["boot_error"], "total variation")
    spread(tv["floor"], tv["floor_error"], e["floor_mean"], e["floor_error"], "floor")


def pz(path):
    same(report(path)["crps_discrete"], golden["pz"]["crps_mean"], "CRPS")
    summary(path, golden["pz"]["summary"])


def crps(path):
    """A report after the other, each of one galaxy."""
    decode, text, at, found = json.JSONDecoder().raw_decode, open(path).read(), 0, []
    while at < len(text):
        value, end = decode(text[at:])
        found.append(next(iter(value.values()))["crps_discrete"])
        at += end + 1
    for i, (f, e) in enumerate(zip(found, golden["pz"]["crps_first10"], strict=True)):
        same(f, e, f"CRPS {i}", 1e-7)


def modes(path):
    with open(path) as f:
        found = [float(row["zphot_mode"]) for row in csv.DictReader(f)]
    for i, e in enumerate(golden["pz"]["zphoto_first10"]):
        same(found[i], e, f"mode {i}")


def balance(path, threshold, said):
    cells = set()
    kept = [0] * golden["rows"]
    s = golden["survey"]
    with open(path) as f:
        for row in csv.DictReader(f):
            mag = float(row["mag"] or "nan")
            r = len(kept) - 1
            if mag >= 0:
                r = min(max(math.floor((mag - s["rmin"]) / s["rstep"] + 1e-9), 0), r)
            z = math.floor((float(row["z"]) - s["zmin"]) / golden["width"] + 1e-9)
            cells.add((r, min(max(z, 0), s["n"] - 1)))
            kept[r] += 1
    e = golden["balance_" + threshold]
    same(sum(kept), e["total"], "kept")
    same(len(cells), e["cells"], "cells")
    words = open(said).read().split()
    same(float(words[words.index("galaxies;") + 1]), e["cells_cut"], "cells cut")
    for i, n in enumerate(e["kept_per_row"]):
        same(kept[i], n, f"kept of row {i}")


def dispersion(path):
    header = json.load(open(path))
    e = golden["sigma_disp"]
    for k, sigma in enumerate(e["sigma"]):
        same(header["sigma_disp"][k], sigma, f"sigma_disp {k}", 1e-3)
        if abs(header["sigma_disp_objective"][k] - e["objective"][k]) > 1e-8:
            sys.exit(f"{survey} objective {k}: expected {e['objective'][k]}")


def objective(path):
    """Headers, each with the dispersions given alike in all channels."""
    e = golden["sigma_disp"]
    headers = [json.loads(line) for line in open(path)]
    same(len(headers), len(e["probe_sigma"]), "probes")
    for i, (header, sigma) in enumerate(zip(headers, e["probe_sigma"])):
        for k, value in enumerate(e["probe_objective"]):
            same(header["sigma_disp"][k], sigma, "probe")
            same(header["sigma_disp_objective"][k], value[i], f"objective {k} at {sigma}")


def labels(path):
    """Records with labels [channel, centre, width] against labels.csv."""
    expected = {}
    for e in table("labels"):
        expected.setdefault(int(e["id"]), []).append(e)
    found = {r["id"]: r["label"] for r in map(json.loads, open(path))}
    same(len(found), len(expected), "labelled galaxies")
    for galaxy, lines_ in expected.items():
        same(len(found[galaxy]), len(lines_), f"labels of {galaxy}")
        for (channel, centre, width), e in zip(sorted(found[galaxy]), lines_):
            same(channel, e["channel"], f"channel of {galaxy}")
            same(centre, e["centre"], f"centre of {galaxy}")
            same(width, golden["sigma_disp"]["used_below"][int(channel)], f"width of {galaxy}")


def hard_labels(path):
    expected = {(e["id"], e["channel"]): e["hard_bin"] for e in table("labels")}
    for r in map(json.loads, open(path)):
        for channel, centre, width in r["label"]:
            same(math.floor(centre + 0.5), expected[r["id"], channel], f"hard label of {r['id']}")
            same(width, 0, f"width of {r['id']}")


def cells(path):
    """Hard labels show the row by its channels, and the bin."""
    found = {r["id"]: r["label"] for r in map(json.loads, open(path))}
    for e in table("catalogue"):
        row, label = int(e["row"]), found[e["id"]]
        channels = [row // 2] if row % 2 == 0 else [row // 2, row // 2 + 1]
        if label != [[c, e["zspec_bin"], 0] for c in channels]:
            sys.exit(f"{survey} galaxy {e['id']:g}: row {row}, bin {e['zspec_bin']:g}: {label}")
    same(len(found), len(table("catalogue")), "galaxies")


def normalised(path):
    """The first pixel of each stamp; float32, as pixels are."""
    with open(f"{GOLDEN}/normalise.csv") as f:
        expected = [float(row["normalised_" + survey]) for row in csv.DictReader(f)]
    found = [json.loads(line)["img"][0] for line in open(path)]
    for i, (f, e) in enumerate(zip(found, expected, strict=True)):
        same(f, e, f"flux {i}", 2e-7)


def plan(path):
    expected = table("resample_plan")
    with open(path) as f:
        found = [r for r in csv.DictReader(f, delimiter="\t") if r["estimate"] == "mode"]
    same(len(found), golden["step4"]["plan_cells"], "cells of the plan")
    same(sum(int(r["number"]) for r in found), golden["step4"]["drawn"], "drawn")
    for f, e in zip(found, expected):
        for key, name in (("row", "row"), ("zphot_bin", "zphoto_bin"),
                          ("z_bin", "zspec_bin_drawn"), ("number", "number")):
            same(int(f[key]), e[name], f"plan: {name} of {f}")


def step4_table(path):
    found = {(r["bin"], r["row"]): r for r in json.load(open(path)) if r["estimate"] == "mode"}
    for e in table("step4_table"):
        for row in range(golden["rows"]):
            mean = found.pop((e["bin"], row), {}).get("mean", math.nan)
            same(mean, e[f"row{row}"], f"step 4: bin {e['bin']:g} of row {row}")
    same(len(found), 0, "cells that are not listed")


def step4_values(path):
    with open(path) as f:
        for found, e in zip(csv.DictReader(f), table("step4_corrected"), strict=True):
            same(int(found["id"]), e["id"], "id")
            same(float(found["zphot_mode"]), e["zphoto_corrected"], f"corrected {found['id']}")


def corrected(path):
    """The listed corrected estimates, measured."""
    summary(path, golden["step4"]["summary_corrected"])
    line(report(path)["slope_zphoto"], golden["step4"]["fit_zphoto_corrected"], "corrected fit")


def calibrated(path):
    """Another draw by the same plan: cells differ by chance alone."""
    expected = [e["zphoto_corrected"] for e in table("step4_corrected")]
    with open(path) as f:
        found = [float(row["zphot_mode"]) for row in csv.DictReader(f)]
    before = [e["zphoto"] for e in table("catalogue") if e["set"] == 1]
    same(len(found), len(expected), "n")
    off = sum((f - e) ** 2 for f, e in zip(found, expected))
    moved = sum((b - e) ** 2 for b, e in zip(before, expected))
    if not off < 0.2 * moved:
        sys.exit(f"{survey}: corrections differ by {off / moved:.3f} of their square")


if __name__ == "__main__":
    check, survey = sys.argv[1:3]
    golden = json.load(open(f"{GOLDEN}/{survey}_expected.json"))
    globals()[check](*sys.argv[3:])
