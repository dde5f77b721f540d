#!/usr/bin/python3
"""Compare stamps of cutout with and without --match-psf, on frames of which the sky is known.

usage: psf_alike.py

The sky is constant, or a dipole, which a narrow Gaussian leaves as it is. So stamps must be the
same with and without the option, to what margins beyond an edge make of a slope; cover must be the
same everywhere: at poles and seams, where distortions have no inverse, around holes, at edges.
"""

import subprocess
import sys
import warnings
from collections import Counter

import msgpack
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")
DIPOLE = np.array([0.2, -0.25, 0.39])
rng = np.random.default_rng(1)
counted = Counter()


def header(code, crval, crpix, scale, turn=0.0, **more):
    h, turn = fits.Header(), np.radians(turn)
    matrix = scale * np.array([[-np.cos(turn), -np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for i, axis in enumerate(("RA--", "DEC-")):
        h[f"CTYPE{i + 1}"], h[f"CRVAL{i + 1}"], h[f"CRPIX{i + 1}"] = f"{axis}-{code}", float(crval[i]), float(crpix[i])
        for j in range(2):
            h[f"CD{i + 1}_{j + 1}"] = matrix[i, j]
    h.update(more)
    return h


def sky_at(ra, dec):
    """Unit vectors."""
    ra, dec = np.radians(ra), np.radians(dec)
    return np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])


def write(name, h, side, kind, bad=None):
    """An image of a constant sky (even), or of a dipole in Jy/sr (mean) or Jy per pixel (flux)."""
    x, y = np.meshgrid(np.arange(side[0]), np.arange(side[1]))
    places = [sky_at(*WCS(h).all_pix2world(x + dx, y + dy, 0)) for dx, dy in ((0, 0), (-.01, 0), (.01, 0), (0, -.01), (0, .01))]
    image = 1 + np.tensordot(DIPOLE, places[0], 1)
    if kind == "even":
        image = 7 + 0 * image  # and no pixels off the sky
    if kind == "flux":
        image = image * np.linalg.norm(np.cross(places[2] - places[1], places[4] - places[3], axis=0), axis=0) * 2500
    if bad is not None:
        image[bad] = np.nan
    fits.writeto(name, image.astype("f4"), fits.Header(h, copy=True) + fits.Header({"BUNIT": "Jy" if kind == "flux" else "Jy/sr"}), overwrite=True)


def catalogue(ra, dec):
    with open("c.csv", "w", encoding="ascii") as out:
        out.write("id,ra,dec\n")
        out.writelines(f"{i + 1},{a:.12g},{d:.12g}\n" for i, (a, d) in enumerate(zip(ra, dec)) if np.isfinite(a + d))


def cut(*options):
    out = subprocess.run(["cutout", "-q", "-c", "c.csv", *options], check=True, stdout=subprocess.PIPE).stdout
    unpacker = msgpack.Unpacker(max_buffer_size=0)
    unpacker.feed(out)
    return {r["id"]: (np.frombuffer(r["img"], "<f4").astype(float), np.array(r["cover"])) for r in unpacker if "img" in r}


def truth(radec, side, scale):
    """Flux of the dipole in each pixel of a stamp, on the plane at its middle."""
    a, d = np.radians(radec)
    step = np.radians(scale / 3600)
    x, y = np.meshgrid(*2 * [(np.arange(side) - (side - 1) / 2) * step])
    axes = (sky_at(*radec), np.array([-np.sin(a), np.cos(a), 0]), np.array([-np.sin(d) * np.cos(a), -np.sin(d) * np.sin(a), np.cos(d)]))
    v = axes[0][:, None, None] - axes[1][:, None, None] * x + axes[2][:, None, None] * y
    r = np.sqrt((v ** 2).sum(axis=0))
    return ((1 + np.tensordot(DIPOLE, v, 1) / r) * step * step / r ** 3).ravel()


def compare(what, off, frames, options, psf):
    """Complains where covers, or pixels without data, differ, or off(id, without, with) is true."""
    without, matched = cut("-f", *frames, *options), cut("-f", *frames, *options, "--match-psf", *psf)
    wrong = sorted(set(without) ^ set(matched))
    some = sum((c < 1).any() for _, c in without.values())
    for i in set(without) & set(matched):
        (p, c), (q, d) = without[i], matched[i]
        good = p != 0
        if np.abs(c - d).max() > 1e-6 or ((q != 0) != good).any() or (good.any() and off(i, p[good], q[good], good)):
            wrong.append(i)
    print(f"{what} {' '.join(options)}: {len(without)} stamps, {some} not whole", f"WRONG: {wrong}" if wrong else "ok")
    counted.update(stamps=len(without), not_whole=some)
    return bool(wrong)


def level(_, p, q, __):
    return np.abs(q / p - 1).max() > 1e-5


def whole_skies():
    ra, dec = rng.uniform(0, 360, 50), np.degrees(np.arcsin(rng.uniform(-.9999, .9999, 50)))
    ra[:16] = [0, 180, 359.9, 180.1, 90, 270, 10, 20, 30, 200, 0, 180, 45, 75, 100, 300]
    dec[:16] = [10, 10, 10, 10, 89.9, -89.9, 88, 86, 84, -85, 80, -82, 89, 87, 85, 83]
    catalogue(ra, dec)
    wrong = 0
    for code, crval, crpix, side in (
            ("CAR", (180, 0), (180.5, 90.5), (360, 180)), ("CAR", (0, 0), (0.5, 91), (360, 181)), ("CEA", (0, 0), (.5, 57.5), (360, 114)),
            ("HPX", (0, 0), (.5, 90.5), (360, 180)), ("AIT", (0, 0), (165.5, 85.5), (330, 170)),
            ("ZEA", (33, 90), (120.5, 120.5), (240, 240)), ("SIN", (33, 40), (60.5, 60.5), (120, 120))):
        h = header(code, crval, crpix, 1.0)
        for kind in {"CAR": ("even", "mean", "flux"), "ZEA": ("mean",), "HPX": ("even",)}.get(code, ("even", "mean")):
            write("f-x.fits", h, side, kind)
            for scale, size in ((1800, 16), (720, 20), (2500, 7), (1800, 1)):
                def off(i, p, q, good, kind=kind, scale=scale, size=size):
                    if kind == "even":
                        return level(i, p, q, good)
                    if kind == "mean":
                        return np.abs(q / p - 1).max() > 0.06  # what a slope is at an edge
                    # Near a pole no interpolation of fluxes is right: as good as without.
                    t = truth((ra[i - 1], dec[i - 1]), size, scale)[good]
                    return np.abs(q / t - 1).max() > max(0.05, 1.1 * np.abs(p / t - 1).max())
                wrong += compare(f"{code} {kind}", off, ("f-x.fits", "-b", "x"), ("-p", str(scale), "-s", str(size)), ("3600", "--psf", "1800"))
    return wrong


def frames():
    side, wrong = (300, 260), 0
    for code, more in (("TAN", {}), ("TAN-SIP", {"A_ORDER": 2, "B_ORDER": 2, "A_2_0": 4e-4, "B_0_2": -4e-4, "A_1_1": 2e-4, "B_2_0": 0.0}),
                       ("TAN-SIP", {"A_ORDER": 2, "B_ORDER": 2, "A_2_0": 2e-3, "B_0_2": -2e-3, "A_1_1": 1e-3, "B_2_0": 0.0}),
                       ("TPV", {"PV1_1": 1.0, "PV1_7": 4e3, "PV2_1": 1.0, "PV2_7": -4e3})):
        h = header(code, (150, 2), (150.5, 130.5), 0.4 / 3600, 10, **more)
        bad = np.zeros(side[::-1], bool)
        bad[:, :40] = bad[-23:] = bad[100:110, 100:180] = True
        bad |= rng.uniform(size=bad.shape) < 0.02
        catalogue(*WCS(h).all_pix2world(rng.uniform(-15, side[0] + 15, 80), rng.uniform(-15, side[1] + 15, 80), 0))
        write("f-g.fits", h, side, "even", bad if code == "TAN" else None)
        for options in (("-p", "0.3", "-s", "24"), ("-p", "1.3", "-s", "16"), ("-p", "0.45", "--native", "-s", "17"), ("-p", "0.1", "-s", "1"),
                        *([("--native", "-s", "31")] if code == "TAN" else [])):
            wrong += compare(code, level, ("f-g.fits", "-b", "g"), options, ("2.6", "--psf", "1.1"))
    return wrong


def several():
    """Two bands of three frames, one of them turned, with holes: each stamp has the best."""
    wrong = 0
    for i, (turn, ra) in enumerate(((0, 150), (5, 150.02), (-40, 150.025))):
        h = header("TAN", (ra, 2), (150.5, 130.5), 0.4 / 3600, turn)
        for band, rows in (("g", 30), ("r", 60)):
            bad = rng.uniform(size=(260, 300)) < 0.002
            bad[:rows] = True
            write(f"m{band}-{i}.fits", h, (300, 260), "even", bad)
        if i == 0:
            catalogue(*WCS(h).all_pix2world(rng.uniform(-60, 360, 150), rng.uniform(-60, 320, 150), 0))
    fits.HDUList([fits.PrimaryHDU()] + [fits.ImageHDU(*fits.getdata(f"mg-{i}.fits", header=True), name=f"N{i}") for i in range(3)]).writeto("mosaic.fits")
    for options in (("-p", "0.3", "-s", "24"), ("-p", "1.1", "-s", "9"), ("--native", "-s", "15")):
        wrong += compare("three frames", level, ("m%b-*.fits", "-b", "g,r"), options, ("2.6", "--psf", "1.1"))
        wrong += compare("a mosaic", level, ("mosaic.fits", "-b", "g"), options, ("2.6", "--psf", "1.1"))
    return wrong


wrong_ones = whole_skies() + frames() + several()
print(wrong_ones, "wrong;", dict(counted))
sys.exit(int(wrong_ones > 0 or counted["not_whole"] < 1000))
