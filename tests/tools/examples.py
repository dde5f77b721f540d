#!/usr/bin/python3
"""examples.py -- what README.md and the manual pages tell a reader to type, and the files they name

    examples.py commands README.md     the blocks of commands: fenced as sh; of a page its EXAMPLES and TUTORIAL
    examples.py inline README.md       commands within its text: `make ...`
    examples.py tables sky             tables of many kinds, from a catalogue that mock wrote

Blocks are separated by lines of a form feed.
"""
import re
import sys

BANDS = "ugriz"
ROFF = ((r"\-", "-"), (r"\(aq", "'"), (r"\(dq", '"'), (r"\&", ""), (r"\e", "\\"))


def of_page(text):
    """The unfilled lines of the examples, and of a tutorial."""
    parts = re.findall(r'^\.SH "?(?:EXAMPLES|TUTORIAL)"?\n(.*?)(?=^\.SH|\Z)', text, re.M | re.S)
    for block in re.findall(r"^\.nf\n(.*?)^\.fi", "".join(parts), re.M | re.S):
        for roff, plain in ROFF:
            block = block.replace(roff, plain)
        yield block


def of_readme(text):
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    if loose := re.search(r"(?:^|\n)\n( {4}\S.*)", outside):
        sys.exit(f"a block without a fence, which nobody tries: {loose.group(1)}")
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


def commands(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = of_readme(text) if path.endswith(".md") else of_page(text)
    print("\f\n".join(blocks), end="")


def inline(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^```.*?^```", "", file.read(), flags=re.M | re.S)
    print("\n".join(re.findall(r"`(make [^`]*)`", text)))


def tables(sky):
    import csv
    import numpy as np
    from astropy.table import Table

    sky = Table.read(f"{sky}/catalogue.fits")
    n, draws = len(sky), np.random.default_rng(1)
    estimate = np.clip(sky["z"] + draws.normal(0, 0.02, n), 0.001, 0.39)

    def write(name, **columns):
        Table(columns).write(name, overwrite=True)

    write("sky/catalogue.fits", **{c: sky[c] for c in sky.colnames}, logmass=9 + draws.normal(0, 1, n))
    position = {"ra": sky["ra"], "dec": sky["dec"]}
    dered = {f"dered_{b}": sky[f"true_{b}"] for b in BANDS}
    write("galaxies.csv", objid=sky["id"], **position, zspec=sky["z"], r=sky["r"], ebv=sky["ebv"],
          zphot=estimate)
    write("galaxies.fits", id=sky["id"], z=sky["z"], mag=sky["r"], zphot=estimate, **dered)
    write("spectra.fits", id=sky["id"] + 10**6, z=sky["z"], mag=sky["r"], **dered)
    write("spectra.csv", id=sky["id"], zspec=sky["z"], r=sky["r"], ebv=sky["ebv"], **dered)
    write("spec.fits", specobjid=sky["id"], **position, z_best=sky["z"], mag=sky["r"],
          ebv=sky["ebv"], fiberid=np.arange(n))
    centres = (np.arange(180) + 0.5) * 0.4 / 180
    pdf = np.exp(-0.5 * ((centres - estimate[:, None]) / 0.02) ** 2)
    write("theirs.fits", objID=sky["id"], z_spec=sky["z"], mag=sky["r"], z_b=estimate,
          pdf=(pdf / pdf.sum(axis=1, keepdims=True)).astype("f4"), flags=np.zeros(n, int),
          field=np.ones(n, int), run=np.full(n, 94), u=sky["true_u"], g=sky["true_g"], r=sky["true_r"],
          i=sky["true_i"], z_mag=sky["true_z"])
    with open("pdf.csv", "w", encoding="ascii", newline="") as file:
        for i, galaxy in enumerate(sky["id"]):
            p = np.zeros(1000)
            p[int(estimate[i] / 0.004)] = 1
            csv.writer(file).writerow([galaxy, *p])
    forms(sky["id"], sky["z"], estimate)


# p(z) of normal distributions, sigma 0.02, in forms of other codes
def forms(ids, z, mean):
    import numpy as np
    from astropy.table import Table

    n = len(z)
    points, sigma, equal = np.linspace(0, 3, 301), np.full(n, 0.02), np.full((n, 2), 0.5)
    density = np.exp(-0.5 * ((points - mean[:, None]) / 0.02) ** 2)
    density /= np.trapz(density, points)[:, None]
    steps = {"q05": -1.645, "q16": -1, "q50": 0, "q84": 1, "q95": 1.645}
    quantiles = {name: np.clip(mean + 0.02 * step, 0, 0.3999) for name, step in steps.items()}
    table = Table({"id": ids, "zspec": z, "zmean": mean, "zsigma": sigma, **quantiles})
    table.write("forms.csv")
    table["samples"] = np.tile(quantiles["q50"][:, None], 20)
    table["density"], table["means"] = density, np.stack([mean, mean], 1)
    table["sigmas"], table["weights"] = 0.04 * equal, equal
    table.write("forms.fits")
    np.save("pz.npy", density)
    try:
        import h5py
    except ImportError:
        return
    with h5py.File("rail.hdf5", "w") as file:
        file["meta/pdf_name"], file["meta/xvals"] = np.array([b"interp"]), points[None]
        file["data/yvals"], file["ancil/id"], file["ancil/redshift"] = density, ids, z


{"commands": commands, "inline": inline, "tables": tables}[sys.argv[1]](sys.argv[2])
