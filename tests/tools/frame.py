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
KEY=VALUE         in capitals: a card, of a number where it is one
"""

import math
import random
import struct
import sys


def card(key, value):
    if isinstance(value, str) and value[:1].isdigit():
        value = float(value)
    text = f"'{value:<8}'" if isinstance(value, str) else f"{value:>20}"
    return f"{key:<8}= {text:<70}".encode()


def padded(data, fill):
    return data + fill * (-len(data) % 2880)


def header(o, cards):
    side, scale = int(o["side"]), float(o["scale"]) / 3600
    sine, cosine = math.sin(math.radians(float(o["turn"]))), math.cos(math.radians(float(o["turn"])))
    out = [f"{'SIMPLE':<8}= {'T':>20}".ljust(80).encode()]
    out += [card(k, v) for k, v in (("BITPIX", int(cards.pop("BITPIX", -32))), ("NAXIS", 2), ("NAXIS1", side), ("NAXIS2", side))]
    if o["wcs"] == "1":
        out += [card(k, v) for k, v in (
            ("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"),
            ("CRVAL1", float(o["ra"])), ("CRVAL2", float(o["dec"])),
            ("CRPIX1", (side + 1) / 2 + float(o["x"])), ("CRPIX2", (side + 1) / 2 + float(o["y"])),
            ("CD1_1", -scale * cosine), ("CD1_2", scale * sine),
            ("CD2_1", scale * sine), ("CD2_2", scale * cosine))]
    out += [card(k, v) for k, v in cards.items()]
    return padded(b"".join(out) + b"END".ljust(80), b" ")


def image(o, stars, holes, values, form):
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
    if form == "i":
        pixels = [int(p) for p in pixels]
    return padded(struct.pack(f">{side * side}{form}", *pixels), b"\0")


def main(path, arguments):
    o = {"side": 100, "ra": 10, "dec": 0, "scale": 0.4, "value": 0, "noise": 0, "x": 0, "y": 0, "wcs": "1", "turn": 0, "sparse": 0}
    stars, holes, values, cards = [], [], [], {}
    for key, value in (a.split("=", 1) for a in arguments):
        if key == "star":
            stars.append([float(v) for v in value.split(",")])
        elif key == "nan":
            holes.append([float(v) for v in value.split(",")])
        elif key == "set":
            values.append([float(v) for v in value.split(",")])
        elif key.isupper():
            cards[key] = value
        else:
            o[key] = value
    with open(path, "wb") as out:
        form = "i" if "BITPIX" in cards else "f"
        out.write(header(o, cards))
        if int(o["sparse"]):
            out.truncate(out.tell() + -(-4 * int(o["side"]) ** 2 // 2880) * 2880)
        else:
            out.write(image(o, stars, holes, values, form))


main(sys.argv[1], sys.argv[2:])
