#!/usr/bin/python3
"""The width and the flux of the star in the middle of each stamp; nothing but Python is needed.

usage: widths.py BANDS PIXSCALE <records     records: lines of JSON, as stream.py dump has them

A line for each band of each stamp: id, band from 0, FWHM in arcsec of the round Gaussian around the
middle that fits best, sum of the pixels.
"""
import json
import math
import sys

FWHM = math.sqrt(8 * math.log(2))


def misfit(pixels, side, sigma):
    """Less what the best Gaussian of this sigma explains of the sum of squares."""
    middle = (side - 1) / 2
    line = [math.exp(-0.5 * ((i - middle) / sigma) ** 2) for i in range(side)]
    both = sum(line[j] * sum(a * b for a, b in zip(line, pixels[j * side:])) for j in range(side))
    return -both * both / sum(a * a for a in line) ** 2


def width(pixels, side):
    """The sigma of the best Gaussian, by golden section."""
    low, high, part = 0.4, side / 4, (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        a, b = high - part * (high - low), low + part * (high - low)
        if misfit(pixels, side, a) < misfit(pixels, side, b):
            high = b
        else:
            low = a
    return (low + high) / 2


def main():
    bands, scale = int(sys.argv[1]), float(sys.argv[2])
    for text in sys.stdin:
        record = json.loads(text)
        n = len(record["img"]) // bands
        side = round(math.sqrt(n))
        for b in range(bands):
            pixels = record["img"][b * n:(b + 1) * n]
            print(record["id"], b, f"{width(pixels, side) * FWHM * scale:.4f} {sum(pixels):.4f}")


main()
