#!/usr/bin/python3
"""Write a small FITS image, for the tests of cutout; nothing but Python is needed.

usage: frame.py FILE [key=value ...]

side=100          pixels of a side
ra=10 dec=0       degrees, at the middle
scale=0.4         arcsec per pixel; north up, east left
value=0           of every pixel
noise=0           deviation of a Gaussian, the same in every run
star=X,Y,FLUX     a Gaussian of sigma 2 pixels (pixels count from 0)
nan=X,Y           a pixel without data
set=X,Y,VALUE     a pixel of this value
BITPIX=32         integers instead of floats
x=0 y=0           the middle is this many pixels further in x and y
wcs=1             0: none
turn=0            degrees by which the frame is turned against north
sparse=0          1: all zero, and no bytes on disk for it
asinh=0           1: pixels are asinh of what they would be, by BOFFSET and BSOFTEN
planes=F,F,...     a cube, of which each plane is the image times a factor
front=0           1: an axis of length 1 stands before that of the planes
extension=0       1: the image is in HDU 1, behind a primary HDU without data
KEY=VALUE         in capitals: a card, of a number or a logical where it is one
0:KEY=VALUE       a card of the primary header of such a file
card=TEXT         a card as it stands, in place of those of its keyword
"""

import math
import os
import random
import struct
import sys


def number(text):
    """A number as such; nan and other texts stay."""
    try:
        return int(text) if text.isdigit() else float(text) if math.isfinite(float(text)) else text
    except ValueError:
        return text


def card(key, value):
    if isinstance(value, str):
        value = number(value)
    if value in ("T", "F"):
        return f"{key:<8}= {value:>20}".ljust(80).encode()
    text = f"'{value:<8}'" if isinstance(value, str) else f"{value:>20}"
    return os.fsencode(f"{key:<8}= {text:<70}")


def padded(data, fill):
    return data + fill * (-len(data) % 2880)


def header(o, cards, raw):
    side, scale = int(o["side"]), float(o["scale"]) / 3600
    sine, cosine = math.sin(math.radians(float(o["turn"]))), math.cos(math.radians(float(o["turn"])))
    axes = [side, side] + ([1] if int(o["front"]) else []) + ([len(o["planes"].split(","))] if o["planes"] else [])
    out = [card("XTENSION", "IMAGE") if int(o["extension"]) else card("SIMPLE", "T")]
    out += [card(k, v) for k, v in (("BITPIX", int(cards.pop("BITPIX", -32))), ("NAXIS", len(axes)), *((f"NAXIS{i + 1}", n) for i, n in enumerate(axes)))]
    if int(o["extension"]):
        out += [card("PCOUNT", 0), card("GCOUNT", 1)]
    if o["wcs"] == "1":
        out += [card(k, v) for k, v in (
            ("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"),
            ("CRVAL1", float(o["ra"])), ("CRVAL2", float(o["dec"])),
            ("CRPIX1", (side + 1) / 2 + float(o["x"])), ("CRPIX2", (side + 1) / 2 + float(o["y"])),
            ("CD1_1", -scale * cosine), ("CD1_2", scale * sine),
            ("CD2_1", scale * sine), ("CD2_2", scale * cosine))]
    out += [card(k, v) for k, v in cards.items()]
    for text in raw:
        new = os.fsencode(text).ljust(80)
        places = [i for i, c in enumerate(out) if c[:8] == new[:8]] or [len(out)]
        out[places[0]:places[0] + 1] = [new]
    return padded(b"".join(out) + b"END".ljust(80), b" ")


def primary(cards):
    """A header without data, for extensions to follow."""
    out = [card("SIMPLE", "T"), card("BITPIX", 8), card("NAXIS", 0), card("EXTEND", "T")]
    return padded(b"".join(out + [card(k, v) for k, v in cards.items()]) + b"END".ljust(80), b" ")


def image(o, stars, holes, values, cards, form):
    side = int(o["side"])
    pixels = [float(o["value"])] * (side * side)
    if float(o["noise"]):
        draw = random.Random(1)
        pixels = [p + draw.gauss(0, float(o["noise"])) for p in pixels]
    for x0, y0, flux in stars:
        for i in range(side * side):
            r2 = (i % side - x0) ** 2 + (i // side - y0) ** 2
            if r2 < 400:
                pixels[i] += flux / (8 * math.pi) * math.exp(-r2 / 8)
    for x, y in holes:
        pixels[int(y) * side + int(x)] = math.nan
    for x, y, value in values:
        pixels[int(y) * side + int(x)] = value
    if int(o["asinh"]):
        offset, soften = float(cards["BOFFSET"]), float(cards["BSOFTEN"])
        pixels = [2.5 / math.log(10) * math.asinh((p - offset) / 2 / soften) for p in pixels]
    if o["planes"]:
        pixels = [float(factor) * p for factor in o["planes"].split(",") for p in pixels]
    if form == "i":
        pixels = [int(p) for p in pixels]
    return padded(struct.pack(f">{len(pixels)}{form}", *pixels), b"\0")


def main(path, arguments):
    o = {"side": 100, "ra": 10, "dec": 0, "scale": 0.4, "value": 0, "noise": 0, "x": 0, "y": 0, "wcs": "1", "turn": 0, "sparse": 0, "asinh": 0, "extension": 0, "planes": "", "front": 0}
    stars, holes, values, raw, cards, above = [], [], [], [], {}, {}
    for key, value in (a.split("=", 1) for a in arguments):
        if key == "star":
            stars.append([float(v) for v in value.split(",")])
        elif key == "nan":
            holes.append([float(v) for v in value.split(",")])
        elif key == "set":
            values.append([float(v) for v in value.split(",")])
        elif key.startswith("0:"):
            above[key[2:]] = value
        elif key == "card":
            raw.append(value)
        elif key.isupper():
            cards[key] = value
        else:
            o[key] = value
    with open(path, "wb") as out:
        form = "i" if "BITPIX" in cards else "f"
        if int(o["extension"]):
            out.write(primary(above))
        out.write(header(o, cards, raw))
        if int(o["sparse"]):
            out.truncate(out.tell() + -(-4 * int(o["side"]) ** 2 // 2880) * 2880)
        else:
            out.write(image(o, stars, holes, values, cards, form))


main(sys.argv[1], sys.argv[2:])
