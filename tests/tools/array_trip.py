#!/usr/bin/python3
"""array_trip.py -- streams of all that MessagePack can hold, for toarray and fromarray

    array_trip.py SEED FILE        writes one, by chance

Values of every type, in short and long forms; missing ones and nil; inner maps; keys with dots and
slashes; large and small images and p(z).
"""
import random
import struct
import sys

import msgpack

from stream import trailer, xxh3

DRAW = random.Random(int(sys.argv[1]))
INTEGERS = 0, 1, -1, -33, 200, -200, 70000, -70000, 2**33, -2**40, 2**53 - 1
HUGE = 2**63, 2**64 - 1, 5, 2**60 + 1, -2**63
LONG = b"\xd3" + bytes(7) + b"\x05", b"\xcf" + bytes(7) + b"\x07", b"\xd0\x05", b"\xcd\0\3"
DOUBLES = *(struct.pack(">d", x) for x in (.1, -0.0, 3)), b"\x7f\xf8\0\0\0\0\0\1", b"\x7f\xf0\0\0\0\0\0\1"
FLOATS = struct.pack(">f", .1), b"\x7f\xc0\0\1", b"\x7f\xa0\0\1", b"\x80\0\0\0"
TEXTS = "", "a", "é galaxy", "x" * 40, "\U0001f30c", "tab\there"
ODD = b"\xd9\1a", b"\xda\0\1b", msgpack.packb("nul\0in"), b"\xa2\xff\xfe", b"\xdb\0\0\0\0", msgpack.packb("y" * 1500)

pack, pick = msgpack.packb, DRAW.choice


def some_bytes(most):
    return pack(DRAW.randbytes(DRAW.randrange(most)))


KINDS = {
    "whole": lambda: pack(pick(INTEGERS)),
    "huge": lambda: pack(pick(HUGE)),
    "long": lambda: pick(LONG),
    "double": lambda: b"\xcb" + pick(DOUBLES),
    "float": lambda: b"\xca" + pick(FLOATS),
    "number": lambda: KINDS[pick(("float", "double", "whole"))](),
    "truth": lambda: pack(pick((False, True))),
    "text": lambda: pack(pick(TEXTS)),
    "odd": lambda: pick(ODD),
    "mixed": lambda: KINDS[pick(("whole", "text"))](),
    "any": lambda: KINDS[pick(("double", "text", "truth"))](),
    "vector": lambda: pack([DRAW.random() for _ in range(3)]),
    "wholes": lambda: pick((pack(list(range(17))), b"\xdd\0\0\0\x11" + LONG[0] * 17)),
    "gaps": lambda: b"\x93" + b"".join(pick((b"\xc0", b"\xcb" + DOUBLES[0], b"\3")) for _ in range(3)),
    "ragged": lambda: pack([1.5] * DRAW.randrange(4)),
    "label": lambda: pack([[1, 2.5, .1]] * DRAW.randrange(1, 3)),
    "bytes": lambda: pack(DRAW.randbytes(7)),
    "blob": lambda: some_bytes(400),
    "ext": lambda: b"\xd4\5\1",
    "map": lambda: pack({"g": DRAW.random(), "r": DRAW.randrange(5), "a.b": "t"} if DRAW.random() < .8 else {}),
    "deep": lambda: pack({"a": {"b": [1, {"c": 2}]}}),
    "longmap": lambda: b"\xde\0\1\xa1a\1",
    "intmap": lambda: pack({1: 2}),
    "rare": lambda: pack("z" * 200) if DRAW.random() < .05 else b"\xc0",
}


def record(i, keys, image, bins):
    items = [("id", pack(i if DRAW.random() < .9 else f"n{i}"))]
    items += [(key, b"\xc0" if DRAW.random() < .05 else KINDS[kind]())
              for key, kind in keys if DRAW.random() < .97]
    items += [(key, pack(DRAW.randbytes(size))) for key, size in (("img", image), ("pz", 4 * bins))
              if DRAW.random() < .9]
    large = [msgpack.unpackb(value) for _, value in items if value[0] in b"\xc4\xc5\xc6"]
    sums = b"".join(struct.pack(">I", xxh3(x) & 0xffffffff or 1) for x in large if len(x) > 4096)
    if sums:
        items.append(("xxh3", b"\xc5" + struct.pack(">H", len(sums)) + sums))
    head = bytes([0x80 | len(items)]) if len(items) < 16 else struct.pack(">BH", 0xde, len(items))
    return head + b"".join(pack(key) + value for key, value in items)


def main():
    kinds = DRAW.sample(list(KINDS), DRAW.randrange(1, 9))
    keys = [(kind + pick(("", ".", " /", "\\", ".a.b")) + str(i), kind) for i, kind in enumerate(kinds)]
    keys += [("image", "double")] * (DRAW.random() < .5)
    size, pixel, bins, count = pick((2, 40)), pick(("f4", "f2")), pick((5, 2000)), pick((0, 1, 5, 300))
    image = 2 * size * size * int(pixel[1])
    data = pack({"pzpipe": 1, "kind": pick(("stamps", "predictions")), "bands": ["g", "r"], "size": size,
                 "pixel": pixel, "extra": [1, {"a": 2}], "history": [{"tool": "x", "version": "1", "args": ""}]})
    for i in range(count):
        if i % 50 == 0 and DRAW.random() < .3:
            DRAW.shuffle(keys)
        data += record(i, keys, image, bins)
    with open(sys.argv[2], "wb") as file:
        file.write(data + trailer(data, count))


main()
