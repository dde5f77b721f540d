"""cutouts -- the part `cutout` of make bench: frames to stamps

Mock skies of frames of 2048 x 1489 in five bands, stamps of 64 pixels; stamps of five
bands a second, of the tool as a whole: catalogue, frames, stream.

lanczos3  warm, uncompressed frames, 500 galaxies each, north up. Beside astropy's WCS and scipy's splines of
          order 3, and beside SWarp, which resamples all of the field's five frames (the
          stamps not yet cut from them)
matched   the same, brought to one PSF (--match-psf), beside lanczos3 without
crop      the frame's own pixels. Beside astropy's Cutout2D, positions of all bands known
bz2, fz   compressed frames, with about as many levels as real ones have, and as many
          galaxies as SDSS has to r = 21. Beside the time that the same files take to be
          decoded and nothing else (bench_fits), by CFITSIO, as in other programs, and by our own
          decoder; cores: CPU time to wall time, of the tool
masks     frames of archives (mock --layout) with their masks, beside the same without, by CPU time.
          There is a goal where masks are tiles of whole numbers in Rice's code; these frames are
          as large as the archives' (a frame of the mock sky is repeated), for in small ones it
          is headers that take time. Masks of kids and panstarrs are not compressed: as many bytes
          have to be read as a frame has, or half

The peers in Python have read the WCS before, and read the frames in every turn.
"""
import bz2
import glob
import os
import shutil
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from common import (HERE, PYTHON, THREADS, TURNS, Run, Worker, imports, is_busy, pass_over,
                    products, row)

BENCH_FITS = os.environ.get("BENCH_FITS", "build/cc/bench/bench_fits")
FIELDS = 16  # of a run: with few, its ends are what is seen
FEW = 4      # of what takes seconds each
DENSE, SPARSE = 500, 140  # galaxies of a field
BANDS = 5
MEMORY = "<300"
LONG_TURNS = 3  # of seconds each
PSF = 2.4       # arcsec, wider than that of any frame
LEVELS = 8      # of the pixels of a bz2 frame, within the rms of its sky
MASKED = 1000   # galaxies
MASKS = {       # how wide frames are made, unless they stay as they are; a goal
    "legacy": (3600, 0.9), "hsc": (4200, 0.9), "rubin": (3400, 0.9), "des": (5000, 0.9),
    "kids": (None, None), "panstarrs": (None, None)}


# ---- skies ----

def sky(scratch, galaxies, compress="none", fields=FIELDS):
    """A folder with frames and catalogue.fits."""
    path = os.path.join(scratch.directory, f"sky-{compress}-{galaxies}")
    subprocess.run(["mock", "-q", "--galaxies", str(fields * galaxies), "--density",
                    str(galaxies), "--compress", compress, path], check=True)
    return path


def pack(path):
    """In place of a frame, rounded as the counts of a detector are, one in bzip2."""
    import numpy as np

    with open(path, "rb") as f:
        data = f.read()
    begin = data.index(b"END" + b" " * 77) // 2880 * 2880 + 2880
    pixels = np.frombuffer(data, ">f4", offset=begin).astype(np.float32)
    step = np.float32(1.4826 * np.median(abs(pixels - np.median(pixels))) / LEVELS)
    rounded = (np.rint(pixels / step) * step).astype(">f4")
    with open(path + ".bz2", "wb") as f:
        f.write(bz2.compress(data[:begin] + rounded.tobytes()))
    os.remove(path)


def packed_sky(scratch):
    path = sky(scratch, SPARSE, fields=FEW)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(pack, glob.glob(f"{path}/frame-*")))
    return path


def repeated(hdu, width):
    """The image again and again, until it is as wide and as high as that; packed as it was."""
    import numpy as np
    from astropy.io import fits

    times = [width // n + 1 for n in hdu.data.shape]
    options = {"quantize_level": 16} if hdu.data.dtype.kind == "f" else {}
    return fits.CompImageHDU(np.tile(hdu.data, times)[:width, :width], hdu.header, name=hdu.name,
                             compression_type="RICE_1", **options)


def one_large_tile(path, width):
    """In place of the tiles of an archive's folder the first one, as large as theirs are, with as
    many galaxies all over it."""
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS

    for name in glob.glob(f"{path}/*mock*"):
        if "00001" not in name:
            os.remove(name)
            continue
        with fits.open(name) as file:
            images = [h for h in file if h.data is not None and h.data.ndim == 2]
            head = fits.PrimaryHDU(header=file[0].header) if file[0].data is None else fits.PrimaryHDU()
            wcs = WCS(images[0].header)
            large = fits.HDUList([head, *(repeated(h, width) for h in images)])
        large.writeto(name, overwrite=True)
    place = np.random.default_rng(1).uniform(40, width - 40, (MASKED, 2))
    with fits.open(f"{path}/catalogue.fits") as file:
        file[1].data["ra"], file[1].data["dec"] = wcs.all_pix2world(place, 0).T
        file.writeto(f"{path}/catalogue.fits", overwrite=True)


def command(path, *options):
    return ["cutout", "-q", "-c", f"{path}/catalogue.fits", "-f", f"{path}/frame-%b-*", *options]


# ---- rows ----

def rate_row(busy, what, galaxies, ours, beside=None, by=None, goal=None, fields=FIELDS):
    """One of ours, beside the seconds that another takes for a field."""
    value = fields * galaxies / statistics.median(r.seconds for r in ours)
    cells = {"part": "cutout", "what": what, "batch": galaxies, "threads": THREADS,
             "value": value, "unit": "stamps/s"}
    if beside:
        rate = galaxies / statistics.median(beside)
        cells.update(beside=rate, by=by, ratio=value / rate, goal=goal)
    row(busy=busy, **cells)


def memory_row(what, galaxies, ours):
    row(part="cutout", what=f"{what}, resident", batch=galaxies, threads=THREADS,
        value=max(r.resident for r in ours) * 2.0 ** -20, unit="MiB", goal=MEMORY)


def swarp_seconds(scratch, path):
    frames = sorted(glob.glob(f"{path}/frame-?-000001-1-0001.fits"))
    return Run("SWarp", *frames, "-RESAMPLING_TYPE", "LANCZOS3", "-SUBTRACT_BACK", "N",
               "-COMBINE", "N", "-WRITE_XML", "N", "-VERBOSE_TYPE", "QUIET", "-NTHREADS", THREADS,
               "-RESAMPLE_DIR", scratch.directory, cwd=scratch.directory).seconds


def uncompressed(scratch, sgemm):
    path = sky(scratch, DENSE)
    resample, crop = command(path), command(path, "--native", "--kernel", "nearest")
    match = command(path, "--match-psf", str(PSF), "--psf", "FWHM")
    peers = {}
    if imports("astropy, scipy"):
        peers = {mode: Worker(PYTHON, os.path.join(HERE, "peer_cutout"), path, mode)
                 for mode in ("resample", "crop")}
    else:
        pass_over("cutout", "astropy or scipy")
    if not shutil.which("SWarp"):
        pass_over("cutout", "SWarp")
    resampled, matched, cropped, swarp = [], [], [], []
    for _ in range(TURNS):
        resampled.append(Run(*resample))
        matched.append(Run(*match))
        cropped.append(Run(*crop))
        for w in [*peers.values(), *sgemm.values()]:
            w.turn()
        if shutil.which("SWarp"):
            swarp.append(swarp_seconds(scratch, path))
    busy = is_busy(sgemm)
    for w in peers.values():
        w.close()
    seconds = {mode: w.seconds for mode, w in peers.items()}
    rate_row(busy, "lanczos3", DENSE, resampled, seconds.get("resample"), "astropy, scipy", 10)
    rate_row(busy, "lanczos3", DENSE, resampled, swarp, "swarp", 20)
    rate_row(busy, "matched", DENSE, matched, [r.seconds / FIELDS for r in resampled], "lanczos3", 0.5)
    rate_row(busy, "crop", DENSE, cropped, seconds.get("crop"), "Cutout2D", 5)
    memory_row("lanczos3", DENSE, resampled)


def compressed(sgemm, path, what, goals, fields=FIELDS):
    """goals: of the row beside each decoder."""
    frames = sorted(glob.glob(f"{path}/frame-*"))
    decode = {who: Worker(BENCH_FITS, who, THREADS, *frames) for who in ("cfitsio", "pzpipe")}
    ours = []
    for _ in range(LONG_TURNS):
        ours.append(Run(*command(path)))
        for w in (*decode.values(), *sgemm.values()):
            w.turn()
    busy = is_busy(sgemm)
    for who, goal in goals.items():
        decode[who].close()
        rate_row(busy, what, SPARSE, ours, [s / fields for s in decode[who].seconds],
                 f"decoding by {who}", goal, fields)
    row(busy=busy, part="cutout", what=f"{what}, cores", batch=SPARSE, threads=THREADS,
        value=statistics.median(r.cpu / r.seconds for r in ours), unit="cores",
        goal=0.9 * THREADS)
    memory_row(what, SPARSE, ours)


def masked(sgemm, scratch, layout, width, goal):
    """With masks beside without: stamps a second of CPU time."""
    path = os.path.join(scratch.directory, f"sky-{layout}")
    subprocess.run(["mock", "-q", "--galaxies", str(MASKED), "--layout", layout, path], check=True)
    if width:
        one_large_tile(path, width)
    whole = ["cutout", "-q", "-j", 1, "-c", f"{path}/catalogue.fits", "-f", path, "--survey", layout]
    with_masks, without = [], []
    for _ in range(TURNS):
        with_masks.append(Run(*whole))
        without.append(Run(*whole, "--mask", "none"))
        for w in sgemm.values():
            w.turn()
    # The least: what else runs on the machine only adds to it.
    value, beside = (MASKED / min(r.cpu for r in runs) for runs in (with_masks, without))
    row(busy=is_busy(sgemm), part="cutout", what=f"masks, {layout}", batch=MASKED, threads=1,
        value=value, unit="stamps/s", beside=beside, by="no masks", ratio=value / beside, goal=goal)
    shutil.rmtree(path)
    for w in sgemm.values():
        w.seconds = []


def cutout(scratch):
    sgemm = products()
    uncompressed(scratch, sgemm)
    for w in sgemm.values():
        w.seconds = []
    if imports("numpy"):
        compressed(sgemm, packed_sky(scratch), "bz2", {"cfitsio": 0.95, "pzpipe": 0.95}, FEW)
    else:
        pass_over("cutout, bz2", "numpy")
    for w in sgemm.values():
        w.seconds = []
    compressed(sgemm, sky(scratch, SPARSE, "fz"), "fz", {"cfitsio": 0.95, "pzpipe": None})
    for w in sgemm.values():
        w.seconds = []
    for layout, (width, goal) in MASKS.items():
        if width and not imports("astropy"):
            pass_over(f"cutout, masks of {layout}", "astropy")
        else:
            masked(sgemm, scratch, layout, width, goal)
    for w in sgemm.values():
        w.close()
