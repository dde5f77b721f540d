#!/usr/bin/env bats
# changed.bats -- inputs that are damaged, or become others while they are read

# shellcheck disable=SC2154,SC2030,SC2031,SC2314  # samples.bash sets names; a test may end with a negation
load samples

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	printf 'conv 3x3 4 prelu\npool\nmean\nebv\ndense 6 relu\n' >small.net
	command make_stream labelled 40 40 >labelled.pz
	command make_stream predictions 400 >predictions.pz
	train -q --net small.net -n 3 -b 4 labelled.pz -o small.model
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/* .
}

# Flips a bit of the byte at $2 of a file.
flip() {
	/usr/bin/python3 - "$1" "$2" <<-'end'
		import sys
		with open(sys.argv[1], "r+b") as f:
		    f.seek(int(sys.argv[2]))
		    byte = f.read(1)[0]
		    f.seek(int(sys.argv[2]))
		    f.write(bytes([byte ^ 4]))
	end
}

# A flip in the header, in scalars, in pixels, in the trailer: none passes.
notices_flips() {
	local file=$1 size at
	shift

	size=$(wc -c <"$file")
	for at in 300 $((size / 2)) $((size - 700)) $((size - 20)) $((size - 5)); do
		cp "$file" bad.pz
		flip bad.pz $at
		if "$@" >said 2>&1; then
			echo "a flip at $at of $size goes unnoticed by $*"
			return 1
		fi
	done
}

@test "a flipped bit is noticed by whatever reads" {
	notices_flips labelled.pz train -q --net small.net -n 3 -b 4 bad.pz -o o
	notices_flips labelled.pz train -q --from small.model --freeze --heads new -n 3 -b 4 bad.pz -o o
	notices_flips labelled.pz train -q --net small.net -n 3 -b 4 --valid bad.pz labelled.pz -o o
	notices_flips labelled.pz predict -m small.model bad.pz -o o
	notices_flips labelled.pz predict -m small.model --shard 1/2 bad.pz -o o
	notices_flips labelled.pz balance -q bad.pz -o o
	notices_flips labelled.pz inspect --tsv bad.pz -o o
	notices_flips labelled.pz inspect --check bad.pz
	notices_flips labelled.pz knn -q -t bad.pz --magnitudes mag,ebv --neighbours 8 labelled.pz -o o
	notices_flips predictions.pz softlabel -q --fit bad.pz labelled.pz -o o
	notices_flips predictions.pz calibrate -q -t bad.pz predictions.pz -o o
	notices_flips predictions.pz recalibrate -q -t bad.pz predictions.pz -o o
	notices_flips predictions.pz nz -q -b 0 -t bad.pz predictions.pz -o o
	notices_flips small.model predict -m bad.pz labelled.pz -o o
	[ ! -e o ]
}

# So large that what is not needed is not read: records are checked one by one.
@test "a flipped bit of a stamp that is read by its place is noticed" {
	local size

	command make_stream labelled 140 160 >large.pz
	size=$(wc -c <large.pz)
	((size > 67108864))
	train -q --net small.net -n 300 -b 4 large.pz -o large.model
	for at in 400 $((size / 3)) $((size - 200)) $((size - 20)); do
		flip large.pz "$at"
		fails_with 3 "large.pz: " train -q --net small.net -n 300 -b 4 large.pz -o o
		fails_with 3 "large.pz: " predict -m large.model --shard 1/1 large.pz -o o
		flip large.pz "$at"
	done
	train -q --net small.net -n 300 -b 4 large.pz -o again.model
	cmp large.model again.model
}

# Begins to predict by m.model, changes it, and goes on.
predict_while() {
	cp small.model m.model
	rm -f out.pz
	{
		head -c 500000 labelled.pz
		for _ in {1..500}; do [ -e out.pz.part ] && break; sleep 0.01; done
		"$@"
		tail -c +500001 labelled.pz
	} | predict -m m.model -o out.pz
}

@test "a model that is overwritten or cut while it is in use changes nothing" {
	cp m.model good.model 2>/dev/null || cp small.model good.model
	cp small.model m.model
	predict -m m.model labelled.pz -o good.pz
	train -q --net small.net --seed 7 -n 3 -b 4 labelled.pz -o other.model
	for change in "cp other.model m.model" "truncate -s 4096 m.model" "truncate -s 0 m.model" "rm m.model"; do
		# shellcheck disable=SC2086  # words of a command
		predict_while $change
		cmp out.pz good.pz
	done
}

@test "a stream that is overwritten between two passes is an error" {
	command make_stream labelled 40 40 >l.pz
	mkfifo pipe
	# The second operand holds the first pass up until the first is another.
	balance -q -t 1000 l.pz pipe -o o.pz 2>said &
	job=$!
	exec 9>pipe
	sleep 0.5
	command make_stream labelled 40 40 | tr 'p' 'q' >l.pz
	cat labelled.pz >&9
	exec 9>&-
	! wait $job
	grep -q "l.pz: the file changed while it was read" said
	[ ! -e o.pz ]
}

# What other programs write: no checksums, a hash that is signed, keys in another order.
@test "trailers of other programs" {
	need_python astropy
	/usr/bin/python3 - "$here" <<-'end'
		import struct, sys
		sys.path.insert(0, sys.argv[1])
		import msgpack
		from stream import xxh3
		body = b""
		unpacker = msgpack.Unpacker(open("labelled.pz", "rb"), max_buffer_size=0)
		for n, record in enumerate(unpacker):
		    if "end" in record:
		        break
		    record.pop("xxh3", None)
		    body += msgpack.packb(record)
		value = xxh3(body)
		count = msgpack.packb("end") + msgpack.packb(n - 1)
		signed = msgpack.packb("xxh3") + b"\xd3" + struct.pack(">Q", value)
		plain = msgpack.packb("xxh3") + b"\xcf" + struct.pack(">Q", value)
		open("signed.pz", "wb").write(body + b"\x82" + count + signed)
		open("turned.pz", "wb").write(body + b"\x82" + plain + count)
	end
	predict -q -m small.model labelled.pz -o p.pz
	for name in signed turned; do
		inspect --check $name.pz
		predict -q -m small.model --shard 1/1 $name.pz -o q.pz
		cmp p.pz q.pz
	done
	cat labelled.pz signed.pz | inspect --check - | grep -q "80 records"
}

@test "nothing of a key, a name or a text drives a terminal" {
	local evil='\u001b]0;x\u0007\u009b31m\u007f'

	echo "{\"id\": \"$evil\", \"z\": 0.1, \"k$evil\": 1, \"t\": \"$evil\", \"img\": [1, 2, 3, 4, 5, 6, 7, 8]}" |
		make_stream "${stamps_header/\"target\": \"z\"/\"target\": \"z$evil\"}" >evil.pz
	inspect --check evil.pz >out
	{
		for way in --tsv --json --fields --stats --head=1; do
			inspect "$way" evil.pz
		done
		inspect evil.pz
		balance evil.pz -o o
		softlabel --hard evil.pz -o o
		totable evil.pz -o o.csv
		normalize evil.pz -o o
	} >>out 2>&1 || true
	[ -s out ]
	run grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' out
	((status == 1))
}

@test "text of a table that is no UTF-8 is taken for Latin-1, and counted" {
	printf 'id,ra,dec,z,r,n\n1,2,3,.1,17,\351t\351\n2,2,3,.1,17,plain\n' >t.csv
	fromtable t.csv --carry n -o t.pz 2>said
	grep -q "texts that are not valid UTF-8 are read as Latin-1: 1, the first in row 1" said
	records <t.pz | head -1 | grep -qF '"n": "\u00e9t\u00e9"'
}
