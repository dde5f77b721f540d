#!/usr/bin/env bats
# train.bats -- learning, resuming, freezing, and what is refused

bats_require_minimum_version 1.5.0
load nets

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	echo "$net" >small.net
	labelled 16 >stamps.pz
}

# The last validation loss of a log.
last_loss() { tail -n 1 "$1" | cut -f 5; }

@test "sixteen stamps are learned by heart" {
	train --net small.net -n 600 -b 16 --rate 1e-2 --drop 0.5,0.8 --no-augment --every 100 \
		--valid stamps.pz --log log.tsv stamps.pz -o a.model
	# The lowest loss there is: uniform channels, and half of the galaxies share a gate.
	/usr/bin/python3 -c "
from math import log
floor = 0.5 * 2 * log(5) + 0.5 * (log(5) + log(2))
loss = $(last_loss log.tsv)
assert floor - 1e-4 < loss < floor + 0.02, (floor, loss)"
	# and predict says so
	predict --model a.model stamps.pz | records | /usr/bin/python3 -c "
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    assert abs(r['zphot']['mode'] - r['z']) < 1e-6, r"
}

# The fast kernels round otherwise than the plain ones, by 1e-7 a step, which grows: after 200 steps
# that is 2e-4 of the loss, after 300 up to 2e-3, where another seed makes 0.05.
@test "a curve on mock stamps is the same with every kind of kernels" {
	echo 'conv 5x5 12 prelu
		pool
		conv 3x3 16 prelu
		pool
		flatten
		ebv
		dense 24 relu' >mock.net
	mock -q --stamps -n 400 --size 16 --seed 3 | normalize -q | softlabel -q -b 20 -c 2 --hard >mock.pz
	local kinds=(plain)
	! grep -qw avx2 /proc/cpuinfo || kinds+=(avx2)
	! grep -qw avx512vl /proc/cpuinfo || kinds+=(avx512)
	for kernels in "${kinds[@]}"; do
		PZ_CPU=$kernels train -q --net mock.net -n 200 -b 32 --rate 1e-3 --every 20 \
			--valid mock.pz --log "$kernels.tsv" mock.pz -o "$kernels.model"
	done
	/usr/bin/python3 -c "
import csv, sys
def curve(name):
    return [float(r[k]) for r in csv.DictReader(open(name + '.tsv'), delimiter='\t')
            for k in ('loss', 'valid_loss')]
plain = curve('plain')
assert len(plain) == 20 and plain[-1] < plain[1] - 0.5, plain
for name in sys.argv[1:]:
    off = max(abs(a - b) for a, b in zip(plain, curve(name), strict=True))
    assert off < 1e-3, (name, off)" "${kinds[@]:1}"
	# where the machine has others at all, they were used
	((${#kinds[@]} == 1)) || run ! cmp -s plain.model avx2.model
}

@test "a pipe, a file and any number of threads: the same bytes" {
	quick stamps.pz -o a.model
	quick -j 1 <stamps.pz -o b.model
	quick -j 2 < <(cat stamps.pz) >c.model
	cmp a.model b.model
	cmp a.model c.model
	quick <(labelled 16) -o d.model
	cmp a.model d.model
	quick --seed 2 stamps.pz -o e.model
	run ! cmp -s a.model e.model
	inspect --check a.model
}

@test "tensors lie on 64-byte boundaries of the file" {
	quick stamps.pz -o a.model
	/usr/bin/python3 -c "
import msgpack
data = open('a.model', 'rb').read()
seen = 0
for r in msgpack.Unpacker(open('a.model', 'rb'), max_buffer_size=0):
    if 'data' in r:
        assert data.index(r['pad'] + b'\xa4data', 0) and len(r['pad']) < 64
        at = [k for k in range(0, len(data), 64) if data.startswith(r['data'], k)]
        assert at, r['name']
        seen += 1
assert seen == 13, seen"
}

@test "a resumed run gives the bytes of one that was not stopped, its log too" {
	train --net small.net -n 40 -b 4 --drop 1 --every 7 --valid stamps.pz --log whole.tsv \
		--checkpoint whole.state stamps.pz -o whole.model
	train --net small.net -n 25 -b 4 --drop 1 --every 7 --valid stamps.pz --log parts.tsv \
		--checkpoint parts.state stamps.pz -o parts.model
	# the 25th iteration's own line goes, as if the run had been killed after the 21st
	sed -i '/^25\t/d' parts.tsv
	echo $'28\tof a run that was killed' >>parts.tsv
	cp parts.state was.state
	train --net small.net -n 40 -b 4 --drop 1 --every 7 --valid stamps.pz --log parts.tsv \
		--checkpoint parts.state --resume stamps.pz -o parts.model
	cmp whole.model parts.model
	cmp whole.state parts.state
	diff <(cut -f 1,2,3,5 whole.tsv) <(cut -f 1,2,3,5 parts.tsv)
	# and again, of a run that is through
	train --net small.net -n 40 -b 4 --drop 1 --checkpoint parts.state --resume stamps.pz -o again.model
	cmp whole.model again.model
	predict --model was.state stamps.pz | records | wc -l | grep -qx 16
}

@test "batch normalisation: the same bytes in parts and at any number of threads, also of the mean" {
	sed 's/ prelu/ norm prelu/' small.net >norm.net
	normed() { train --net norm.net -n 40 -b 4 --rate 1e-2 --every 5 --valid stamps.pz "$@" stamps.pz; }
	for how in "--drop 1" "--recipe modern --average 0.5"; do
		# shellcheck disable=SC2086 # options
		normed $how --log whole.tsv --checkpoint whole.state -o whole.model
		# shellcheck disable=SC2086
		normed $how -j 1 --log one.tsv -o one.model
		cmp whole.model one.model
		diff <(cut -f 1,2,3,4,5 whole.tsv) <(cut -f 1,2,3,4,5 one.tsv)
	done
	train --net norm.net -n 25 -b 4 --drop 1 --every 5 --valid stamps.pz --checkpoint parts.state stamps.pz -o parts.model
	train --net norm.net -n 40 -b 4 --drop 1 --every 5 --valid stamps.pz --checkpoint whole.state stamps.pz -o whole.model
	train --net norm.net -n 40 -b 4 --drop 1 --every 5 --valid stamps.pz --checkpoint parts.state --resume stamps.pz -o parts.model
	cmp whole.model parts.model
	cmp whole.state parts.state
	# p(z) of the parts of a stream is that of the whole
	predict -m whole.model stamps.pz | records >whole
	head -n 3 whole | cmp - <(records <stamps.pz | head -n 3 | make_stream "$learned_header" | predict -m whole.model | records)
}

@test "batch normalisation: outputs are refitted by the statistics that the network has" {
	sed 's/ prelu/ norm prelu/' small.net >norm.net
	train --net norm.net -n 12 -b 4 stamps.pz -o norm.model
	train --from norm.model --freeze --heads new -n 5 -b 4 --recipe modern stamps.pz -o frozen.model
	cmp <(tensors norm.model scale) <(tensors frozen.model scale)
	cmp <(tensors norm.model trunk) <(tensors frozen.model trunk)
	[ "$(tensors norm.model scale | cut -d' ' -f1 | paste -sd,)" = conv0.mean,conv0.variance ]
	run ! cmp -s <(tensors norm.model head) <(tensors frozen.model head)
	# trained on as a whole, it goes on from them
	train --from norm.model -n 1 -b 4 --rate 1e-9 stamps.pz -o more.model
	run ! cmp -s <(tensors norm.model scale) <(tensors more.model scale)
	inspect norm.model | grep -q 'conv0 3x3 6 norm prelu'
}

@test "a run whose validation loss no longer falls ends, in parts too" {
	labelled 8 'r["label"] = [[0, 4 - i % 5, 0]]' >other.pz
	flat() { train --net small.net -n 4000 -b 8 --rate 5e-3 --every 10 --valid other.pz --stop-when-flat 3 "$@" stamps.pz; }
	flat --log whole.tsv -o whole.model 2>said
	grep -Eq 'ended after iteration [0-9]+ of 4000: the validation loss was [0-9.]+ or more in the last 3 lines' said
	/usr/bin/python3 -c "
loss = [float(line.split()[4]) for line in open('whole.tsv').readlines()[1:]]
best = [min(loss[:k + 1]) for k in range(len(loss))]
assert len(loss) < 400 and best[-1] == best[-4] < best[-5] + 1e-12, loss
assert all(best[k] < best[k - 3] for k in range(3, len(loss) - 1)), loss"
	flat -q --checkpoint a.state -o a.model
	flat -q --checkpoint a.state --resume -o b.model
	cmp whole.model b.model
	fails_with 2 "--stop-when-flat needs --valid" train --net small.net --stop-when-flat 3 stamps.pz
}

@test "a network that has learned nothing is told from one that has" {
	train --net small.net -n 1000 -b 2 --rate 1e-7 stamps.pz -o a.model 2>said
	grep -q 'is near that of an answer that is the same for all galaxies.*--recipe modern' said
	train --net small.net -n 1000 -b 2 --rate 1e-2 stamps.pz -o a.model 2>said
	run ! grep -q 'same for all' said
}

# Runs train with the options, sends it a signal once it has written a checkpoint, and
# expects that it ends well.
interrupted() {
	local signal=$1
	shift

	touch begun
	sleep 0.02
	train "$@" --checkpoint run.state --resume -o run.model 2>said &
	for ((i = 0; i < 250; i++)); do
		[ ! run.state -nt begun ] || break
		sleep 0.02
	done
	kill -"$signal" $!
	wait $!
	[ ! -e run.model ]
	grep -Eq '^train: run.state: stopped after iteration [0-9]+ of [0-9]+; run the same command again to continue$' said
	[[ $(echo run.*) = run.state || $(echo run.*) = 'run.state run.state.previous' ]]
}

# A run that is killed after its first checkpoint, when its mean has begun or not, and resumed.
@test "recipe modern: pixels without correlations, and a run in parts ends with the same bytes" {
	local options=(--recipe modern --net small.net -b 4 -n 3000 --every 50 --dropout 0.2 stamps.pz)

	for average in 0.2 0.999; do
		train -q "${options[@]}" --average $average --checkpoint whole.state -o whole.model
		interrupted TERM "${options[@]}" --average $average
		train -q "${options[@]}" --average $average --checkpoint run.state --resume -o parts.model
		cmp whole.model parts.model
		cmp whole.state run.state
		rm run.state*
	done
	run -0 header <whole.model
	[[ $output == *'"net": "whiten\nconv conv0'* ]]
	[[ $output == *'--rate 0.001 --schedule cosine'*'--warm-up 0.1 --decay 0.1 --average 0.999 --dropout 0.2'* ]]
	# another length is another run, by its rates and by its mean
	again() { train -q "${options[@]}" --checkpoint whole.state --resume -o x.model "$@"; }
	fails_with 4 "different rates in the first 3000 iterations" again -n 4000
	fails_with 4 "averages the parameters after iteration 1500, that of the checkpoint after iteration 3" again --average 0.5
	fails_with 4 "decay: this run has 0.2, the checkpoint has 0.1" again --average 0.999 --decay 0.2
	fails_with 2 "--drop and --drop-factor need --schedule step" again --drop 0.5
}

@test "SIGTERM and SIGUSR1 write a checkpoint, exit 0 and leave no model" {
	local options=(--net small.net -b 4 --rate 1e-4 --drop 1 --every 50 -n 8000 stamps.pz)

	train "${options[@]}" -o whole.model
	interrupted TERM "${options[@]}"
	interrupted USR1 "${options[@]}"
	train "${options[@]}" --checkpoint run.state --resume -o run.model
	cmp whole.model run.model
}

@test "frozen: only the heads learn, in memory, spooled, and resumed alike" {
	quick stamps.pz -o from.model
	local options=(--from from.model --freeze -n 30 -b 8 --rate 1e-2)

	train "${options[@]}" stamps.pz -o a.model
	for role in trunk hidden gate; do
		cmp <(tensors from.model $role) <(tensors a.model $role)
	done
	run ! cmp -s <(tensors from.model head) <(tensors a.model head)
	train "${options[@]}" -j 1 --memory 0 stamps.pz -o b.model
	cmp a.model b.model
	options+=(-n 40000 -b 4 --every 50 stamps.pz)
	train "${options[@]}" -o whole.model
	interrupted TERM "${options[@]}"
	train "${options[@]}" --checkpoint run.state --resume -o run.model
	cmp whole.model run.model
}

@test "new heads for an extended grid; the gate stays" {
	quick stamps.pz -o from.model
	learned_records 16 | make_stream "$(changed_header 'h["grid"].update(left=2, right=3)')" >wide.pz
	train --from from.model --freeze --heads new -n 20 wide.pz -o wide.model
	cmp <(tensors from.model gate) <(tensors wide.model gate)
	run -0 inspect wide.model
	[[ $output =~ grid.left\ +2 && $output =~ grid.right\ +3 && $output == *'head2.weight  10 x 24'* ]]
	fails_with 4 "--heads new" train --from from.model --freeze wide.pz
	predict --model wide.model stamps.pz | header | grep -q '"left": 2, "right": 3'
}

@test "a single softmax has no gate" {
	learned_records 16 'r["label"] = [[0, i % 5, 0]]' | make_stream "$(changed_header 'h["labels"] = "single"')" >single.pz
	quick single.pz -o single.model
	[ -z "$(tensors single.model gate)" ]
	[ "$(tensors single.model head | wc -l)" = 2 ]
	predict --model single.model single.pz | records | wc -l | grep -qx 16
	fails_with 4 "labels" train --from single.model stamps.pz
	labelled 16 'r["label"] = [[0, 1, 0], [1, 1, 0]]' >two.pz
	learned_records 16 | make_stream "$(changed_header 'h["labels"] = "single"')" >mixed.pz
	fails_with 1 "expected 1 to 1" quick mixed.pz
}

@test "what cannot be learned from is named by record, before anything is written" {
	check() {
		local status=$1 text=$2
		shift 2
		fails_with "$status" "$text" quick -o bad.model "$@"
		[ "$(echo bad.model*)" = 'bad.model*' ]
	}
	check 1 "record 3 (id 102): img: band r, pixel (1, 2): expected a number, found nan" \
		<(labelled 5 'if i == 2: r["img"][64 + 17] = float("nan")')
	check 1 "record 2 (id 101): label: expected a label, found none" <(labelled 5 'if i == 1: del r["label"]')
	check 1 "channel: expected 0 to 2, found 3" <(labelled 5 'r["label"] = [[3, 1, 0]]')
	check 1 "centre: expected -5 to 10 bins, found 11" <(labelled 5 'r["label"] = [[0, 11, 0]]')
	check 1 "width: expected at least 0 bins, found -1" <(labelled 5 'r["label"] = [[0, 1, -1]]')
	check 1 "label: expected different channels, found channel 1 twice" <(labelled 5 'r["label"] = [[1, 1, 0], [1, 2, 0]]')
	check 1 "ebv: expected E(B-V)" <(labelled 5 'del r["ebv"]')
	check 1 "found -99, which stands for no value" <(labelled 5 'r["ebv"] = -99')
	check 1 "img: expected the pixels of a stamp, found none" <(labelled 5 'del r["img"]')
	check 1 "img: expected 512 bytes, found 508" <(labelled 5 'r["img"].pop()')
	check 1 "no records" <(labelled 0)
	check 1 "no records" --valid <(labelled 0) stamps.pz
	check 3 "cut short" <(labelled 5 | head -c 2000)
	check 4 "header: expected labels, found none" <(learned_records 5 | make_stream "$(changed_header 'del h["labels"]')")
	check 4 "expected a stream of stamps" <(learned_records 5 | make_stream "$(changed_header 'h["kind"] = "predictions"')")
	check 1 "the loss is" --rate 10 --net small.net <(labelled 5 'r["img"] = [1e30] * 128')
}

# large COUNT [EDIT]: stamps large enough that a file's are left where they are
large() {
	learned_records "$1" "r['img'] = [0.01 * (i + 1)] * 4608"$'\n'"${2:-}" |
		make_stream "$(changed_header 'h["size"] = 48')"
}

# Bytes that a command reads.
bytes_read() { bash -c '"$@" >/dev/null 2>&1; sed -n "s/^rchar: //p" /proc/$$/io' - "$@"; }

@test "of a file the labels are read and the stamps that are drawn" {
	large 200 >large.pz
	quick large.pz -o a.model
	quick -o b.model < <(cat large.pz)
	cmp a.model b.model
	quick --valid large.pz large.pz -o c.model
	cmp a.model c.model
	[ -r /proc/self/io ] || skip "the kernel counts no bytes"
	# smaller files are read whole, so that a fault anywhere is noticed
	local none
	command make_stream labelled 140 160 >huge.pz
	(($(wc -c <huge.pz) > 67108864))
	none=$(bytes_read train --help)
	(($(bytes_read train --net small.net -n 1 -b 4 huge.pz) - none < $(wc -c <huge.pz) / 5))
	(($(bytes_read train --net small.net -n 1 -b 140 huge.pz) - none > $(wc -c <huge.pz) / 2))
}

@test "a stamp left in the file is checked when it is drawn, one that passes by at once" {
	large 5 'if i == 2: r["img"][49] = float("nan")' >bad.pz
	large 5 >good.pz
	local said="record 3 (id 102): img: band g, pixel (1, 1): expected a number, found nan"

	fails_with 1 "bad.pz: $said" quick -b 16 bad.pz
	fails_with 1 "bad.pz: $said" quick --valid bad.pz good.pz
	fails_with 1 "stdin: $said" quick -n 1 -b 1 < <(cat bad.pz)
	quick good.pz -o from.model
	fails_with 1 "bad.pz: $said" train --from from.model --freeze -n 3 -b 16 bad.pz
	fails_with 1 "record 3 (id 102): img: expected 18432 bytes, found 18428" \
		quick <(large 5 'if i == 2: r["img"].pop()')
	fails_with 3 "cut short" quick <(head -c 60000 good.pz)
	head -c 60000 good.pz >cut.pz
	fails_with 3 "cut.pz: after record 3: cut short" quick cut.pz
	head -c -20 good.pz >cut.pz
	fails_with 3 "cut.pz: after record 5: cut short: no trailer" quick cut.pz
	/usr/bin/python3 -c "
data = bytearray(open('good.pz', 'rb').read())
data[20000] ^= 1
open('flipped.pz', 'wb').write(data)"
	fails_with 3 "corrupt" quick flipped.pz
	fails_with 3 "corrupt" inspect --check flipped.pz
	fails_with 3 "corrupt" quick < <(cat flipped.pz)
}

@test "a network without ebv does without" {
	grep -v ebv small.net >no.net
	train --net no.net -n 3 -b 4 <(labelled 5 'del r["ebv"]') -o a.model
}

@test "stamps that do not fit the model are refused" {
	quick stamps.pz -o from.model
	check() {
		fails_with 4 "$1" train --from from.model -n 1 <(learned_records 5 "${3:-}" | make_stream "$(changed_header "$2")")
	}
	check "the model expects 'r' as band 2, the stamps have 'i'" 'h["bands"] = ["g", "i"]'
	check "size: the model expects 8" 'h["size"] = 4' 'r["img"] = r["img"][:32]'
	check "stretch: the model expects 'sqrt', the stamps have 'none'" 'del h["stretch"], h["divide"]'
	check "divide: the model expects 1, the stamps have 2 (normalize --like MODEL does" 'h["divide"] = 2'
	check "soften: the model expects 1 in band 'r', the stamps have 0.5 (normalize --like MODEL does" 'h["soften"] = [1, 0.5]'
	check "psf: the model expects bands with those of their frames, the stamps have one of 1.5 arcsec (cutout --match-psf)" 'h["psf"] = 1.5'
	check "rows: the model has 3 channels" 'h["rows"]["channels"] = 4'
	check "grid: the model has" 'h["grid"]["max"] = 0.5'
	fails_with 4 "expected a stream of model" train --from stamps.pz -n 1 stamps.pz
}

@test "a model tells the noise that its stamps were scaled to" {
	learned_records 16 | make_stream "$(changed_header 'h["kind"] = "stamps"; del h["stretch"], h["divide"]')" >cut.pz
	normalize -q --stretch asinh --soften auto cut.pz >noise.pz
	train --net small.net -n 3 -b 4 noise.pz -o noise.model
	inspect noise.model | grep -q '^soften  *\[[0-9.]*,[0-9.]*\]'
	[ "$(inspect noise.model | grep -c '^divide')" = 0 ]
	predict -m noise.model noise.pz | records >whole
	normalize -q --like noise.model cut.pz | predict -m noise.model | records | cmp - whole
	[ "$(inspect <(predict -m noise.model noise.pz) | grep -c '^soften\|^stretch')" = 0 ]
	fails_with 4 "soften: the model expects" predict -m noise.model <(normalize -q --stretch asinh --soften 1,2 cut.pz)
	fails_with 4 "soften: the model expects" predict -m noise.model <(normalize -q --stretch asinh --divide 1 cut.pz)
	fails_with 4 "stretch: the model expects 'asinh'" predict -m noise.model <(normalize -q --soften auto cut.pz)
}

# Stamps as cutout writes them, labelled.
raw() { learned_records 16 | make_stream "$(changed_header 'del h["stretch"], h["divide"]')"; }

@test "stamps that were not normalised are refused, but with --raw" {
	raw >raw.pz
	fails_with 4 "raw.pz: the stamps were not normalised: run normalize before softlabel, or give --raw" quick raw.pz -o a.model
	fails_with 4 "stdin: the stamps were not normalised" quick -o a.model < <(cat raw.pz)
	[ ! -e a.model ]
	quick --raw raw.pz -o raw.model
	for how in '' --freeze '--freeze --heads new'; do
		# shellcheck disable=SC2086 # options
		fails_with 4 "raw.pz: the stamps were not normalised" train --from raw.model $how -n 2 -b 4 raw.pz -o a.model
		# shellcheck disable=SC2086
		train --raw --from raw.model $how -n 2 -b 4 raw.pz -o a.model
	done
	predict -m raw.model raw.pz >/dev/null
	# --raw makes nothing fit that does not
	fails_with 4 "stretch: the model expects 'none', the stamps have 'sqrt'" train --raw --from raw.model -n 2 stamps.pz
	fails_with 4 "stretch: the model expects 'sqrt', the stamps have 'none'" quick --raw --valid raw.pz stamps.pz
	fails_with 4 "stretch: the model expects 'none', the stamps have 'sqrt'" quick --raw --valid stamps.pz raw.pz
	# pixels that were divided, though not stretched, are normalised; and other than raw ones
	learned_records 16 | make_stream "$(changed_header 'h.update(stretch="none", divide=1000)')" >divided.pz
	quick divided.pz -o divided.model
	fails_with 4 "divide: the model expects 1000, the stamps have 1" predict -m divided.model raw.pz
	fails_with 4 "divide: the model expects 1, the stamps have 1000" predict -m raw.model divided.pz
}

@test "before it begins it says what it learns, from what, and then how long it will take" {
	quick stamps.pz -o a.model 2>said
	grep -qx "train: 2922 parameters, 16 stamps, 12 iterations of 4 stamps" said
	grep -qx "train: there are only 16 stamps for 5 bins of 'z': p(z) is hard to learn from fewer than 5 per bin; softlabel --bins makes fewer bins" said
	grep -Eqx 'train: training: expected to take (under 1 s|[0-9]+ s), [0-9.e+]+ stamps/s' said
	labelled 25 >enough.pz
	train --from a.model --freeze -n 30 -b 4 enough.pz -o b.model 2>said
	# three heads of 24 x 5 and 5
	grep -Eqx 'train: 375 of [0-9]+ parameters, 25 stamps, 30 iterations of 4 stamps' said
	run ! grep 'a bin' said
	quick --checkpoint a.state stamps.pz -o a.model
	train --net small.net -n 40 -b 4 --rate 1e-3 --drop 1 --checkpoint b.state stamps.pz -o a.model
	train --net small.net -n 60 -b 4 --rate 1e-3 --drop 1 --checkpoint b.state --resume stamps.pz -o a.model 2>said
	grep -q '60 iterations of 4 stamps, 40 of them done$' said
	quick -q stamps.pz -o q.model 2>said
	[ ! -s said ]
	# -v has no validation loss where there is none
	quick -v stamps.pz -o a.model 2>said
	grep -Eqx 'train: iteration 3, loss [0-9.]+, waited [0-9.]+ %' said
	run ! grep -i nan said
	quick -v --valid stamps.pz stamps.pz -o a.model 2>said
	grep -Eqx 'train: iteration 3, loss [0-9.]+, validation [0-9.]+, waited [0-9.]+ %' said
}

@test "a terminal shows the loss and the time that is left" {
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no terminals"
	script -qec 'train --net small.net -n 12000 -b 8 stamps.pz -o a.model' /dev/null </dev/null | tr '\r' '\n' >said
	grep -Eq 'training, loss [0-9]+\.[0-9]{4} \[=* *\] +[0-9]+ %.* (under 1|[0-9]+) s left' said
}

@test "a log that cannot be written loses its lines, not the model" {
	[ -e /dev/full ] || skip "no /dev/full"
	quick stamps.pz -o whole.model
	fails_with 1 "train: /dev/full: cannot write: No space left on device" quick --log /dev/full stamps.pz -o a.model
	cmp whole.model a.model
	[ "$(grep -c /dev/full stderr)" = 1 ]
	fails_with 1 "train: /dev/full: cannot write" quick -q --log /dev/full stamps.pz -o b.model
	cmp whole.model b.model
	quick --log /dev/full stamps.pz >c.model 2>/dev/null || [ $? = 1 ]
	cmp whole.model c.model
	# one that cannot even begin is said before anything is done
	fails_with 1 "no-such-dir/log" quick --log no-such-dir/log stamps.pz -o d.model
	[ ! -e d.model ]
}

@test "a checkpoint that can no longer be written costs itself, not the model; one that never could ends the run" {
	local options=(--net small.net -b 4 --rate 1e-4 --drop 1 --every 50 -n 8000 stamps.pz)

	train "${options[@]}" -o whole.model
	mkdir here
	train "${options[@]}" --checkpoint here/run.state -o run.model 2>said &
	for ((i = 0; i < 250; i++)); do
		[ ! -e here/run.state ] || break
		sleep 0.02
	done
	mv here away
	local status=0
	wait $! || status=$?
	[ "$status" = 1 ]
	grep -q '^train: here/run.state: ' said
	cmp whole.model run.model
	fails_with 1 "here/run.state: " train "${options[@]}" --checkpoint here/run.state -o none.model
	[ ! -e none.model ]
}

# Resumes from run.state, which a Python statement about the bytes b of a good one made, and
# expects what it says, and the bytes of the whole run.
falls_back() {
	cp good.state run.state
	cp good.state.previous run.state.previous
	cp good.tsv run.tsv
	/usr/bin/python3 -c '
import sys
b = bytearray(open("run.state", "rb").read())
exec(sys.argv[1])
open("run.state", "wb").write(b)' "$2"
	[ -s run.state ] || rm run.state
	checkpoints run 40 --resume 2>said
	grep -qF "train: run.state$1" said
	grep -qF "; continuing from run.state.previous" said
	grep -qx 'train: run.state: continuing after iteration 20 of 40' said
	cmp whole.model run.model
	cmp whole.tsv run.tsv
	cmp whole.state run.state
	cmp whole.state.previous run.state.previous
}

checkpoints() {
	train --net small.net -n "$2" -b 4 --drop 1 --every 4 --valid stamps.pz --log "$1.tsv" \
		--checkpoint "$1.state" "${@:3}" stamps.pz -o "$1.model"
}

@test "a newest checkpoint that is cut, corrupt or missing: the previous one takes its place" {
	checkpoints whole 40
	checkpoints good 24
	falls_back ": missing" 'b = b""'
	falls_back ": after record 3: cut short" 'del b[4000:]'
	falls_back ": after record 39: cut short" 'del b[-1:]'
	falls_back ": after record 39: corrupt" 'b[-60] ^= 4'
	# also where it then looks like one of another run, or like no stream
	falls_back ": after record 39: corrupt" 'b[b.index(b"seed") + 4] ^= 2'
	falls_back ": not a pzpipe stream" 'b[0] ^= 128'
	# the only one, or both
	cp good.state run.state
	mv run.state.previous was
	checkpoints run 40 --resume 2>said
	grep -qx 'train: run.state: continuing after iteration 24 of 40' said
	head -c 4000 good.state >run.state
	rm run.state.previous
	fails_with 3 "train: run.state: after record 3: cut short" checkpoints run 40 --resume
	head -c 3000 good.state >run.state.previous
	fails_with 3 "record; run.state.previous: after record" checkpoints run 40 --resume
	rm run.state
	fails_with 3 "run.state: missing; run.state.previous: after record" checkpoints run 40 --resume
}

# Starts train with its input on a pipe that does not end, sends a signal while it reads, and
# expects this status and these files.
signalled_while_reading() {
	local signal=$1 status=$2
	shift 2

	mkfifo slow
	/usr/bin/python3 -c '
import os, signal
for s in signal.SIGINT, signal.SIGHUP:  # bash has it ignored in the background
    signal.signal(s, signal.SIG_DFL)
os.execvp("train", ["train"] + os.sys.argv[1:])' "$@" slow -o run.model 2>said &
	exec 9>slow
	head -c 3000 stamps.pz >&9
	sleep 0.3
	kill -"$signal" $!
	wait $! || (($? == status))
	exec 9>&-
	rm slow
	((status)) || grep -qx 'train: run.state: stopped while reading, before anything was computed; run the same command again with --resume to continue' said
	[ "$(echo run.*)" = 'run.*' ]
}

@test "a signal while it reads: at once, with nothing begun" {
	for signal in TERM USR1; do
		signalled_while_reading $signal 0 --net small.net --checkpoint run.state
	done
	signalled_while_reading INT 130 --net small.net --checkpoint run.state
	signalled_while_reading HUP 129 --net small.net --checkpoint run.state
	signalled_while_reading TERM 143 --net small.net
	signalled_while_reading USR1 138 --net small.net
}

@test "SIGINT and SIGHUP write a checkpoint and end it as a signal does; those ignored stay so" {
	for signal in INT HUP; do
		/usr/bin/python3 - $signal <<-'EOF'
			import os, signal, subprocess, sys, time
			number = signal.Signals["SIG" + sys.argv[1]]
			command = ("train --net small.net -b 4 -n 4000 --every 50 --checkpoint run.state "
			           "--resume stamps.pz -o run.model").split()
			def run(ignored):
			    signal.signal(number, signal.SIG_IGN if ignored else signal.SIG_DFL)
			    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
			    while not os.path.exists("run.state"):
			        time.sleep(0.01)
			    run.send_signal(number)
			    return run.wait(), run.stderr.read()
			status, said = run(ignored=False)
			assert status == -number, status
			assert "run.state: stopped after iteration" in said, said
			assert not os.path.exists("run.model")
			status, said = run(ignored=True)
			assert status == 0 and os.path.exists("run.model"), said
		EOF
		rm run.*
	done
}

@test "a signal while it validates: at once, and the line of the log is not lost" {
	labelled 6000 >many.pz
	local options=(--net small.net -b 4 -n 30 --every 2 --valid many.pz stamps.pz)

	train "${options[@]}" --log whole.tsv -o whole.model
	train "${options[@]}" --log run.tsv --checkpoint run.state -o run.model 2>said &
	while [ ! -e run.state ]; do sleep 0.01; done
	# two iterations take no time, to validate takes long
	sleep 0.05
	kill -TERM $!
	wait $!
	grep -Eq 'stopped after iteration [0-9]+ of 30' said
	train "${options[@]}" --log run.tsv --checkpoint run.state --resume -o run.model
	cmp whole.model run.model
	cmp whole.tsv run.tsv
}

@test "a signal while features are computed: soon, and nothing is lost" {
	quick stamps.pz -o from.model
	labelled 6000 >many.pz
	local options=(--from from.model --freeze -b 4 -n 60000 many.pz)

	train "${options[@]}" -o whole.model
	train "${options[@]}" --checkpoint run.state -o run.model 2>said &
	sleep 0.3
	kill -USR1 $!
	wait $!
	[ ! -e run.model ]
	grep -Eq 'run.state: stopped (while (reading, before anything was computed|computing features, of which none are kept)|after iteration [0-9]+ of 60000); run the same command again with --resume to continue$' said
	train "${options[@]}" --checkpoint run.state --resume -o run.model
	cmp whole.model run.model
}

@test "half a line of a log is no line" {
	checkpoints whole 40
	checkpoints run 24
	printf '2' >>run.tsv
	checkpoints run 40 --resume
	cmp whole.tsv run.tsv
}

@test "a checkpoint of another run is refused" {
	quick --checkpoint a.state stamps.pz -o a.model
	fails_with 4 "seed: this run has 2" quick --checkpoint a.state --resume --seed 2 stamps.pz
	fails_with 4 "batch: this run has 5" quick --checkpoint a.state --resume -b 5 stamps.pz
	fails_with 4 "examples: this run has 15" quick --checkpoint a.state --resume <(labelled 15)
	fails_with 4 "other stamps or labels" quick --checkpoint a.state --resume <(labelled 16 'r["ebv"] = 0')
	fails_with 4 "other stamps or labels" quick --checkpoint a.state --resume <(labelled 16 'r["img"][9] += 1')
	fails_with 4 "grid: this run has 0 to 0.5" quick --checkpoint a.state --resume \
		<(learned_records 16 | make_stream "$(changed_header 'h["grid"]["max"] = 0.5')")
	fails_with 4 "iterations: this run has 9, the checkpoint has done 12" quick --checkpoint a.state --resume -n 9 stamps.pz
	fails_with 4 "rate: this run and the checkpoint have different rates" quick --checkpoint a.state --resume --rate 2e-3 stamps.pz
	fails_with 4 "rate: this run and the checkpoint have different rates" quick --checkpoint a.state --resume --drop 0.25 stamps.pz
	fails_with 4 "rate: this run and the checkpoint have different rates" quick --checkpoint a.state --resume --drop-factor 2 stamps.pz
	fails_with 4 "rate: this run and the checkpoint have different rates" quick --checkpoint a.state --resume -n 20 stamps.pz
	fails_with 4 "augment: this run has 0" quick --checkpoint a.state --resume --no-augment stamps.pz
	/usr/bin/python3 -B - "$BATS_TEST_DIRNAME" <<-'EOF'
		import struct, sys
		sys.path.insert(0, sys.argv[1])
		from stream import xxh3
		body = open("a.state", "rb").read()
		end = b"\x82" + body[-42:-23]
		body = body[:-43].replace(b"\xa7version\xa50.", b"\xa7version\xa59.")
		open("old.state", "wb").write(body + end + struct.pack(">Q", xxh3(body)))
	EOF
	fails_with 4 "version: this is" quick --checkpoint old.state --resume stamps.pz
	# with weights to begin with that are others
	quick --seed 2 stamps.pz -o b.model
	train --from a.model --freeze -n 12 -b 4 --checkpoint f.state stamps.pz -o f.model
	fails_with 4 "began with other weights" train --from b.model --freeze -n 12 -b 4 --checkpoint f.state --resume stamps.pz
	fails_with 4 "began with other weights" train --from a.model --freeze --heads new -n 12 -b 4 --checkpoint f.state --resume stamps.pz
	fails_with 4 "found a model without one" quick --checkpoint a.model --resume stamps.pz
	fails_with 3 "cut short" quick --checkpoint <(head -c 3000 a.state) --resume stamps.pz
	echo 'conv 3x3 6 relu
		mean' >other.net
	fails_with 4 "network" train --net other.net -n 12 -b 4 --checkpoint a.state --resume stamps.pz
	quick --checkpoint none.state --resume stamps.pz -o b.model
	cmp a.model b.model
}

@test "usage" {
	fails_with 2 "--net or --from" train stamps.pz
	fails_with 2 "exclude each other" train --net S1 --from a.model stamps.pz
	fails_with 2 "there is no file 'none.net'" train --net none.net stamps.pz
	fails_with 2 "--freeze needs --from" train --net S1 --freeze stamps.pz
	fails_with 2 "--resume needs --checkpoint" quick --resume stamps.pz
	fails_with 2 "--drop" quick --drop 1.5 stamps.pz
	fails_with 2 "--heads" train --from a.model --heads old stamps.pz
	echo 'conv 3x3' >bad.net
	fails_with 1 "line 1" train --net bad.net stamps.pz
	fails_with 1 "none.model" train --from none.model stamps.pz
	fails_with 1 "/dev/full: cannot write" quick stamps.pz -o /dev/full
}

@test "options and defaults go into the history, paths do not" {
	quick --rate 2e-5 stamps.pz -o a.model
	run -0 header <a.model
	[[ $output == *'--recipe article --iterations 12 --batch 4 --rate 2e-05 --schedule step --drop 0.5 --drop-factor 5 --warm-up 0 --decay 0 --average 0 --dropout 0'* ]]
	train --net "$PWD/small.net" -n 1 -b 4 stamps.pz -o b.model
	run -0 header <b.model
	[[ $output != *"$PWD"* && $output == *'"files": [["small.net", "'* ]]
}
