#!/usr/bin/python3
"""Make and read small streams from text, for the tests.

usage: stream.py make HEADER <records >stream     records: a line of JSON each
       stream.py dump [--header] <stream          the same back; --header: the headers

HEADER is JSON; "pzpipe" is added. "img" (packed as the header's pixel type),
"pz" and "features" (float32) are lists of numbers in the text and bytes in the stream; a NaN
may stand as NaN, as Python writes it. The trailer's hash is XXH3, called from
the same library as the tools use.
"""

import ctypes
import json
import signal
import struct
import sys

import msgpack


def xxh3(data):
    lib = ctypes.CDLL("libxxhash.so.0")
    lib.XXH3_64bits.restype = ctypes.c_uint64
    lib.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    return lib.XXH3_64bits(data, len(data))


def trailer(data, n):
    """What ends a stream of n records behind these bytes. The hash has all 64 bits: always as uint64."""
    return (b"\x82" + msgpack.packb("end") + msgpack.packb(n) + msgpack.packb("xxh3") +
            b"\xcf" + struct.pack(">Q", xxh3(data)))


def letter(header, key):
    return "e" if key == "img" and header.get("pixel") == "f2" else "f"


def make(header, lines, out):
    header = {"pzpipe": 1, **header}
    data = bytearray(msgpack.packb(header))
    n = 0
    for line in lines:
        record = json.loads(line)
        for key in ("img", "pz", "features"):
            if isinstance(record.get(key), list):
                values = record[key]
                record[key] = struct.pack(f"<{len(values)}{letter(header, key)}", *values)
        data += msgpack.packb(record)
        n += 1
    out.write(data + trailer(bytes(data), n))


def dump(data, headers, out):
    unpacker = msgpack.Unpacker(max_buffer_size=0, strict_map_key=False)
    unpacker.feed(data)
    header = {}
    for record in unpacker:
        if "pzpipe" in record:
            header = record
            if headers:
                print(json.dumps(record), file=out)
        elif "end" not in record and not headers:
            if isinstance(record.get("xxh3"), bytes):
                del record["xxh3"]  # checksums of what is large
            for key in ("img", "pz", "features"):
                if isinstance(record.get(key), bytes):
                    kind = letter(header, key)
                    n = len(record[key]) // struct.calcsize(kind)
                    record[key] = list(struct.unpack(f"<{n}{kind}", record[key]))
            print(json.dumps(record), file=out)


def main():
    if sys.argv[1] == "make":
        make(json.loads(sys.argv[2]), sys.stdin, sys.stdout.buffer)
    else:
        dump(sys.stdin.buffer.read(), "--header" in sys.argv, sys.stdout)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
