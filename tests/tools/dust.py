#!/usr/bin/python3
"""Small maps of dust, and E(B-V) of places from them, by numpy and astropy alone.

usage: dust.py maps FOLDER [LAMBERT]    write both hemispheres, and a frame of the whole sky; LAMBERT: with the keywords of the first release
       dust.py places FILE              write a table of places
       dust.py check FOLDER FILE        records of cutout (JSON, one a line) on stdin against the maps
"""

import json
import sys

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits

SIZE, SCALE = 40, 19.0  # the corners of the square are beyond the equator
NAMES = {1: "ngp", -1: "sgp"}


def write_maps(folder, first_release):
    for n, name in NAMES.items():
        draw = np.random.default_rng(n + 5)
        image = fits.PrimaryHDU((0.5 + draw.random((SIZE, SIZE + 3))).astype(np.float32))
        header = image.header
        off = 7.0 if first_release else 0.0
        header["CTYPE1"], header["CTYPE2"] = ("LAMBERT--X", "LAMBERT--Y") if first_release else ("GLON-ZEA", "GLAT-ZEA")
        header["CRPIX1"], header["CRPIX2"] = SIZE / 2 + 1.5 + off, SIZE / 2 + 0.5 - off
        header["CRVAL1"], header["CRVAL2"] = (off, -off) if first_release else (90.0, 90.0 * n)
        header["LAM_NSGP"], header["LAM_SCAL"] = n, SCALE
        image.writeto(f"{folder}/SFD_dust_4096_{name}.fits", overwrite=True)
    sky = fits.PrimaryHDU(np.ones((180, 360), np.float32))
    sky.header.update({"CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRVAL1": 180.0, "CRVAL2": 0.0, "CRPIX1": 180.5,
                       "CRPIX2": 90.5, "CDELT1": -1.0, "CDELT2": 1.0})
    sky.writeto(f"{folder}/sky.fits", overwrite=True)


def places():
    """Galactic l and b: random, the poles, around l = 0 and next to the equator."""
    draw = np.random.default_rng(1)
    lon, lat = draw.uniform(0, 360, 300), np.degrees(np.arcsin(draw.uniform(-1, 1, 300)))
    lon = np.r_[lon, 0, 77, 0, 77, 359.9999, 0.0001, 0, 360, 120, 120, 90, 180, 270, 12]
    lat = np.r_[lat, 90, 90, -90, -90, 45, 45, -45, -45, 1e-5, -1e-5, 0.001, -0.001, 0.001, 89.9999]
    return SkyCoord(l=lon, b=lat, unit="deg", frame="galactic").icrs


def galactic(ra, dec):
    """By the pole of J2000 and spherical trigonometry; astropy's is 23 mas off, as FK5 is from ICRS."""
    pole_ra, pole_dec, lon_ncp = np.radians([192.85948, 27.12825, 122.93192])
    ra, dec = np.radians(ra) - pole_ra, np.radians(dec)
    x = np.sin(dec) * np.cos(pole_dec) - np.cos(dec) * np.sin(pole_dec) * np.cos(ra)
    y = np.cos(dec) * np.sin(ra)
    z = np.sin(dec) * np.sin(pole_dec) + np.cos(dec) * np.cos(pole_dec) * np.cos(ra)
    return (lon_ncp - np.arctan2(y, x)) % (2 * np.pi), np.arctan2(z, np.hypot(x, y))


def expected(folder, ra, dec):
    lon, lat = galactic(ra, dec)
    by_astropy = SkyCoord(lon, lat, unit="rad", frame="galactic").separation(SkyCoord(ra, dec, unit="deg").galactic)
    assert by_astropy.arcsec.max() < 0.03, by_astropy.arcsec.max()
    out = np.empty(len(lon))
    for n, name in NAMES.items():
        with fits.open(f"{folder}/SFD_dust_4096_{name}.fits") as hdus:
            image, header = hdus[0].data.astype(float), hdus[0].header
        here = (lat >= 0) == (n > 0)
        off = [header["CRVAL1"], header["CRVAL2"]] if header["CTYPE1"].startswith("LAMBERT") else [0, 0]
        # sqrt(1 - n sin b), without the rounding of a difference
        r = header["LAM_SCAL"] * np.sqrt(2) * np.sin(np.pi / 4 - n * lat[here] / 2)
        x = r * np.cos(lon[here]) + header["CRPIX1"] - off[0] - 1
        y = -n * r * np.sin(lon[here]) + header["CRPIX2"] - off[1] - 1
        i, j = np.floor(x).astype(int), np.floor(y).astype(int)
        assert i.min() >= 0 and j.min() >= 0 and i.max() + 1 < image.shape[1] and j.max() + 1 < image.shape[0]
        dx, dy = x - i, y - j
        out[here] = ((1 - dx) * (1 - dy) * image[j, i] + dx * (1 - dy) * image[j, i + 1]
                     + (1 - dx) * dy * image[j + 1, i] + dx * dy * image[j + 1, i + 1])
    return out


def check(folder, path):
    table = np.genfromtxt(path, delimiter=",", names=True)
    want = dict(zip(table["id"].astype(int), expected(folder, table["ra"], table["dec"])))
    found = {r["id"]: r["ebv"] for r in map(json.loads, sys.stdin)}
    assert found.keys() == want.keys(), (len(found), len(want))
    off = {i: abs(found[i] - want[i]) for i in found}
    worst = max(off, key=off.get)
    print(f"{len(found)} places, at most {off[worst]:.1e} off (id {worst})")
    assert off[worst] < 1e-6, (worst, found[worst], want[worst])


if sys.argv[1] == "maps":
    write_maps(sys.argv[2], len(sys.argv) > 3)
elif sys.argv[1] == "places":
    where = places()
    with open(sys.argv[2], "w", encoding="ascii") as out_file:
        out_file.write("id,ra,dec\n")
        for k, (a, d) in enumerate(zip(where.ra.deg, where.dec.deg)):
            out_file.write(f"{k + 1},{a:.12f},{d:.12f}\n")
else:
    check(sys.argv[2], sys.argv[3])
