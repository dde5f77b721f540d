#!/usr/bin/python3
"""Compare cutout with astropy.wcs on maps of the whole sky.

usage: whole_sky.py

The pixels of a map are their own numbers; galaxies lie all over the sky, and on the seam. In a
cylindrical projection a map may lie anywhere around the sky: astropy gives the pixels within 180
degrees of CRVAL, and a galaxy that is off the map there is on it a turn of longitude further.
"""

import subprocess
import sys
import warnings

import msgpack
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")
CYLINDERS = {"CAR": 360, "CEA": 360, "MER": 360, "CYP": 360 * 0.7071, "HPX": 360}
LEFT, MIDDLE = (0.5, 90.5), (180.5, 90.5)


def sky_map(code, crval, crpix, side=(360, 180), system=("RA--", "DEC-"), matrix=(-1, 0, 0, 1), **more):
    header = fits.Header()
    for i in range(2):
        header[f"CTYPE{i + 1}"] = f"{system[i]}-{code}"
        header[f"CRVAL{i + 1}"] = (crval, 0)[i]
        header[f"CRPIX{i + 1}"] = crpix[i]
        for j in range(2):
            header[f"CD{i + 1}_{j + 1}"] = float(matrix[2 * i + j])
    header.update(more)
    return header, side


GALACTIC = ("GLON", "GLAT")
MAPS = [
    sky_map("CAR", 180, MIDDLE),
    sky_map("CAR", 0, MIDDLE),
    sky_map("CAR", 0, LEFT),  # the far half lies on the left
    sky_map("CAR", 0, LEFT, matrix=(1, 0, 0, 1)),
    sky_map("CAR", 0, (360.5, 90.5)),
    sky_map("CAR", 75, (300.25, 90.5)),
    sky_map("CAR", 75, (900.25, 90.5)),
    sky_map("CAR", 0, (90.5, 0.5), side=(180, 360), matrix=(0, 1, 1, 0)),
    sky_map("CAR", 0, LEFT, system=GALACTIC),
    sky_map("CAR", 40, LEFT, CRVAL2=35.0),
    sky_map("CAR", 40, LEFT, PV1_0=1, PV1_1=50.0, PV1_2=0.0),
    sky_map("CEA", 0, (0.5, 57.5), side=(360, 114)),
    sky_map("MER", 0, (0.5, 150.5), side=(360, 300)),
    sky_map("CYP", 0, (0.5, 150.5), side=(254, 300), PV2_1=1.0, PV2_2=0.7071),
    sky_map("HPX", 0, LEFT),
    sky_map("AIT", 0, (165.5, 85.5), side=(330, 170)),
    sky_map("AIT", 180, (165.5, 85.5), side=(330, 170), system=GALACTIC),
    sky_map("MOL", 0, (165.5, 85.5), side=(330, 170)),
    sky_map("MOL", 123, (165.5, 85.5), side=(330, 170)),
    sky_map("SFL", 33, MIDDLE),
]


def is_on(pixel, side):
    return (pixel[0] >= -0.5) & (pixel[0] < side[0] - 0.5) & (pixel[1] >= -0.5) & (pixel[1] < side[1] - 0.5)


def pixels(header, side, ra, dec):
    wcs = WCS(header)
    if header["CTYPE1"].startswith("GLON"):
        there = SkyCoord(ra, dec, unit="deg").galactic
        ra, dec = there.l.deg, there.b.deg
    pixel = np.array(wcs.all_world2pix(ra, dec, 0))
    turn = CYLINDERS.get(header["CTYPE1"][5:], 0)
    further = np.linalg.inv(wcs.pixel_scale_matrix) @ [turn, 0]
    found = pixel.copy()
    for turns in (-2, -1, 1, 2) if turn else ():
        other = pixel + turns * further[:, None]
        better = is_on(other, side) & ~is_on(found, side)
        found[:, better] = other[:, better]
    return found


def stamps(image, header):
    """The pixel of each galaxy, by id."""
    fits.writeto("sky-x.fits", image, header, overwrite=True)
    out = subprocess.run(["cutout", "-q", "-c", "sky.csv", "-f", "sky-x.fits", "-b", "x", "-s", "1", "-k", "nearest", "--native"],
                         check=True, stdout=subprocess.PIPE).stdout
    unpacker = msgpack.Unpacker(max_buffer_size=0)
    unpacker.feed(out)
    return {r["id"]: float(np.frombuffer(r["img"], "<f4")[0]) for r in unpacker if "img" in r}


def compare(header, side, ra, dec):
    """What is wrong, as a text; "" nothing."""
    number = np.arange(side[0] * side[1], dtype="f4").reshape(side[::-1]) + 1
    found, pixel = stamps(number, header), pixels(header, side, ra, dec)
    inside = is_on(pixel, side)
    # at the edge of a pixel rounding decides
    edge = np.abs(np.abs(pixel - np.round(pixel)) - 0.5).min(axis=0) < 1e-6
    for i in np.flatnonzero(~edge):
        want = number[int(round(pixel[1, i])), int(round(pixel[0, i]))] if inside[i] else None
        if found.get(i + 1) != want:
            return f"galaxy {i + 1} at {ra[i]}, {dec[i]}: expected {want}, found {found.get(i + 1)}"
    for i in np.flatnonzero(edge & inside):
        if not found.get(i + 1):
            return f"galaxy {i + 1} at {ra[i]}, {dec[i]}, at a pixel's edge: no data"
    return ""


def main():
    rng = np.random.default_rng(1)
    ra, dec = rng.uniform(0, 360, 300), np.degrees(np.arcsin(rng.uniform(-0.97, 0.97, 300)))
    ra[:8], dec[:8] = [0, 180, 359.999, 1e-5, 179.999, 180.001, 90, 270], 10
    with open("sky.csv", "w", encoding="ascii") as out:
        out.write("id,ra,dec\n")
        out.writelines(f"{i + 1},{ra[i]:.17g},{dec[i]:.17g}\n" for i in range(len(ra)))
    wrong = 0
    for header, side in MAPS:
        said = compare(header, side, ra, dec)
        wrong += bool(said)
        print(header["CTYPE1"], header["CRVAL1"], header["CRPIX1"], said or "ok")
    sys.exit(wrong > 0)


main()
