#!/usr/bin/env bats
# inspect: every way to look, and what it says of broken streams

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_stream stamps 6 >stamps.pz
	make_stream predictions 6 >predictions.pz
	make_stream model 3 >model.pz
}

@test "the summary has the header, the history and the number of records" {
	run -0 inspect stamps.pz
	[[ $output == *'kind '*stamps* ]]
	[[ $output == *'bands '*'["u","g","r","i","z"]'* ]]
	[[ $output == *'grid.bins '*80* ]]
	[[ $output == *'history '*'make_stream '*' stamps (seed 1)'* ]]
	[[ $output =~ records\ +6, ]]
}

@test "a model's tensors are listed with shapes and parameters" {
	run -0 inspect model.pz
	[[ $output == *'fc2.weight  4 x 3  (12)'* ]]
	[[ $output =~ parameters\ +24 ]]
	[[ $output == *'conv 3x3 16 prelu'* ]]
}

@test "--head shows so many records and reads no further" {
	head -c $(($(stat -c %s stamps.pz) - 2000)) stamps.pz >cut.pz
	run -0 inspect --head 2 cut.pz
	[ "$(grep -c '^record ' <<<"$output")" = 2 ]
	[[ $output == *'id '*1237648720693755901* ]]
	[[ $output == *'img '*'5120 bytes'* ]]
}

@test "--json and --tsv: numbers read back to the same" {
	/usr/bin/python3 - "$BATS_TEST_DIRNAME" >hard.pz <<-'end'
		import struct, sys, msgpack
		sys.path.insert(0, sys.argv[1])
		from stream import trailer
		pack = msgpack.packb
		data = pack({"pzpipe": 1, "kind": "predictions"})
		data += pack({"id": b"\xff".decode("latin1"), "x": 0.1 + 0.2, "y": 2**64 - 1, "w": float("nan")})
		data += b"\x84" + pack("id") + b"\xa2\xe1b" + pack("x") + b"\xca" + struct.pack(">f", 0.1)
		data += pack("y") + pack(-2**63) + pack("w") + pack(float("-inf"))
		sys.stdout.buffer.write(data + trailer(data, 2))
	end
	run -0 inspect --json hard.pz
	printf '%s\n' "$output" | python3 -c '
import json, sys
header, a, b = [json.loads(line, parse_constant=lambda _: 1 / 0) for line in sys.stdin]
assert a == {"id": "\xff", "x": 0.1 + 0.2, "y": 2**64 - 1, "w": None}, a
assert b == {"id": "\ufffdb", "x": 0.1, "y": -2**63, "w": None}, b'
	run -0 bash -c 'inspect --tsv hard.pz | cut -f 2-3'
	[ "$output" = "$(printf 'x\ty\n0.30000000000000004\t18446744073709551615\n0.1\t-9223372036854775808')" ]
}

@test "--json is JSON, a line for the header and one per record" {
	run -0 inspect --json predictions.pz
	[ "${#lines[@]}" = 7 ]
	printf '%s\n' "$output" | python3 -c '
import json, sys
header, *records = [json.loads(line) for line in sys.stdin]
assert header["grid"]["bins"] == 80
assert records[0]["id"] == 1237648720693755900
assert records[2]["zphot"]["mode"] == 0.032
assert records[2]["pz"] == {"bytes": 320}
assert records[3]["mag"] is None
assert records[1]["note"].startswith("tab\tand")'
}

@test "--tsv gives scalars in full, nested ones too, from a file and from a pipe" {
	run -0 inspect --tsv predictions.pz
	[ "${lines[0]}" = $'id\tra\tdec\tz\tmag\tebv\tnote\tzphot.mode\tzphot.mean\tzphot.median' ]
	[ "$(cut -f1 <<<"${lines[2]}")" = 1237648720693755901 ]
	[ "$(cut -f5 <<<"${lines[4]}")" = nan ]
	[ "$(cut -f10 <<<"${lines[1]}")" = 0.009000000000000001 ]
	cmp <(inspect --tsv stamps.pz) <(inspect --tsv < <(cat stamps.pz))
}

@test "no control character of a text reaches the terminal" {
	for way in --tsv --head=6 --fields --check; do
		inspect "$way" stamps.pz
	done >out
	run -1 grep -q $'\033' out
}

@test "--fields says types, counts and ranges" {
	run -0 inspect --fields predictions.pz
	[[ $output =~ z\ +number\ +6\ +0.01\ to\ 0.06\ +0.01 ]]
	[[ $output =~ note\ +text\ +6 ]]
	[[ $output =~ pz\ +bytes\ +6\ +320\ bytes ]]
}

@test "--stats knows NaN, medians and pixels band by band" {
	run -0 inspect --stats stamps.pz
	[[ $output =~ mag\ +6\ +1\ +14\ +14.2\ +14.24\ +14.5 ]]
	[[ $output =~ cover\ +30\ +0\ +0.5\ +1\ +0.9\ +1 ]]
	[[ $output =~ pixels\ u\ +1536\ +0 ]]
	[[ $output =~ pixels\ z\ +1536\ +0 ]]
}

@test "--check accepts a whole stream and several in a row" {
	run -0 inspect --check stamps.pz
	[ "$output" = "ok: 6 records" ]
	run -0 inspect --check stamps.pz stamps.pz
	[ "$output" = "ok: 12 records" ]
	cat stamps.pz stamps.pz | inspect --check -o said -
	[ "$(<said)" = "ok: 12 records" ]
}

@test "an empty stream is fine" {
	make_stream stamps 0 >empty.pz
	for way in --check --json --tsv --fields --stats --head=3; do
		run -0 inspect "$way" empty.pz
	done
	run -1 inspect --png sheet.png empty.pz
	[[ $output == *'no stamps to draw'* ]]
}

@test "a stream cut anywhere is no success" {
	size=$(stat -c %s predictions.pz)
	for ((n = 0; n < size; n += 97)); do
		head -c "$n" predictions.pz >cut.pz
		run -3 inspect --check cut.pz
		[[ $output == 'inspect: cut.pz: '* ]]
	done
}

@test "a flipped bit is found" {
	for at in 900 20000 30000; do
		cp stamps.pz bad.pz
		printf '\x55' | dd of=bad.pz bs=1 seek=$at conv=notrunc status=none
		cmp -s stamps.pz bad.pz || run -3 inspect --check bad.pz
	done
}

@test "a stamp of another size is named by record" {
	load samples
	echo '{"id": 7, "img": [1, 2, 3]}' | "$BATS_TEST_DIRNAME/stream.py" make "$stamps_header" >short.pz
	run -3 inspect --png sheet.png short.pz
	[[ $output == "inspect: short.pz: record 1 (id 7): img: expected 32 bytes, found 12" ]]
	run -3 inspect --stats short.pz
	[[ $output == *"short.pz: record 1 (id 7): img: expected 32 bytes, found 12" ]]
	[ ! -e sheet.png ]
}

@test "segments that do not agree exit 4 and say where" {
	run -4 inspect --check stamps.pz predictions.pz
	[[ $output == *"do not agree in"* ]]
}

@test "--png draws the sheet asked for" {
	inspect --png sheet.png --count 5 --columns 2 stamps.pz
	# 2 columns of 96 + 4, 3 rows of 96 + 20 + 4
	run -0 python3 -c '
import struct
head = open("sheet.png", "rb").read(24)
print(*struct.unpack(">II", head[16:]))'
	[ "$output" = "204 380" ]
	inspect --png grey.png --bands r stamps.pz
	inspect --png one.png --bands z,g,u stamps.pz
}

@test "--png --choose: the worst estimates first; some at random, the same with the same seed" {
	# what a sheet shows is compared with the sheet of a stream that holds just that, in that order
	local header
	header=$(inspect --json stamps.pz | head -1)
	with() { "$BATS_TEST_DIRNAME/stream.py" dump <stamps.pz | /usr/bin/python3 -c "
import json, sys
rs = [json.loads(line) for line in sys.stdin]
for i, r in enumerate(rs):
    r['zphot'] = {'mode': r['z'] + (1 + r['z']) * 0.01 * (7 * i % 11), 'mean': r['z']}
$1
for r in rs: print(json.dumps(r))" | "$BATS_TEST_DIRNAME/stream.py" make "$header"; }
	with "" >all.pz
	with "rs = sorted(rs, key=lambda r: -(r['zphot']['mode'] - r['z']) / (1 + r['z']))[:4]" >worst.pz
	inspect --png chosen.png --choose worst --count 4 all.pz
	inspect --png expected.png --count 4 worst.pz
	cmp chosen.png expected.png
	inspect --png a.png --choose random --count 4 all.pz
	inspect --png b.png --choose random --count 4 all.pz
	cmp a.png b.png
	inspect --png c.png --choose random --count 4 --seed 2 all.pz
	run -1 cmp a.png c.png
	run -1 inspect --png x.png --choose worst stamps.pz
	[[ "$output" == *"no stamps to draw that have a redshift and an estimate"* ]]
}

@test "--png: bands that are not there, streams without stamps" {
	run -2 inspect --png x.png --bands i,r,y stamps.pz
	[[ $output == *"no band 'y'"* ]]
	run -2 inspect --png x.png --bands i,r stamps.pz
	run -2 inspect --png x.png --bands i,r,g,u stamps.pz
	run -2 inspect --png x.png --bands '' stamps.pz
	run -1 inspect --png x.png predictions.pz
	[ ! -e x.png ]
	run -1 inspect --png no/such/folder/x.png stamps.pz
}

@test "stretched pixels make the same picture" {
	make_stream stretched 6 >stretched.pz
	inspect --png a.png stamps.pz
	inspect --png b.png stretched.pz
	# and so do pixels of which each band was divided by a number of its own
	normalize -q --soften auto stamps.pz | inspect --png c.png
	python3 - <<-'PY'
		import struct, zlib
		def pixels(name):
		    data, at, out = open(name, "rb").read(), 8, b""
		    while at < len(data):
		        size, kind = struct.unpack(">I4s", data[at:at + 8])
		        if kind == b"IDAT":
		            out += data[at + 8:at + 8 + size]
		        at += 12 + size
		    return zlib.decompress(out)
		a, b, c = pixels("a.png"), pixels("b.png"), pixels("c.png")
		assert len(a) == len(b) == len(c)
		assert sum(x != y for x, y in zip(a, b)) < len(a) / 100
		assert sum(x != y for x, y in zip(a, c)) < len(a) / 100
	PY
}

@test "one way to look at a time; a full disk is told" {
	run -2 inspect --tsv --json stamps.pz
	run -2 inspect --head 0 stamps.pz
	run -1 bash -c 'inspect --json stamps.pz >/dev/full'
	run -1 bash -c 'inspect --png /dev/full stamps.pz'
}
