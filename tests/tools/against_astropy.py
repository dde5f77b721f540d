#!/usr/bin/python3
"""Compare cutout with astropy.wcs and scipy on real files of many flavours.

usage: against_astropy.py DIRECTORY

Of every file with a celestial WCS: positions to 1e-3 pixels, through images whose
pixels are their own coordinates; stamps of the file itself to 1e-4 of their largest
pixel, bilinear by scipy and lanczos3 by its definition. The other files must end in
an error that names them.
"""

import logging
import os
import subprocess
import sys
import tempfile
import warnings

import msgpack
import numpy as np
from astropy.coordinates import FK4, ICRS, SkyCoord
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS
from scipy.ndimage import map_coordinates

SIZE = 7
COUNT = 12
REFUSED = {
    "blank.fits": "has no WCS",
    "compressed_float_bzero.fits": "expected an image of two axes",
    "cube.fits": "a cube of 4 planes",
}

warnings.simplefilter("ignore")
logging.disable()


def first_image(path):
    hdus = fits.open(path)
    for hdu in hdus:
        if hdu.header.get("NAXIS") == 2 and hdu.data is not None:
            return hdu.data.astype(np.float64), hdu.header, hdus
    raise ValueError(path)


def cutout(directory, frames, bands, *options):
    """Stamps by id."""
    out = subprocess.run(
        ["cutout", "-q", "-c", f"{directory}/list.csv", "-f", frames, "-b", bands, *options],
        check=True, stdout=subprocess.PIPE).stdout
    unpacker = msgpack.Unpacker(max_buffer_size=0)
    unpacker.feed(out)
    stamps = {}
    for r in unpacker:
        if "img" in r:
            assert min(r["cover"]) == 1, r["cover"]
            stamps[r["id"]] = np.frombuffer(r["img"], "<f4").astype(float)
    return stamps


def is_old(wcs):
    return wcs.wcs.radesys.startswith("FK4") or (not wcs.wcs.radesys and wcs.wcs.equinox < 1984)


def old_frame(wcs):
    epoch = wcs.wcs.mjdobs
    return FK4(equinox="B1950", obstime=Time(epoch, format="mjd") if epoch == epoch else "J1950")


def turned(radec, frame, to):
    place = SkyCoord(*radec.T, unit="deg", frame=frame).transform_to(to)
    return np.c_[place.ra.deg, place.dec.deg]


def sky_of(wcs, pixels):
    """RA and Dec in ICRS, whichever way round the header has them."""
    world = wcs.all_pix2world(pixels, 0)
    sky = world[:, ::-1] if wcs.wcs.lng == 1 else world
    return turned(sky, old_frame(wcs), ICRS()) if is_old(wcs) else sky


def pixels_of(wcs, sky):
    if is_old(wcs):
        sky = turned(sky, ICRS(), old_frame(wcs))
    world = sky[:, ::-1] if wcs.wcs.lng == 1 else sky
    return wcs.all_world2pix(world, 0, tolerance=1e-7)


def stamp_points(radec, pixscale, step):
    """Sky of a stamp's pixels, all moved by step (in pixels)."""
    plane = WCS(naxis=2)
    plane.wcs.ctype = "RA---TAN", "DEC--TAN"
    plane.wcs.crval = radec
    plane.wcs.crpix = (SIZE + 1) / 2, (SIZE + 1) / 2
    plane.wcs.cdelt = -pixscale / 3600, pixscale / 3600
    y, x = np.mgrid[:SIZE, :SIZE]
    return plane.all_pix2world(np.c_[x.ravel() + step[0], y.ravel() + step[1]], 0)


def lanczos3(t):
    return np.where(abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0)


def weights(f):
    """Lanczos's, changed least to be exact for cubics."""
    k = np.arange(-2, 4) - f
    moments = np.array([k**m for m in range(4)])
    w = lanczos3(k)
    return w + moments.T @ np.linalg.solve(moments @ moments.T, [1, 0, 0, 0] - moments @ w)


def interpolate(data, points, kernel):
    if kernel == "bilinear":
        return map_coordinates(data, points[:, ::-1].T, order=1)
    out = []
    for x, y in points:
        i, j = int(np.floor(x)), int(np.floor(y))
        out.append(weights(y - j) @ data[j - 2:j + 4, i - 2:i + 4] @ weights(x - i))
    return np.array(out)


def check_positions(directory, header, tables, wcs, radec, pixels):
    shape = header["NAXIS2"], header["NAXIS1"]
    y, x = np.mgrid[:shape[0], :shape[1]].astype(np.float32)
    for band, data in (("x", x), ("y", y), ("one", np.ones(shape, np.float32))):
        hdus = fits.HDUList([fits.PrimaryHDU(data, header), *tables])
        hdus.writeto(f"{directory}/ramp-{band}.fits", overwrite=True, output_verify="ignore")
    stamps = cutout(directory, f"{directory}/ramp-%b.fits", "x,y,one", "-s", "1", "-k", "bilinear")
    worst = 0
    for i, want in enumerate(pixels_of(wcs, radec)):
        found = stamps[i][:2] / stamps[i][2]
        worst = max(worst, np.hypot(*(found - want)), np.hypot(*(found - pixels[i])))
    return worst


def areas(wcs, place, pixscale):
    """Frame pixels in each stamp pixel: by differences of a stamp pixel each way."""
    right, left, up, down = (pixels_of(wcs, stamp_points(place, pixscale, step))
                             for step in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)))
    dx, dy = (right - left).T, (up - down).T
    return abs(dx[0] * dy[1] - dx[1] * dy[0])


def check_fluxes(directory, path, data, wcs, smooth, radec, pixscale, kernel):
    """smooth: the WCS without what a detector's columns differ by; flat fields have that.
    Pixels in MJy/sr become nJy by the area of a stamp's pixel."""
    per_area = first_image(path)[1].get("BUNIT") == "MJy/sr"
    nanojansky = 1e15 * np.radians(pixscale / 3600)**2
    stamps = cutout(directory, path, "x", "-s", str(SIZE), "-k", kernel, "-p", repr(pixscale))
    worst = 0
    for i, place in enumerate(radec):
        points = pixels_of(wcs, stamp_points(place, pixscale, (0, 0)))
        area = nanojansky if per_area else areas(smooth, place, pixscale)
        want = interpolate(data, points, kernel) * area
        worst = max(worst, abs(stamps[i] - want).max() / abs(want).max())
    return worst


def check(path, directory):
    data, header, hdus = first_image(path)
    for key in ("BSCALE", "BZERO", "BLANK"):
        header.remove(key, ignore_missing=True)
    tables = [hdu for hdu in hdus if hdu.name in ("D2IMARR", "WCSDVARR")]
    wcs, smooth = WCS(header, hdus), WCS(header, hdus)
    smooth.det2im1 = smooth.det2im2 = None
    random = np.random.default_rng(1)
    margin = 9
    low, high = [margin, margin], [data.shape[1] - 1 - margin, data.shape[0] - 1 - margin]
    pixels = random.uniform(low, high, (COUNT, 2))
    radec = sky_of(wcs, pixels)
    with open(f"{directory}/list.csv", "w", encoding="ascii") as out:
        out.write("id,ra,dec\n")
        for i, (ra, dec) in enumerate(radec):
            out.write(f"{i},{ra:.14f},{dec:.14f}\n")
    steps = wcs.proj_plane_pixel_scales() if wcs.wcs.lng >= 0 else [0]
    scale = np.mean([s.to_value("arcsec") for s in steps])
    position = check_positions(directory, header, tables, wcs, radec, pixels)
    flux = [check_fluxes(directory, path, data, wcs, smooth, radec, scale * 0.93, kernel)
            for kernel in ("bilinear", "lanczos3")]
    print(f"{os.path.basename(path)}: {position:.1e} pixels, {flux[0]:.1e}, {flux[1]:.1e}")
    return position < 1e-3 and max(flux) < 1e-4


def check_refusal(path, directory, words):
    with open(f"{directory}/list.csv", "w", encoding="ascii") as out:
        out.write("id,ra,dec\n1,10,20\n")
    run = subprocess.run(["cutout", "-c", f"{directory}/list.csv", "-f", path, "-b", "x"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    print(run.stderr.strip())
    return run.returncode == 1 and os.path.basename(path) in run.stderr and words in run.stderr


def main(zoo):
    bad = []
    with tempfile.TemporaryDirectory() as directory:
        for name in sorted(os.listdir(zoo)):
            path = os.path.join(zoo, name)
            if name in REFUSED:
                good = check_refusal(path, directory, REFUSED[name])
            else:
                good = check(path, directory)
            if not good:
                bad.append(name)
    if bad:
        sys.exit("against_astropy: " + ", ".join(bad))


main(sys.argv[1])
