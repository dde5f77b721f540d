#!/usr/bin/env bats
# pzpipe(5): the program that the page prints writes streams that the tools accept, and reads theirs;
# and each rule of the page about hashes and checksums, computed here from the page alone

bats_require_minimum_version 1.5.0

load needs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_python msgpack
	# as the package xxhash has it
	cat >xxhash.py <<-'END'
		import ctypes
		_hash = ctypes.CDLL("libxxhash.so.0").XXH3_64bits
		_hash.restype, _hash.argtypes = ctypes.c_uint64, [ctypes.c_char_p, ctypes.c_size_t]
		def xxh3_64_intdigest(data): return _hash(bytes(data), len(data))
	END
	need_python xxhash
	groff -man -Tascii -P-cbou -rLL=200n "$BATS_TEST_DIRNAME/../../tools/pzpipe/pzpipe.5" |
		sed -n '/^ *import msgpack/,/^EXAMPLES/p' | sed '$d; s/^       //' >stream.py
}

@test "the page's writer makes a stream that inspect accepts" {
	command -v groff >/dev/null || skip "no groff"
	/usr/bin/python3 stream.py
	run -0 inspect --check made.pz
	[ "$(inspect --tsv made.pz | cut -f 1,2)" = "$(printf 'id\tz\n1\t0.1')" ]
	inspect --png sheet.png --bands g made.pz
	normalize made.pz | inspect --check
}

@test "the page's reader reads what the tools write: a stamp in float16, a model, two segments" {
	command -v groff >/dev/null || skip "no groff"
	make_stream stamps 3 64 | normalize --pixel f2 >stamps.pz
	make_stream labelled 4 8 | train -q --net S1 --raw -n 1 -b 2 >a.model
	cat stamps.pz stamps.pz >two.pz
	[ "$(/usr/bin/python3 stream.py stamps.pz | grep -c ^stamps)" = 3 ]
	[ "$(/usr/bin/python3 stream.py two.pz | grep -c ^stamps)" = 6 ]
	(($(/usr/bin/python3 stream.py a.model | grep -c ^model) > 10))
	head -c -5 stamps.pz >cut.pz
	run ! /usr/bin/python3 stream.py cut.pz
	[[ $output == *"cut short"* || $output == *corrupt* ]]
	printf 'X' | dd of=stamps.pz bs=1 seek=2000 conv=notrunc status=none
	run ! /usr/bin/python3 stream.py stamps.pz
	[[ $output == *"corrupt"* ]]
}

@test "trailer and checksums are those that the page says" {
	make_stream stamps 3 64 | normalize --pixel f2 >stamps.pz
	/usr/bin/python3 - <<-'END'
		import msgpack, struct
		from xxhash import xxh3_64_intdigest as xxh3
		data = open("stamps.pz", "rb").read()
		unpacker = msgpack.Unpacker(max_buffer_size=len(data))
		unpacker.feed(data)
		items, begins = [], [0]
		for item in unpacker:
		    items.append(item)
		    begins.append(unpacker.tell())
		header, *records, trailer = items
		assert (header["kind"], header["pixel"], header["size"]) == ("stamps", "f2", 64)
		small = bytearray(data[:begins[1]])
		for i, record in enumerate(records):
		    raw, image = data[begins[i + 1]:begins[i + 2]], record["img"]
		    assert len(image) == len(header["bands"]) * 64 * 64 * 2
		    # the last key, the lower half of the hash, the highest byte first
		    assert list(record)[-1] == "xxh3"
		    assert record["xxh3"] == struct.pack(">I", xxh3(image) & 0xffffffff or 1)
		    at = raw.index(image)
		    small += raw[:at] + raw[at + len(image):]
		end = begins[-2]
		assert trailer["end"] == len(records) and trailer["xxh3"] == xxh3(data[:end])
		small += struct.pack(">QQ", trailer["end"], trailer["xxh3"])
		assert trailer["small"] == xxh3(small)
		assert data[end:] == (b"\x83\xa3end\xcf" + struct.pack(">Q", trailer["end"]) +
		                      b"\xa4xxh3\xcf" + struct.pack(">Q", trailer["xxh3"]) +
		                      b"\xa5small\xcf" + struct.pack(">Q", trailer["small"]))
		# float16 by hand
		def half(b):
		    bits = b[0] | b[1] << 8
		    sign, exponent, mantissa = -1 if bits >> 15 else 1, bits >> 10 & 31, bits & 1023
		    return sign * (mantissa * 2.0**-24 if exponent == 0 else (1 + mantissa / 1024) * 2.0**(exponent - 15))
		image = records[0]["img"]
		for k in range(0, len(image), 2):
		    assert half(image[k:k + 2]) == struct.unpack("<e", image[k:k + 2])[0]
	END
}

@test "data of a model begin at multiples of 64 bytes, in the shapes that the page says" {
	make_stream labelled 4 8 | train -q --net S1 --raw -n 1 -b 2 >a.model
	/usr/bin/python3 - <<-'END'
		import msgpack
		data = open("a.model", "rb").read()
		unpacker = msgpack.Unpacker(max_buffer_size=len(data))
		unpacker.feed(data)
		tensors = [item for item in unpacker if "name" in item]
		shape = {t["name"]: [int(n) for n in t["shape"]] for t in tensors}
		assert shape["conv0.weight"] == [64, 3, 3, 5] and shape["conv0.slope"] == [64]
		assert shape["fc0.weight"] == [256, 65] and shape["gate.weight"] == [6, 256]
		at = 0
		for t in tensors:
		    at = data.index(t["data"], at)
		    count = 1
		    for n in t["shape"]:
		        count *= int(n)
		    assert at % 64 == 0 and len(t["data"]) == 4 * count, t["name"]
		    at += len(t["data"])
	END
}

@test "an extension type passes through a tool to the byte" {
	/usr/bin/python3 - <<-'END'
		import msgpack
		from xxhash import xxh3_64_intdigest as xxh3
		data = msgpack.packb({"pzpipe": 1, "kind": "stamps"})
		data += msgpack.packb({"id": 1, "e": msgpack.ExtType(5, b"x" * 300), "z": 0.1})
		open("e.pz", "wb").write(data + msgpack.packb({"end": 1, "xxh3": xxh3(data)}))
	END
	partition --keep all --parts all=1 e.pz >kept.pz
	/usr/bin/python3 -c '
import msgpack
data = open("kept.pz", "rb").read()
assert msgpack.packb({"id": 1, "e": msgpack.ExtType(5, b"x" * 300), "z": 0.1}) in data'
}

@test "maps and arrays are nested at most 15 deep" {
	for depth in 15 16; do
		/usr/bin/python3 - $depth >deep.pz <<-'END'
			import msgpack, sys
			from xxhash import xxh3_64_intdigest as xxh3
			value = 1
			for _ in range(int(sys.argv[1]) - 1):
			    value = [value]
			data = msgpack.packb({"pzpipe": 1, "kind": "stamps"}) + msgpack.packb({"id": 1, "deep": value})
			sys.stdout.buffer.write(data + msgpack.packb({"end": 1, "xxh3": xxh3(data)}))
		END
		if ((depth == 15)); then
			inspect --check deep.pz
		else
			run -3 inspect --check deep.pz
			[[ $output == *"nested deeper than 15" ]]
		fi
	done
}
