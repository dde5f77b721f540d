#!/usr/bin/python3
"""The bars of the demo: does a report.json show that both biases are gone?

usage: bars.py [--real | --products | --deep] [--table] report.json ...     exit 1 where one does not hold

--real: of real galaxies (catalogue.mk), whose baseline has other biases than that of the demo;
--products: the same, the bars of p(z) and intervals alone; --deep: of make demo SURVEY=deep

--table prints what the reports came to first, a column of numbers for each, as README.md has it.

Where a stream OUT/step5.pz stands beside a report, it is checked too that recalibration and the
catalogue of products left the estimates of the steps as they were, to the byte.

Bars of p(z) say with what error they are known. A number of a sample has the bootstrap error e of
the galaxies that are measured; where it was fitted to the validation sample, which has a third as
many galaxies (PARTS), the error of those comes to it: 2 e together.
"""

import json
import math
import os
import sys

try:
    import msgpack
except ImportError:
    msgpack = None

STEPS = {
    "baseline": "baseline",
    "step1": "step 1, one output per magnitude channel",
    "step2": "step 2, refitted on a balanced subset",
    "step3": "step 3, softened and shifted labels",
    "step3a": "step 3a, shifted but hard",
    "step3b": "step 3b, soft but not shifted",
    "step3-skip2": r"step 3\2, step 2 left out",
    "step3-prior": "step 3's p(z) with the prior, recalibrated",
    "step4": "step 4, calibrated against photo-z",
    "step5": "step 5, the baseline's p(z) recalibrated",
    "knn": "nearest neighbours on the same stamps",
    "knn-mag": "nearest neighbours on catalogue magnitudes",
}

DEMO_ROWS = 3  # magnitude rows of pipelines/surveys/demo.json

# Steps with estimates of their own: those of the others are the baseline's or step 3's.
ESTIMATED = [step for step in STEPS if step not in ("step3-prior", "step5")]


def bars(r):
    """(what, value, holds) for each bar."""
    slope = {k: v["slope_zspec"]["value"] for k, v in r.items()}
    tv = {k: v["tv"]["value"] for k, v in r.items()}
    mad = {k: v["sigma_mad"] for k, v in r.items()}
    base, three = slope["baseline"], slope["step3"]
    rms = r["step4"]["rms_zphoto_curve"] / r["step3"]["rms_zphoto_curve"]
    yield "baseline slope <= -.04", base, base <= -0.04
    yield "step 3 slope within -.035 .. .045", three, -0.035 <= three <= 0.045
    yield "step 3 slope / baseline's <= .6 in size", abs(three / base), abs(three) <= 0.6 * abs(base)
    yield "step 3 slope - step 1's >= .04", three - slope["step1"], three >= slope["step1"] + 0.04
    yield "step 3 slope - 3b's >= .02", three - slope["step3b"], three >= slope["step3b"] + 0.02
    curve = r["step3"]["rms_zspec_curve"] / r["baseline"]["rms_zspec_curve"]
    yield "z_spec curve rms, step 3 / baseline's <= .5", curve, curve <= 0.5
    yield "step 3 TV / baseline's <= .6", tv["step3"] / tv["baseline"], tv["step3"] <= 0.6 * tv["baseline"]
    yield "step 3 TV / step 1's <= .65", tv["step3"] / tv["step1"], tv["step3"] <= 0.65 * tv["step1"]
    floor = r["step3"]["tv"]["floor"]
    yield "step 3 TV / its floor <= 2", tv["step3"] / floor, tv["step3"] <= 2 * floor
    yield "3a TV / step 3's >= 1.6", tv["step3a"] / tv["step3"], tv["step3a"] >= 1.6 * tv["step3"]
    yield from sharper_bars(mad)
    yield from outlier_bars(r)
    yield "step 3 sigma_MAD / baseline's <= 1.15", mad["step3"] / mad["baseline"], mad["step3"] <= 1.15 * mad["baseline"]
    yield "step 4 sigma_MAD / baseline's <= 1.12", mad["step4"] / mad["baseline"], mad["step4"] <= 1.12 * mad["baseline"]
    yield "photo-z curve rms after / before step 4 <= .5", rms, rms <= 0.5
    yield "step 5 PIT KS <= .015", r["step5"]["pit_ks"], r["step5"]["pit_ks"] <= 0.015
    for share in (68, 95):
        off = r["step5"][f"coverage_{share}"] - share / 100
        yield f"step 5 coverage of {share} % within .015", off, abs(off) <= 0.015
    for step, limit in (("step5", 0.001), ("step3-prior", 0.002)):
        worst, error = worst_bin(r, step)
        yield f"{step} worst tomographic bin <= {limit:.4f} (known to {error:.4f})", worst, worst <= limit
    yield from sharp_bar(r)
    yield from interval_bars(r, 2, DEMO_ROWS)


def sharper_bars(mad):
    """Images tell more than the neighbours that are nearest by colours."""
    for knn in ("knn", "knn-mag"):
        if knn in mad:
            yield f"baseline sigma_MAD / that of {knn} <= .95", mad["baseline"] / mad[knn], mad["baseline"] <= 0.95 * mad[knn]


def outlier_bars(r):
    """By the mean of p(z): the mode of a network's p(z) has more of them, and hardly any bias."""
    def outliers(step):
        return r[step]["estimates"]["mean"]["outlier_fraction"]

    for knn in ("knn", "knn-mag"):
        if knn in r:
            ratio = outliers("baseline") / outliers(knn)
            yield f"baseline outliers by the mean / those of {knn} <= 1", ratio, ratio <= 1


def deep_bars(r):
    """Of the deep sky. Its catalogue magnitudes are not disturbed by neighbours, as the stamps are:
    they are not what the network is measured by."""
    tv = r["step3"]["tv"]
    mad = {k: v["sigma_mad"] for k, v in r.items() if k != "knn-mag"}
    yield "step 1 sigma_MAD / baseline's <= 1.1", mad["step1"] / mad["baseline"], mad["step1"] <= 1.1 * mad["baseline"]
    yield from sharper_bars(mad)
    yield "step 3 TV / its floor <= 2", tv["value"] / tv["floor"], tv["value"] <= 2 * tv["floor"]
    slope = {k: v["slope_zspec"]["value"] for k, v in r.items()}
    curve = r["step3"]["rms_zspec_curve"] / r["baseline"]["rms_zspec_curve"]
    yield "z_spec curve rms, step 3 / baseline's <= .75", curve, curve <= 0.75
    three = abs(slope["step3"] / slope["baseline"])
    yield "step 3 slope / baseline's <= .75 in size", three, three <= 0.75
    four = abs(slope["step4"]) / r["step4"]["slope_zspec"]["error"]
    small = abs(slope["step4"]) <= 0.3 * abs(slope["baseline"])
    # 2.4: of three skies one is beyond it in 5 of 100 cases, if there is no slope
    yield "step 4 slope, errors from 0, <= 2.4 (or .3 of the baseline's)", four, four <= 2.4 or small
    for step in ("step3", "step4"):
        outliers = r[step]["outlier_fraction"] / r["baseline"]["outlier_fraction"]
        yield f"{step} outliers / baseline's <= 1.15", outliers, outliers <= 1.15
    yield from sharp_bar(r)


def worst_bin(r, step):
    """The largest bias of the mean redshift of a tomographic bin, with its bootstrap error."""
    worst = r[step]["tomography"]["worst_pz"]
    return worst["value"], worst["error"]


def sharp_bar(r):
    """p(z) of step 5 are as sharp as those of the baseline."""
    five, base = r["step5"]["crps"], r["baseline"]["crps"]
    yield "step 5 CRPS / baseline's <= 1.01", five / base, five <= 1.01 * base


def interval_bars(r, errors, rows=0):
    """Intervals hold what they say, within so many binomial errors: of the galaxies that are
    measured, n, and of those on which margins were found, half of a validation sample of n / 3.
    With m of these in a magnitude row the margin is one of m + 1 steps, the first that holds enough:
    intervals hold up to 1 / (m + 1) too much, which comes to 6 / n for each of the rows."""
    for step in ("step5", "step3-prior"):
        n = r[step]["n"]
        for share in (0.68, 0.95):
            error = math.sqrt(share * (1 - share) * (1 + 6) / n)
            off = r[step][f"interval_{share * 100:.0f}"] - share
            yield (f"{step} intervals of {share * 100:.0f} % within {errors} errors of {error:.4f}, +{6 * rows / n:.4f}",
                   off, -errors * error <= off <= errors * error + 6 * rows / n)


def product_bars(r):
    """The same as far as some thousand real galaxies can tell."""
    for step, limit in (("step5", 0.001), ("step3-prior", 0.002)):
        # as uniform as two samples, for validation a third of the test sample, can show at 5 %
        ks = r[step]["pit_ks"] / (1.36 * math.sqrt(4 / r[step]["n"]))
        yield f"{step} PIT KS / its limit by noise <= 1", ks, ks <= 1
        worst, error = worst_bin(r, step)
        yield (f"{step} worst tomographic bin <= {limit:.4f} + 2 errors of {2 * error:.4f}", worst,
               worst <= limit + 4 * error)
    for share in (0.68, 0.95):
        error = math.sqrt(share * (1 - share) * (1 + 3) / r["step5"]["n"])
        off = r["step5"][f"coverage_{share * 100:.0f}"] - share
        yield (f"step 5 coverage of {share * 100:.0f} % within .015 + 2 errors of {error:.4f}", off,
               abs(off) <= 0.015 + 2 * error)
    yield from sharp_bar(r)
    # 3: of a dozen numbers on halves of one table, one or the other is beyond 2
    yield from interval_bars(r, 3)


def rms_against_zspec(step, least=20):
    """Rms of the curve of mean residuals against true redshift, bins of a few galaxies left out."""
    curve = step["curve_zspec"]
    known = [r for r, n in zip(curve["residual"], curve["count"]) if n >= least]
    return math.sqrt(sum(r * r for r in known) / len(known))


def real_bars(r):
    """The same for real galaxies."""
    rms = {k: rms_against_zspec(v) for k, v in r.items()}
    tv = {k: v["tv"]["value"] for k, v in r.items()}
    phot = {k: v["rms_zphoto_curve"] for k, v in r.items()}
    yield "z_spec curve rms, step 3 / baseline <= .75", rms["step3"] / rms["baseline"], rms["step3"] <= 0.75 * rms["baseline"]
    yield "step 3 TV / baseline's <= .75", tv["step3"] / tv["baseline"], tv["step3"] <= 0.75 * tv["baseline"]
    yield "3a TV / step 3's >= 1.3", tv["step3a"] / tv["step3"], tv["step3a"] >= 1.3 * tv["step3"]
    yield "photo-z curve rms, step 4 / step 3 <= .75", phot["step4"] / phot["step3"], phot["step4"] <= 0.75 * phot["step3"]
    yield from product_bars(r)


def estimates(path, *keys):
    """Of each galaxy the bytes of these estimates."""
    with open(path, "rb") as f:
        return {r["id"]: [msgpack.packb(r[k]) for k in keys]
                for r in msgpack.Unpacker(f, max_buffer_size=0) if "id" in r}


def untouched_bars(out):
    """Estimates before and behind recalibrate, and in the products."""
    if not msgpack or not os.path.exists(f"{out}/step5.pz"):
        return
    zphot = {step: estimates(f"{out}/{step}.pz", "zphot") for step in ("baseline", "step3", "step4", "step5", "step3-prior")}
    both = {k: v + zphot["step4"][k] for k, v in zphot["step3"].items()}
    products = estimates(f"{out}/products.pz", "zphot", "zphot_corrected")
    for what, before, after in (("baseline's in step 5", zphot["baseline"], zphot["step5"]),
                                ("step 3's in step3-prior", zphot["step3"], zphot["step3-prior"]),
                                ("those of steps 3 and 4 in the products", both, products)):
        changed = sum(after.get(k) != v for k, v in before.items()) + len(after.keys() - before.keys())
        yield f"estimates: {what}, galaxies whose bytes differ", changed, changed == 0


def numbers(values, digits, sign=""):
    """.0130 .0134: without the 0 before the point."""
    return " ".join(f"{v:{sign}.{digits}f}".replace("0.", ".", 1) for v in values)


def table(reports, columns, bold=0, steps=ESTIMATED):
    """The steps' numbers over the reports, as lines of Markdown.

    columns: (title, value of a step, digits); the first `bold` of them are bold for step 3.
    """
    yield "| | " + " | ".join(title for title, _, _ in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for step, name in ((step, STEPS[step]) for step in steps):
        if not all(step in r for r in reports):
            continue
        cells = [name]
        for i, (title, value, digits) in enumerate(columns):
            sign = "+" if title == "slope" and "3" in step else ""
            mark = "**" if step == "step3" and i < bold else ""
            cells.append(mark + numbers([value(r[step]) for r in reports], digits, sign) + mark)
        yield "| " + " | ".join(cells) + " |"
    if steps is ESTIMATED:
        yield ""
        yield "step 3's total variation without mode collapse: " + numbers([r["step3"]["tv"]["floor"] for r in reports], 3)


TV = ("total variation", lambda step: step["tv"]["value"], 3)
MAD = ("sigma_MAD", lambda step: step["sigma_mad"], 4)


def pz_table(reports):
    """p(z) alone: of the steps whose p(z) one may want."""
    worst = lambda step: 1e4 * step["tomography"]["worst_pz"]["value"]  # noqa: E731
    error = lambda step: 1e4 * step["tomography"]["worst_pz"]["error"]  # noqa: E731
    columns = (("PIT KS", lambda step: step["pit_ks"], 3), ("within 68 %", lambda step: step["coverage_68"], 3),
               ("CRPS", lambda step: step["crps"], 4), ("worst bin, 0.0001", worst, 0), ("its error", error, 0))
    yield from table(reports, columns, steps=("baseline", "step3", "step3-prior", "step5"))


def demo_table(reports):
    slope = ("slope", lambda step: step["slope_zspec"]["value"], 3)
    outliers = ("outliers (> 0.05)", lambda step: step["outlier_fraction"], 3)
    yield from table(reports, (slope, TV, MAD, outliers), bold=2)
    for step in ("step3", "step4"):
        rms = [r[step]["rms_zphoto_curve"] for r in reports]
        yield f"rms of the residuals against photo-z, {step}: " + numbers(rms, 4)
    yield ""
    yield from pz_table(reports)


def real_table(reports):
    spec = ("rms against z_spec", rms_against_zspec, 4)
    phot = ("rms against photo-z", lambda step: step["rms_zphoto_curve"], 4)
    yield from table(reports, (spec, TV, phot, MAD))
    yield ""
    yield from pz_table(reports)


def main():
    real, products, deep = (f"--{name}" in sys.argv[1:] for name in ("real", "products", "deep"))
    judge = product_bars if products else real_bars if real else deep_bars if deep else bars
    paths = [a for a in sys.argv[1:] if not a.startswith("--")]
    reports = []
    for path in paths:
        with open(path) as f:
            reports.append(json.load(f))
    if "--table" in sys.argv[1:]:
        print("\n".join((pz_table if products else real_table if real else demo_table)(reports)))
    failed = 0
    for path, report in zip(paths, reports):
        print(path)
        for what, value, holds in [*judge(report), *untouched_bars(os.path.dirname(path) or ".")]:
            failed += not holds
            print(f"  {'ok  ' if holds else 'MISS'} {what}: {value:.4f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
