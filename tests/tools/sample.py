#!/usr/bin/python3
"""A sample of galaxies as records for stream.py: usage: sample.py KIND N [FIRST]

KIND stamps: id, z, mag, img (2 bands of 2 pixels squared); predictions: id, z, mag,
zphot, pz over 80 bins; both: all of these. Redshifts crowd at low z; estimates scatter
by 0.01 and are drawn towards 0.15, as a network's are. No chance but the hash of
the id, so a galaxy is the same in every sample.
"""

import json
import math
import signal
import sys


def uniform(i, k):
    """A number in (0, 1) of galaxy i, purpose k."""
    h = (i * 0x9E3779B1 + (k + 1) * 0x85EBCA77) & 0xFFFFFFFF
    h ^= h >> 16
    h = h * 0x7FEB352D & 0xFFFFFFFF
    h ^= h >> 15
    h = h * 0x846CA68B & 0xFFFFFFFF
    h ^= h >> 16
    return (h + 0.5) / 2**32


def normal(i, k):
    return math.sqrt(-2 * math.log(uniform(i, k))) * math.cos(2 * math.pi * uniform(i, k + 1))


def galaxy(i, kind):
    z = 0.02 + 0.35 * uniform(i, 0) * uniform(i, 1)
    record = {"id": i, "z": round(z, 6), "mag": round(15.2 + 2.8 * uniform(i, 2), 3)}
    if kind != "predictions":
        record["img"] = [round(10 * normal(i, 20 + k), 3) for k in range(8)]
    if kind != "stamps":
        bin_ = min(max(int((z + 0.15 * (0.15 - z) + 0.01 * normal(i, 3)) / 0.005), 0), 79)
        p = [math.exp(-0.5 * ((k - bin_) / 2) ** 2) for k in range(80)]
        total = sum(p)
        record["pz"] = [x / total for x in p]
        centre = (bin_ + 0.5) * 0.005
        record["zphot"] = {"mode": centre, "mean": centre, "median": centre}
    return record


def main():
    kind, n = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for i in range(first, first + n):
        print(json.dumps(galaxy(i, kind)))


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
