#!/usr/bin/python3
"""The golden networks as files for the tools: golden_networks.py runs
                                               golden_networks.py model|stamps RUN >FILE
                                               golden_networks.py check RUN PREDICTIONS LOG

runs lists the runs of golden/networks.json, a line each: number, network, loss. model and
stamps write what the formulas of the folder's README say, in our format. check compares
what predict --features (as stream.py dumps it) and a log of train's came to; tolerances
are the README's for float32.
"""

import json
import math
import os
import struct
import sys

import msgpack
import numpy

from stream import make, xxh3

GOLDEN = os.environ.get("PZ_GOLDEN") or os.environ["PZ_SHARED"] + "/golden"
SIDE, BANDS, CHANNELS = 64, 5, 6
CHUNK = 1 << 20
NAMES = {"w": "weight", "b": "bias", "alpha": "slope"}


def stream(t, i):
    """Elements i of stream t, from -1 to 1."""
    u = numpy.uint32
    start = ((t + 1) * 0x85EBCA77 + golden["set"] * 0xC2B2AE3D) & 0xFFFFFFFF
    h = i.astype(u) * u(0x9E3779B1) + u(start)
    h = (h ^ (h >> u(16))) * u(0x7FEB352D)
    h = (h ^ (h >> u(15))) * u(0x846CA68B)
    return (h ^ (h >> u(16))) / 2147483648.0 - 1


def tensor_name(name):
    layer, kind = name.rsplit(".", 1)
    return f"{'head0' if layer in ('head', 'out') else layer}.{NAMES[kind]}"


def listed_at(name, shape, channels, k):
    """Where the README lists element k of our tensor: we have the channel last."""
    inner = shape[1] if len(shape) > 1 else 1
    area = math.prod(shape[2:])
    if area > 1:
        out, rest = divmod(k, area * inner)
        return (out * inner + rest % inner) * area + rest // inner
    if name == "fc0.w" and channels:
        out, rest = divmod(k, inner)
        moved = rest % channels * ((inner - 1) // channels) + rest // channels
        return out * inner + numpy.where(rest == inner - 1, rest, moved)
    return k


def values(tensor, channels):
    """Bytes of a tensor; channels: of the map that fc0 reads as it is, 0 where it reads a mean."""
    shape = tensor["shape"]
    out = b""
    for first in range(0, math.prod(shape), CHUNK):
        k = numpy.arange(first, min(first + CHUNK, math.prod(shape)))
        v = stream(tensor["stream"], listed_at(tensor["name"], shape, channels, k))
        if len(shape) > 1:
            fans = (shape[0] + shape[1]) * math.prod(shape[2:])
            v = run["gain"] * math.sqrt(6 / fans) * v
        else:
            v = 0.25 + 0.2 * v if tensor["name"].endswith("alpha") else 0.1 + 0.05 * v
        out += v.astype("<f4").tobytes()
    return out


def header(kind):
    extended = 90 if run["loss"] == "step3" else 0
    return {"pzpipe": 1, "kind": kind, "bands": list("ugriz"), "size": SIDE, "pixel": "f4", "survey": "sdss",
            "labels": "channels" if run["channels"] else "single",
            "grid": {"target": "z", "min": 0, "max": 0.4, "bins": 180, "left": extended, "right": extended},
            "rows": {"mag": "r", "min": 12.5, "width": 0.5, "channels": CHANNELS}}


def model():
    """Channels of the last maps: Net_P's block of 2 q + p, Net_T's conv7."""
    channels = {"P": 348, "T": 96}.get(run["net"], 0)
    data = msgpack.packb({**header("model"), "net": run["net"]})
    for t in run["tensors"]:
        data += msgpack.packb({"name": tensor_name(t["name"]), "shape": ours(t["shape"]),
                               "data": values(t, channels)})
    trailer = b"\x82" + msgpack.packb("end") + msgpack.packb(len(run["tensors"])) + msgpack.packb("xxh3")
    sys.stdout.buffer.write(data + trailer + b"\xcf" + struct.pack(">Q", xxh3(data)))


def ours(shape):
    return [shape[0], *shape[2:], shape[1]] if len(shape) == 4 else shape


def labels(galaxy):
    s = golden["set"]
    if run["loss"] == "step3":
        return [[[2, 37.3 + s, 3.1]], [[3, 121.6 + s, 4.2], [4, 119.9 + s, 5.0]]][galaxy]
    if run["loss"] == "baseline":
        return [[0, [37, 121][galaxy] + s, 0]]
    return [[[2, 37 + s, 0]], [[3, 121 + s, 0], [4, 121 + s, 0]]][galaxy]


def stamps():
    y, x = numpy.mgrid[:SIDE, :SIDE]
    lines = []
    for b in range(2):
        pixels = []
        for c in range(BANDS):
            s1, s2 = 6 + c + 0.5 * (golden["set"] - 1), 4 + c
            blob = numpy.exp(-((x - 31.5 - 2 * b) ** 2) / (2 * s1**2) - (y - 30.5 + b) ** 2 / (2 * s2**2))
            noise = stream(1000 + b, (c * SIDE + y) * SIDE + x)
            pixels += ((4 - 0.5 * c + b) * blob + 0.3 * noise).ravel().tolist()
        lines.append(json.dumps({"id": b, "ebv": 0.02 + 0.03 * b + 0.01 * golden["set"], "img": pixels,
                                 "label": labels(b)}))
    make(header("stamps"), lines, sys.stdout.buffer)


def floats(data):
    return numpy.frombuffer(data, "<f4").tolist()


def near(found, expected, tolerance, what):
    if not abs(found - expected) <= tolerance:
        sys.exit(f"{run['net']} {run['loss']}, {what}: expected {expected!r}, found {found!r}")


def check(predictions, log):
    features = []
    records = msgpack.Unpacker(open(predictions, "rb"), max_buffer_size=0)
    for b, r in enumerate(r for r in records if "pz" in r):
        p = floats(r["pz"])
        near(p.index(max(p)), run["pz"]["argmax"][b], 0, "most probable bin")
        near(max(p), run["pz"]["max"][b], 1e-5, "its probability")
        for i, expected in enumerate(run["pz"]["first20"][b]):
            near(p[i], expected, 1e-5, f"p(z) of bin {i}")
        features += floats(r["features"])
    near(b, 1, 0, "last record")
    square = run["features"]["sum_sq"]
    near(sum(x * x for x in features), square, 1e-4 * square, "features")
    loss = float(open(log).read().splitlines()[-1].split("\t")[4])
    near(loss, run["adam"]["losses"][0], 1e-5 * loss, "loss")


golden = json.load(open(f"{GOLDEN}/networks.json"))
if sys.argv[1] == "runs":
    for i, run in enumerate(golden["runs"]):
        print(i, run["net"], run["loss"])
else:
    run = golden["runs"][int(sys.argv[2])]
    {"model": model, "stamps": stamps, "check": check}[sys.argv[1]](*sys.argv[3:])
