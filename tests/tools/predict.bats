#!/usr/bin/env bats
# predict.bats -- p(z), models whole and broken, streams that fit and that do not

bats_require_minimum_version 1.5.0
load needs
load nets

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	echo "$net" >small.net
	labelled 16 >stamps.pz
	quick stamps.pz -o a.model
	good=stamps.pz empty=empty.pz
	labelled 0 >"$empty"
}

@test "behaves as a filter" {
	labelled 40 >"$good"
	behaves_as_a_filter predict --model a.model
}

@test "p(z) sums to 1, the estimates are its own, other keys pass" {
	predict --model a.model stamps.pz >p.pz
	records <p.pz | /usr/bin/python3 -c "
import json, sys
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    p = r['pz']
    assert len(p) == 5 and abs(sum(p) - 1) < 1e-6
    z = [0.4 * (k + 0.5) / 5 for k in range(5)]
    assert r['zphot']['mode'] == z[p.index(max(p))]
    assert abs(r['zphot']['mean'] - sum(a * b for a, b in zip(p, z))) < 1e-6
    assert z[0] - 0.04 <= r['zphot']['median'] <= z[4] + 0.04
    assert r['note'] == f'n{i}' and r['id'] == 100 + i and 'img' not in r and 'label' in r
assert i == 15"
	run -0 header <p.pz
	[[ $output == *'"kind": "predictions"'*'"telescope": "2.5 m"'* ]]
	[[ $output != *'"size"'* && $output != *'"bands"'* ]]
}

@test "--keep-stamps keeps pixels and what says what they are" {
	predict --model a.model --keep-stamps stamps.pz >p.pz
	run -0 header <p.pz
	[[ $output == *'"size": 8'* && $output == *'"bands": ["g", "r"]'* && $output == *'"stretch": "sqrt"'* ]]
	diff <(records <p.pz | grep -o '"img": [^]]*') <(records <stamps.pz | grep -o '"img": [^]]*')
	# and may be predicted again
	diff <(predict --model a.model p.pz | records) <(predict --model a.model stamps.pz | records)
}

@test "--features adds the last hidden layer" {
	predict --model a.model --features stamps.pz >p.pz
	/usr/bin/python3 -c "
import msgpack
header, *rest = [r['features'] for r in msgpack.Unpacker(open('p.pz', 'rb')) if 'features' in r]
assert header == ['hidden%d' % i for i in range(24)], header
assert [len(r) for r in rest] == [4 * 24] * 16, rest"
}

@test "the same bytes at any number of threads, in any company (by a BLAS to rounding)" {
	local off=0
	[[ ${PZ_CPU:-} != plain ]] && grep -qw avx2 /proc/cpuinfo || off=1e-6
	labelled 200 >many.pz
	predict -j 1 --model a.model many.pz >one.pz
	predict -j 2 --model a.model many.pz >two.pz
	cmp one.pz two.pz
	records <one.pz >all.json
	for first in 1 5 70; do
		learned_records 200 | head -n $first | make_stream "$learned_header" |
			predict --model a.model | records | diff - <(head -n $first all.json)
	done
	for alone in 0 63 64 150; do
		learned_records 200 | sed -n $((alone + 1))p | make_stream "$learned_header" |
			predict --model a.model | records >alone.json
		sed -n $((alone + 1))p all.json | paste - alone.json | /usr/bin/python3 -c "
import json, sys
a, b = (json.loads(x) for x in sys.stdin.read().split('\t'))
assert a['id'] == b['id'] and all(abs(x - y) <= $off for x, y in zip(a['pz'], b['pz'])), (a, b)"
	done
}

@test "several models: arithmetic and harmonic mean" {
	quick --seed 7 stamps.pz -o b.model
	for m in a.model b.model a.model,b.model "a.model,b.model --combine harmonic" a.model,a.model; do
		# shellcheck disable=SC2086
		predict --model $m stamps.pz | records
	done >all.json
	/usr/bin/python3 -c "
import json
r = [json.loads(x)['pz'] for x in open('all.json')]
a, b, mean, harmonic, twice = (r[16 * k:16 * k + 16] for k in range(5))
for i in range(16):
    h = [1 / (1 / x + 1 / y) for x, y in zip(a[i], b[i])]
    assert all(abs((x + y) / 2 - m) < 1e-6 for x, y, m in zip(a[i], b[i], mean[i]))
    assert all(abs(x / sum(h) - m) < 1e-6 for x, m in zip(h, harmonic[i]))
    assert all(abs(x - m) < 1e-6 for x, m in zip(a[i], twice[i]))
assert a != b"
	learned_records 16 | make_stream "$(changed_header 'h["grid"]["bins"] = 6')" | quick >c.model
	fails_with 4 "c.model: grid: expected" predict --model a.model,c.model stamps.pz
	fails_with 2 "one model" predict --model a.model,b.model --features stamps.pz
}

@test "a model that is cut or has flipped bits is refused, wherever" {
	size=$(wc -c <a.model)
	for ((at = 1; at < size; at += 331)); do
		head -c $at a.model >cut.model
		fails_with 3 cut.model predict --model cut.model stamps.pz
	done
	cp a.model flipped.model
	for ((at = 5; at < size; at += 241)); do
		byte=$(od -An -tu1 -j $at -N 1 a.model)
		# shellcheck disable=SC2059
		printf "\\x$(printf %x $((byte ^ 16)))" | dd of=flipped.model bs=1 seek=$at conv=notrunc status=none
		status=0
		predict --model flipped.model stamps.pz >out.pz 2>said || status=$?
		[[ $status == 3 || $status == 4 ]] || { echo "byte $at: $status, $(cat said)"; return 1; }
		[ ! -s out.pz ]
		dd if=a.model of=flipped.model bs=1 skip=$at seek=$at count=1 conv=notrunc status=none
	done
}

@test "a model with a tensor that does not fit is refused" {
	# remade NAME CODE: a.model with record r changed, its hash right
	remade() {
		/usr/bin/python3 - "$here" "$1" <<-'EOF' >bad.model
		import struct, sys, msgpack
		sys.path.insert(0, sys.argv[1])
		from stream import trailer

		out, n = b"", 0
		for r in msgpack.Unpacker(open("a.model", "rb"), max_buffer_size=0):
		    if "end" in r:
		        break
		    exec(sys.argv[2])
		    if r is not None:
		        out += msgpack.packb(r)
		        n += "name" in r
		sys.stdout.buffer.write(out + trailer(out, n))
		EOF
	}
	remade ''
	predict -q --model bad.model stamps.pz | inspect --json | sed 1d |
		cmp - <(predict -q --model a.model stamps.pz | inspect --json | sed 1d) # the header names the model
	remade 'r.get("name") == "gate.bias" and r.update(data=struct.pack("<3f", 1, float("nan"), 1))'
	fails_with 3 "tensor 'gate.bias': value 1: expected a finite number, found nan" predict --model bad.model stamps.pz
	remade 'r.get("name") == "gate.bias" and r.update(shape=[4])'
	fails_with 3 "tensor 'gate.bias': shape" predict --model bad.model stamps.pz
	remade 'r.get("name") == "gate.bias" and r.update(data=r["data"] + b"xxxx")'
	fails_with 3 "tensor 'gate.bias': data: expected 12 bytes, found 16" predict --model bad.model stamps.pz
	remade 'r.get("name") == "gate.bias" and r.update(name="gate.bios")'
	fails_with 3 "tensor 'gate.bios': the network has no such tensor" predict --model bad.model stamps.pz
	remade 'r.get("name") == "gate.bias" and r.update(name="head0.bias", shape=[5], data=bytes(20))'
	fails_with 3 "tensor 'head0.bias': expected it once, found it twice" predict --model bad.model stamps.pz
	remade 'r = None if r.get("name") == "gate.bias" else r'
	fails_with 3 "tensor 'gate.bias': expected in the file, found no record of it" predict --model bad.model stamps.pz
	remade '"net" in r and r.update(net="conv 3x3")'
	fails_with 3 "line 1" predict --model bad.model stamps.pz
	remade 'r.pop("net", 0)'
	fails_with 3 "net: expected the text of a network, found none" predict --model bad.model stamps.pz
}

@test "stamps that do not fit are refused, and nothing is written" {
	check() {
		learned_records 5 "${4:-}" | make_stream "$(changed_header "$3")" >bad.pz
		fails_with "$1" "$2" predict --model a.model bad.pz -o out.pz
		[ "$(echo out.pz*)" = 'out.pz*' ]
	}
	check 4 "stretch: the model expects 'sqrt', the stamps have 'none'" 'del h["stretch"], h["divide"]'
	check 4 "bands:" 'h["bands"] = ["r", "g"]'
	check 4 "size:" 'h["size"] = 16' 'r["img"] *= 4'
	check 4 "expected the bands and the size of stamps, found none" 'del h["bands"], h["size"]'
	check 4 "expected a stream of stamps" 'h["kind"] = "model"'
	check 1 "record 4 (id 103): img: band g, pixel (0, 0): expected a number, found inf" '' \
		'if i == 3: r["img"][0] = float("inf")'
	check 1 "record 1 (id 100): ebv: expected E(B-V)" '' 'del r["ebv"]'
	check 1 "record 1 (id 100): ebv: expected E(B-V), which the network uses, found 999, which" '' 'r["ebv"] = 999'
	check 1 "img: expected the pixels of a stamp, found none" '' 'del r["img"]'
	fails_with 4 "stamps.pz: expected a stream of model" predict --model stamps.pz stamps.pz
	fails_with 2 "--model" predict stamps.pz
	fails_with 1 "none.model" predict --model none.model stamps.pz
}

@test "a stream written in another language is as good as ours" {
	# Python decodes stamps, measures them and writes them back (stream.py).
	records <stamps.pz >stamps.json
	/usr/bin/python3 -c "
import json, statistics
r = [json.loads(x) for x in open('stamps.json')]
pixels = [x for g in r for x in g['img'][64:]]
print('pixels r', len(pixels), statistics.median(pixels))" >here
	inspect --stats stamps.pz | awk '/^pixels r/ { print $1, $2, $3, $6 }' >there
	/usr/bin/python3 -c "
a, b = open('here').read().split(), open('there').read().split()
assert a[:3] == b[:3] and abs(float(a[3]) - float(b[3])) < 1e-4, (a, b)"
	make_stream "$learned_header" <stamps.json >python.pz
	inspect --check python.pz
	predict --model a.model python.pz | cmp - <(predict --model a.model stamps.pz)
}

# 300 stamps are five batches, the last one short: seven parts have one or none each.
@test "shards in a row are the whole, to the byte" {
	labelled 150 >some.pz
	cat some.pz some.pz >many.pz
	predict --model a.model --features many.pz >whole.pz
	for n in 1 2 3 7; do
		parts=()
		for ((i = 1; i <= n; i++)); do
			parts+=("part.$i.pz")
			predict --model a.model --features --shard $i/$n -o part.$i.pz <many.pz
			cmp <(header <part.$i.pz) <(header <whole.pz)
		done
		cmp <(as_one whole.pz) <(cat "${parts[@]}" | as_one)
	done
	[ "$(inspect --tsv part.1.pz | wc -l)" = 0 ]
	[ "$(inspect --tsv part.2.pz | wc -l)" = 65 ] # with a title
	# of a pipe, on one thread, with the stamps
	predict --model a.model --keep-stamps many.pz >whole.pz
	for i in 1 2 3; do
		predict -j 1 --model a.model --keep-stamps --shard $i/3 < <(cat many.pz)
	done >parts.pz
	cmp <(as_one whole.pz) <(as_one parts.pz)
	head -c -5 many.pz >cut.pz
	fails_with 3 "cut.pz: after record 300: cut short" predict --model a.model --shard 1/2 cut.pz
	for bad in 0/2 3/2 2 1/2/3 x; do
		fails_with 2 "--shard: expected i/n" predict --model a.model --shard $bad many.pz
	done
}

@test "galaxies beyond the model's rows of magnitude are counted, and those without one" {
	# rows of r from 15.5 to 18
	counts() { labelled "$1" "$2" | { predict -m a.model "${@:3}" >p.pz; } 2>&1; }
	run -0 counts 10 'r["mag"] = [15.5, 16, 17.99, 18, 18.01, 25, 15.49, -3, 99, -99][i]'
	[ "${lines[0]}" = "predict: 3 of 10 galaxies are fainter than the magnitudes of the model's training, r = 18: their p(z) are extrapolated" ]
	[ "${lines[1]}" = "predict: 2 of 10 galaxies are brighter than the magnitudes of the model's training, r = 15.5: their p(z) are extrapolated" ]
	[[ ${lines[2]} == "predict: 2 of 10 galaxies have no magnitude 'mag': "*", r = 15.5 to 18" ]]
	[ "${#lines[@]}" = 3 ]
	[ "$(records <p.pz | wc -l)" = 10 ]
	run -0 counts 200 'r["mag"] = float("nan")'
	[[ $output == "predict: 200 of 200 galaxies have no magnitude 'mag': "* ]]
	run -0 counts 200 ''
	[[ $output == "predict: 200 of 200 galaxies have no magnitude 'mag': "* ]]
	run -0 counts 5 'r["mag"] = 17'
	[ -z "$output" ]
	run -0 counts 5 'r["mag"] = 27' -q
	[ -z "$output" ]
	labelled 200 'r["mag"] = 27 if i < 64 else 17' >many.pz
	run -0 predict -m a.model --shard 1/2 many.pz -o p.pz
	[[ $output == "predict: 64 of 128 galaxies are fainter"* || $output == "predict: 64 of 64 galaxies are fainter"* ]]
}

@test "--domain: distances in the last hidden layer, and their shares, as numpy computes them" {
	need_python numpy
	labelled 90 >sample.pz
	labelled 40 'if i < 8: r["img"] = [9 * x for x in r["img"]]' >some.pz
	predict --model a.model --domain sample.pz --neighbours 3 some.pz -o placed.pz 2>said
	predict --model a.model --features sample.pz -o reference.pz
	predict --model a.model --features some.pz -o hidden.pz
	/usr/bin/python3 - <(records <reference.pz) <(records <hidden.pz) <(records <placed.pz) <<-'END'
		import json, sys
		import numpy as np
		sample, some, placed = ([json.loads(line) for line in open(f)] for f in sys.argv[1:])
		h = np.array([r["features"] for r in sample])
		s = h.std(axis=0)
		s = np.maximum(s, .1 * np.sqrt(np.mean(s ** 2)))
		def distance(x, i):
		    other = np.array([r["id"] != i for r in sample])
		    return np.sort(np.sqrt(np.mean(((h[other] - x) / s) ** 2, axis=1)))[2]
		own = np.array([distance(r["features"], r["id"]) for r in sample])
		for a, b in zip(some, placed):
		    d = distance(a["features"], a["id"])
		    assert abs(b["domain"]["distance"] - d) < 1e-4 * d, (d, b["domain"])
		    share = (1 + np.sum(own >= d * (1 - 1e-6))) / (len(own) + 1)
		    assert abs(b["domain"]["share"] - share) < 1.5 / 91
		assert all(b["domain"]["share"] < .02 for b in placed[:8])
	END
	run -0 header <placed.pz
	[[ $output == *'"domain": {"galaxies": 90'*'"neighbours": 3'* ]]
	# what else is predicted does not change
	match --with hidden.pz --take pz,zphot some.pz | records | sed 's/, "img": [^]]*]//' >expected
	[ "$(records <placed.pz | /usr/bin/python3 -c 'import json, sys; [print(json.loads(l)["pz"]) for l in sys.stdin]')" = \
		"$(/usr/bin/python3 -c 'import json, sys; [print(json.loads(l)["pz"]) for l in sys.stdin]' <expected)" ]
	predict --model a.model --domain sample.pz --neighbours 3 -j 1 some.pz | cmp - placed.pz
}

@test "--domain: galaxies that are far are counted, samples that do not fit are refused" {
	labelled 300 >sample.pz
	labelled 4 'r["img"] = [99 * x for x in r["img"]]' >far.pz
	predict --model a.model --domain sample.pz far.pz 2>said >far
	grep -q "4 of 4 galaxies are farther from the training sample than 99 % of its own" said
	fails_with 1 "--domain: stamps.pz: expected at least 19 galaxies, found 16" \
		predict --model a.model --domain stamps.pz --neighbours 17 stamps.pz
	fails_with 1 "no-such-file" predict --model a.model --domain no-such-file stamps.pz
	fails_with 2 "--domain: expected one model, found 2" predict --model a.model,a.model --domain sample.pz stamps.pz
	fails_with 2 "--neighbours needs --domain" predict --model a.model --neighbours 3 stamps.pz
	normalize --stretch none --divide 7 <(make_stamps 30) >other.pz
	fails_with 4 "other.pz: " predict --model a.model --domain other.pz stamps.pz
	head -c 9000 sample.pz >cut.pz
	fails_with 3 "cut.pz: " predict --model a.model --domain cut.pz stamps.pz
}

@test "a galaxy of which no bin is left by the harmonic mean has no p(z), and is counted" {
	local bin
	for bin in 0 4; do # models that are sure of a bin: biases of 400 there, in float32 all else is 0
		PYTHONPATH=$BATS_TEST_DIRNAME /usr/bin/python3 - $bin >$bin.model <<-'EOF'
			import struct, sys
			import msgpack, stream
			data = open("a.model", "rb").read()
			tensors = [r for r in msgpack.Unpacker(open("a.model", "rb"), max_buffer_size=0) if "name" in r]
			bias = struct.pack("<5f", *(400 * (k == int(sys.argv[1])) for k in range(5)))
			for r in tensors:
			    if r["role"] == "head" and r["name"].endswith(".bias"):
			        assert data.count(r["data"]) == 1 and len(r["data"]) == 20
			        data = data.replace(r["data"], bias)
			data = data[:data.rindex(b"\xa3end") - 1]
			sys.stdout.buffer.write(data + stream.trailer(data, len(tensors)))
		EOF
	done
	predict --model 0.model,4.model --combine harmonic stamps.pz 2>said | records >none
	grep -qx 'predict: 16 galaxies have no p(z): there is no bin in which all models have probability' said
	[ "$(grep -c '"pz"\|"zphot"' none)" = 0 ]
	[ "$(cut -d'"' -f1-3 none)" = "$(records <stamps.pz | cut -d'"' -f1-3)" ]
	predict -q --model 0.model,4.model stamps.pz | records | grep -c '"pz": \[0.5, 0.0, 0.0, 0.0, 0.5\]' | grep -qx 16
	# the same in average
	for bin in 0 4; do predict -q --model $bin.model stamps.pz -o $bin.pz; done
	average --with 4.pz --combine harmonic 0.pz 2>said | records >averaged
	grep -qx 'average: 16 galaxies have no p(z) now: there is no bin in which all streams have probability' said
	cmp none averaged
}
