#!/usr/bin/python3
"""surveys.py -- frames as the archives of surveys write them, and what their stamps must be

    surveys.py names | make | check
    surveys.py patches NAMES      those of HSC in ./patches, with HDUs in the order of these names
                                  (IMAGE,MASK,VARIANCE); without any, in small letters
    surveys.py same SURVEY.npz PLAIN.npz

make: frames and masks of two galaxies and galaxies.csv, in a folder for each survey. check: the
stamps in SURVEY.npz, and the header in SURVEY.json.

Each band has a star-like galaxy of 100 nanomaggies times its number, at two positions. Beside the
first there is a pixel of absurd value, which only the survey's mask marks as bad; beside the second a
pixel that the mask marks for another reason, which must be used.
"""
import json
import os
import sys

import numpy as np
from astropy.io import fits

SIDE, SIGMA = 90, 1.6
PLACES = ((30, 30), (60, 58))     # x, y from 0
BAD, GOOD = (37, 34), (67, 62)    # 7 and 4 pixels off
DEC0, RA0 = 2.0, 150.0

ORDER = ["IMAGE", "MASK", "VARIANCE"] # of the HDUs of HSC and Rubin

# bands, arcsec per pixel, bits of bad and of harmless pixels
SURVEYS = {
    "sdss": ("u g r i z", 0.396, None, None),
    "legacy": ("g r i z", 0.262, 5, 1),
    "panstarrs": ("g r i z y", 0.25, 5, 9),
    "hsc": ("g r i z y", 0.168, 1, 5),
    "rubin": ("u g r i z y", 0.2, 1, 5),
    "des": ("g r i z Y", 0.263, None, None),
    "kids": ("u g r i", 0.2, 6, 3),
    "euclid": ("VIS Y J H", 0.1, None, None),
    "unions": ("u r", 0.186, None, None),
}


def sky(flux):
    """Nanomaggies per pixel: pixels hold the Gaussian's mean over them. No pixel is 0, which says in
    some surveys that there are no data."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    image = np.full((SIDE, SIDE), 1e-6)
    for px, py in PLACES:
        image += flux / (2 * np.pi * SIGMA**2) * np.exp(-((x - px)**2 + (y - py)**2) / (2 * SIGMA**2))
    return image


def wcs(scale, kind="TAN"):
    h = fits.Header()
    h["CTYPE1"], h["CTYPE2"] = f"RA---{kind}", f"DEC--{kind}"
    h["CRVAL1"], h["CRVAL2"] = RA0, DEC0
    h["CRPIX1"] = h["CRPIX2"] = SIDE / 2
    h["CUNIT1"] = h["CUNIT2"] = "deg"
    if kind == "TPV":
        h["PV1_1"] = h["PV2_1"] = 1.0
    h["CD1_1"], h["CD1_2"], h["CD2_1"], h["CD2_2"] = -scale / 3600, 0.0, 0.0, scale / 3600
    return h


def mask(bad, good, kind):
    m = np.zeros((SIDE, SIDE), kind)
    m[BAD[1], BAD[0]] = 1 << bad
    m[GOOD[1], GOOD[0]] = 1 << good
    return m


def compressed(data, header, name):
    """As fpack -qz does it: what is 0 stays 0."""
    return fits.CompImageHDU(data, header, name=name, compression_type="RICE_1", quantize_method=2,
                             dither_seed=1)


def save(path, *hdus):
    first = hdus[0] if isinstance(hdus[0], fits.PrimaryHDU) else fits.PrimaryHDU()
    rest = hdus[1:] if first is hdus[0] else hdus
    fits.HDUList([first, *rest]).writeto(path, overwrite=True)


def write_band(survey, folder, band, image, scale):
    bad, good = SURVEYS[survey][2:]
    h = wcs(scale, "TPV" if survey == "des" else "TAN")
    absurd = image.copy()
    absurd[BAD[1], BAD[0]] = 1e4

    def at(name):
        return os.path.join(folder, name)

    def in_zeropoint(zeropoint):
        return (absurd * 10 ** (0.4 * (zeropoint - 22.5))).astype("f4")

    if survey == "sdss":
        h["BUNIT"] = "nanomaggy"
        save(at(f"frame-{band}-000094-1-0012.fits.bz2"), fits.PrimaryHDU(image.astype("f4"), h))
    elif survey == "legacy":
        h["BUNIT"] = "nanomaggy"
        save(at(f"legacysurvey-1500p020-image-{band}.fits.fz"), compressed(absurd.astype("f4"), h, "IMAGE"))
        save(at("legacysurvey-1500p020-maskbits.fits.fz"), compressed(mask(bad, good, "i4"), wcs(scale), "MASKBITS"))
    elif survey == "panstarrs":
        for key in ("CD1_1", "CD1_2", "CD2_1", "CD2_2"):
            del h[key]
        h["CDELT1"], h["CDELT2"] = -scale / 3600, scale / 3600
        h["PC001001"], h["PC001002"], h["PC002001"], h["PC002002"] = 1.0, 0.0, 0.0, 1.0
        h["BSOFTEN"], h["BOFFSET"], h["EXPTIME"] = 12.5, 3.25, 43.0 * (1 + "grizy".index(band))
        flux = absurd * 10 ** (0.4 * (25 + 2.5 * np.log10(h["EXPTIME"]) - 22.5))
        pixels = 2.5 / np.log(10) * np.arcsinh((flux - h["BOFFSET"]) / (2 * h["BSOFTEN"]))
        pixels[:, :2] = np.nan
        name = f"rings.v3.skycell.1281.047.stk.{band}.unconv"
        save(at(name + ".fits"), fits.PrimaryHDU(pixels.astype("f4"), h))
        save(at(name + ".mask.fits"), fits.PrimaryHDU(mask(bad, good, "i2"), wcs(scale)))
    elif survey in ("hsc", "rubin"):
        first = fits.PrimaryHDU()
        name = f"deep_coadd_10463_3_{band}_lsst_cells_v1_DP1.fits"
        if survey == "hsc":
            first.header["FLUXMAG0"] = 10 ** (0.4 * 27)
            name = f"calexp-HSC-{band.upper()}-9813-4,4.fits"
        else:
            h["BUNIT"] = "nJy"
        m = wcs(scale)
        for i, plane in enumerate("BAD SAT INTRP CR EDGE DETECTED DETECTED_NEGATIVE SUSPECT NO_DATA".split()):
            m[f"HIERARCH MP_{plane}"] = i
        parts = {"image": (in_zeropoint(27 if survey == "hsc" else 31.4), h), "mask": (mask(bad, good, "i4"), m),
                 "variance": (np.full((SIDE, SIDE), 1e-4, "f4"), wcs(scale))}
        save(at(name), first, *(compressed(*parts[part.lower()], part if part.isupper() else None)
                                for part in ORDER))
    elif survey == "des":
        weight = np.ones((SIDE, SIDE), "f4")
        weight[BAD[1], BAD[0]] = 0
        interpolated = np.zeros((SIDE, SIDE), "i4")
        interpolated[BAD[1], BAD[0]] = 1
        save(at(f"DES1002+0209_r4907p01_{band}.fits.fz"), compressed(in_zeropoint(30), h, "SCI"),
             compressed(interpolated, wcs(scale), "MSK"), compressed(weight, wcs(scale), "WGT"))
    elif survey == "kids":
        name = f"KiDS_DR5.0_150.0_2.5_{band}"
        save(at(name + "_sci.fits"), fits.PrimaryHDU(in_zeropoint(0), h))
        save(at(name + "_msk.fits"), fits.PrimaryHDU(mask(bad, good, "i4"), wcs(scale)))
    elif survey == "euclid":
        zeropoint = 24.6 if band == "VIS" else 30.0
        h["MAGZERO"] = zeropoint
        name = band if band == "VIS" else f"NIR-{band}"
        date = "20241018T1427" + str(sum(map(ord, band)))
        pixels = (image * 10 ** (0.4 * (zeropoint - 22.5))).astype("f4")
        save(at(f"EUC_MER_BGSUB-MOSAIC-{name}_TILE102018211-{ord(band[0]):X}CBD03_{date}Z_00.00.fits"),
             fits.PrimaryHDU(pixels, h))
    elif survey == "unions":
        weight = np.ones((SIDE, SIDE), "f4")
        weight[BAD[1], BAD[0]] = 0
        save(at(f"CFIS.150.264.{band}.fits"), fits.PrimaryHDU(in_zeropoint(30), h))
        save(at(f"CFIS.150.264.{band}.weight.fits.fz"), compressed(weight, wcs(scale), "W"))


def make(survey, folder):
    from astropy.wcs import WCS
    bands, scale = SURVEYS[survey][:2]
    os.makedirs(folder, exist_ok=True)
    for i, band in enumerate(bands.split()):
        write_band(survey, folder, band, sky(100 * (i + 1)), scale)
    with open(os.path.join(folder, "galaxies.csv"), "w", encoding="ascii") as file:
        file.write("id,ra,dec\n")
        for i, (x, y) in enumerate(PLACES):
            ra, dec = WCS(wcs(scale)).all_pix2world(x, y, 0)
            file.write(f"{i},{ra:.9f},{dec:.9f}\n")


def check(survey, stamps, header):
    bands, scale = SURVEYS[survey][:2]
    bands = bands.split()
    masked = survey not in ("sdss", "euclid")
    with open(header, encoding="utf-8") as file:
        h = json.load(file)
    assert h["unit"] == "nmgy" and h["bands"] == bands and h["survey"] == survey, h
    assert abs(h["pixscale"] - scale) < 1e-9, h["pixscale"]
    data = np.load(stamps)
    image, cover, ids = data["image"], data["cover"], data["id"]
    assert image.shape == (2, len(bands), 24, 24), image.shape
    for row, galaxy in zip(image, ids):
        for i, band in enumerate(bands):
            flux = row[i].astype(float).sum()
            # Rice compression of floats is in steps of a quarter of the noise of a band
            assert abs(flux / (100 * (i + 1)) - 1) < 2e-3, (survey, galaxy, band, flux)
    first = cover[list(ids).index(0)]
    second = cover[list(ids).index(1)]
    assert (second > 0.99999).all(), (survey, second)
    assert (((first < 0.9999) & (first > 0.99)) == masked).all(), (survey, first)


def by_id(stamps):
    """Stamps come frame by frame."""
    order = np.argsort(stamps["id"])
    return {key: stamps[key][order] for key in ("id", "image", "cover")}


def same(survey, plain):
    """Stamps from an archive's frames are those from plain ones, where no pixel is masked."""
    a, b = (by_id(np.load(path)) for path in (survey, plain))
    assert (a["id"] == b["id"]).all() and a["image"].shape == b["image"].shape, survey
    whole = a["cover"] > 0.999999
    assert whole.mean() > 0.8 and (b["cover"] == 1).all(), (survey, whole.mean())
    # an absurd pixel would be 10,000 times the noise
    noise = b["image"][:, :, :4].std(axis=(2, 3))
    most = np.abs(a["image"] - b["image"]).max(axis=(2, 3))
    assert (most < 0.1 * noise)[whole].all(), (survey, (most / noise)[whole].max())
    assert (most < b["image"].max(axis=(2, 3)) + 10 * noise).all(), survey
    flux, true = a["image"].sum(axis=(2, 3)), b["image"].sum(axis=(2, 3))
    # to 1e-3, or to what tiles are rounded to: 1/16 of the noise of each pixel
    steps = noise / 16 * np.sqrt(a["image"][0, 0].size / 12)
    off = np.abs(flux - true) - 1e-3 * np.abs(true) - 4 * steps
    assert (off < 0)[whole].all(), (survey, off[whole].max())
    print(f"{(~whole).sum()} masked")


def main():
    if sys.argv[1] == "same":
        return same(*sys.argv[2:])
    if sys.argv[1] == "patches":
        ORDER[:] = sys.argv[2].split(",")
        return make("hsc", "patches")
    for survey in SURVEYS:
        if sys.argv[1] == "make":
            make(survey, survey)
        elif sys.argv[1] == "names":
            print(survey)
        else:
            check(survey, f"{survey}.npz", f"{survey}.json")


main()
