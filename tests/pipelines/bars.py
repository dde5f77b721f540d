#!/usr/bin/env python3
"""The bars of the demo: does a report.json show that both biases are gone?

usage: bars.py report.json ...     exit 1 where one does not hold
"""

import json
import sys


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
    yield "step 3 TV / baseline's <= .6", tv["step3"] / tv["baseline"], tv["step3"] <= 0.6 * tv["baseline"]
    yield "step 3 TV / step 1's <= .65", tv["step3"] / tv["step1"], tv["step3"] <= 0.65 * tv["step1"]
    floor = r["step3"]["tv"]["floor"]
    yield "step 3 TV / its floor <= 3", tv["step3"] / floor, tv["step3"] <= 3 * floor
    yield "3a TV / step 3's >= 1.6", tv["step3a"] / tv["step3"], tv["step3a"] >= 1.6 * tv["step3"]
    yield "step 3 sigma_MAD / baseline's <= 1.25", mad["step3"] / mad["baseline"], mad["step3"] <= 1.25 * mad["baseline"]
    yield "step 4 sigma_MAD / baseline's <= 1.12", mad["step4"] / mad["baseline"], mad["step4"] <= 1.12 * mad["baseline"]
    yield "photo-z curve rms after / before step 4 <= .5", rms, rms <= 0.5


def main():
    failed = 0
    for path in sys.argv[1:]:
        with open(path) as f:
            report = json.load(f)
        print(path)
        for what, value, holds in bars(report):
            failed += not holds
            print(f"  {'ok  ' if holds else 'MISS'} {what}: {value:.4f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
