#!/usr/bin/env bats
# mock: a simulated survey
# shellcheck disable=SC2154 # stderr is set by run --separate-stderr

bats_require_minimum_version 1.5.0

load needs

setup() {
	mkdir "$BATS_TEST_TMPDIR/here" # bats has files of its own beside
	cd "$BATS_TEST_TMPDIR/here" || exit
}

# The Python that Debian's python3-msgpack belongs to.
python() {
	/usr/bin/python3 "$@"
}

# Small frames of few galaxies would still be 12 MB each: most tests use stamps.
stamps() {
	mock --stamps --size 16 "$@"
}

@test "--help says how to use it and every option is in the manual page" {
	run -0 --separate-stderr mock --help
	[[ $output == *"usage: mock [options] DIR"* ]]
	page=${BATS_TEST_DIRNAME}/../../tools/mock/mock.1
	while read -r option; do
		grep -q -- "${option//-/\\\\-}" "$page" || { echo "$option is not in mock.1"; false; }
	done < <(grep -oE -- '--[a-z]+' <<<"$output" | sort -u)
}

@test "bad command lines: exit 2 and nothing on stdout" {
	for line in "" "--unknown d" "--galaxies -1 d" "--galaxies many d" "--size 0 --stamps" \
		"--survey nowhere d" "--galaxies 20000 --density 1 d" "--compress zip d" "--density 0 d" "d e" "--stamps d"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr mock $line
		[[ -z $output && $stderr == mock:* ]]
	done
	[[ -z $(ls) ]]
}

@test "the same seed gives the same stamps at any number of threads" {
	stamps --galaxies 300 -j 1 >one
	stamps --galaxies 300 -j 2 >two
	cmp one two
	stamps --galaxies 300 --seed 2 >other
	run ! cmp -s one other
}

@test "galaxies do not depend on how many are drawn" {
	stamps --galaxies 300 >more.pz
	stamps --galaxies 40 >few.pz
	# The records follow the headers, which differ, and the trailer ends the shorter one.
	python - <<-'END'
		import msgpack
		more, few = (list(msgpack.Unpacker(open(name, "rb"))) for name in ("more.pz", "few.pz"))
		assert len(more) == 302 and len(few) == 42
		assert few[1:-1] == more[1:41]
	END
}

@test "a file of settings: its path is in no stream; what -v says at the end" {
	echo '{"survey": "mine", "grid": {"bins": 90}}' >settings.json
	stamps --galaxies 2 --survey "$PWD/settings.json" -o mine
	inspect mine | grep -q 'grid.bins .*90'
	run ! grep -q "$PWD" mine
	inspect mine | grep -Eq ', settings.json [0-9a-f]{8}$'
	stamps --galaxies 2 -v 2>&1 >/dev/null | grep -q '^mock: 2 records out, [0-9]'
	mock --galaxies 2 -v sky 2>&1 | grep -q '^mock: [0-9.]* s, '
}

@test "stamps are a stream that Python reads: shape, settings, sense" {
	stamps --galaxies 200 -o file
	inspect --check file
	python - <<-'END'
		import math, msgpack, struct
		header, *records, trailer = msgpack.Unpacker(open("file", "rb"))
		assert header["kind"] == "stamps" and header["size"] == 16 and header["unit"] == "nmgy"
		assert header["bands"] == list("ugriz") and header["grid"]["bins"] == 180
		assert header["history"][0]["tool"] == "mock" and header["history"][0]["seed"] == 1
		assert trailer["end"] == len(records) == 200
		assert [r["id"] for r in records] == list(range(200))
		for r in records:
		    pixels = struct.unpack("<1280f", r["img"])
		    assert all(map(math.isfinite, pixels)) and r["cover"] == [1] * 5
		    assert 0 < r["z"] < 0.4 and 12 < r["mag"] < 17.8 and 0 <= r["ra"] < 360
		    flux = sum(pixels[512:768])          # r, the middle of the galaxy
		    faintest = 10 ** (-0.4 * (r["mag"] + 2.285 * r["ebv"] - 22.5))
		    assert 0.1 * faintest < flux < 1.15 * faintest + 2
	END
}

@test "zero galaxies: an empty stream, an empty catalogue" {
	stamps --galaxies 0 >none
	run -0 mock --galaxies 0 -q sky
	[[ $(ls sky) == catalogue.fits ]]
	python -c '
import msgpack
header, trailer = msgpack.Unpacker(open("none", "rb"))
assert trailer["end"] == 0'
}

@test "frames: same bytes at any number of threads; an older sky is replaced" {
	mock -j 1 --galaxies 20 --density 20 one
	mock -j 2 --galaxies 40 --density 20 two
	touch two/notes
	(($(find two -name 'frame-*' | wc -l) == 10))
	for frame in one/frame-*; do
		cmp "$frame" "two/${frame#*/}" && false # the arguments in the header differ
	done
	mock -j 2 --galaxies 20 --density 20 two
	rm two/notes
	diff -r one two
	(($(find two -name 'frame-*' | wc -l) == 5))
}

@test "frames compressed" {
	mock --galaxies 5 --compress fz fz
	mock --galaxies 5 --compress gz gz
	[[ -e fz/frame-r-000001-1-0001.fits.fz && -e fz/catalogue.fits ]]
	gzip -t gz/frame-r-000001-1-0001.fits.gz
	(($(stat -c %s fz/frame-r-000001-1-0001.fits.fz) < 6000000))
}

@test "a place that cannot be written: exit 1, a message, nothing left" {
	touch file
	run -1 --separate-stderr mock --galaxies 5 file/sky
	[[ -z $output && $stderr == "mock: file/sky: "* ]]
	run -1 --separate-stderr mock --galaxies 5 no/such/parent
	[[ $stderr == *"No such file"* ]]
	run -1 stamps --galaxies 5 -o no/such/file
	[[ $(ls) == file ]]
}

@test "a disk that fills: exit 1, a message, nothing left" {
	full() {
		trap '' XFSZ
		ulimit -f 1000 # blocks: less than a frame
		mock --galaxies 5 "$1"
	}
	run -1 --separate-stderr full sky
	[[ $stderr == mock:*"File too large"* ]]
	[[ ! -e sky ]]
	mkdir mine
	touch mine/notes
	run -1 full mine
	[[ $(ls mine) == notes ]]
	run -1 --separate-stderr mock --stamps --galaxies 5 -o /dev/full
	[[ $stderr == *"No space left"* ]]
}

@test "a signal removes what was begun" {
	mock --galaxies 100000 sky &
	sleep 0.7
	kill -TERM $!
	wait $! || true
	[[ ! -e sky ]]
}

@test "cfhtls settings: deeper, finer, farther" {
	stamps --survey cfhtls-wide --galaxies 100 >deep
	python -c '
import msgpack
header, *records, trailer = msgpack.Unpacker(open("deep", "rb"))
assert header["pixscale"] == 0.187 and header["grid"]["bins"] == 1000
assert max(r["z"] for r in records) > 1
assert sorted(r["mag"] for r in records)[50] > 22'
}

@test "--from paints what a catalogue holds" {
	cat >some.csv <<-END
		id,zspec,m_u,m_g,m_r,m_i,m_z,ebv,radius
		1,0.05,17.9,16.5,15.9,15.5,15.3,0.02,2
		2,0.15,19.9,18.4,17.3,16.9,,0.03,1.5
		3,,19.9,18.4,17.3,16.9,16.5,0.03,1.5
		4,0.10,19,18,-9999,17,16.8,0.03,1.5
		5,0.20,20.5,19,17.7,17.2,16.9,,0.8
	END
	run -0 --separate-stderr mock -q --from some.csv --magnitudes m_%b --sizes radius --stamps \
		--size 40 -o painted
	run -0 --separate-stderr mock --from some.csv --magnitudes m_%b --stamps --size 8 -o other
	[[ $stderr == *"2 galaxies were left out, because r or a redshift"* ]]
	python - <<-'END'
		import math, msgpack, struct
		header, *records, trailer = msgpack.Unpacker(open("painted", "rb"))
		assert [r["z"] for r in records] == [0.05, 0.15, 0.20]
		assert [r["mag"] for r in records] == [15.9, 17.3, 17.7]
		assert records[0]["ebv"] == 0.02 and abs(records[1]["size"] - 1.5) < 0.01
		for record, g in zip(records, (16.5, 18.4, 19)):
		    flux = sum(struct.unpack("<8000f", record["img"])[1600:3200])
		    assert abs(22.5 - 2.5 * math.log10(flux) - 3.303 * record["ebv"] - g) < 0.15
	END
	run -0 mock --from some.csv --magnitudes m_%b --galaxies 1 --stamps --size 8 -o one
	(($(stat -c %s one) < $(stat -c %s other)))
}

@test "--field: neighbours beside the same galaxies, in stamps and in frames" {
	need_python numpy astropy
	stamps --size 64 --galaxies 200 -o alone
	stamps --size 64 --galaxies 200 --field -o field
	python - <<-'END'
		import msgpack, numpy
		alone, field = (list(msgpack.Unpacker(open(n, "rb")))[1:-1] for n in ("alone", "field"))
		more = []
		for a, b in zip(alone, field):
		    assert all(a[k] == b[k] for k in a if k not in ("img", "xxh3"))
		    a, b = (numpy.frombuffer(r["img"], "<f4").reshape(5, 64, 64)[2] for r in (a, b))
		    more.append((b - a).sum())
		more = numpy.array(more)
		# 25 arcsec have 0.6 stars and galaxies of the field on average, here and there a bright one.
		assert more.min() > -1 and 0.2 < (more > 0.3).mean() < 0.8
	END
	mock -q --galaxies 5 one
	mock -q --galaxies 5 --field two
	python - <<-'END'
		from astropy.io import fits
		one, two = (fits.getdata(d + "/frame-r-000001-1-0001.fits") for d in ("one", "two"))
		# 240 galaxies and stars of about 100 pixels among three million: brighter, but for their noise
		assert 0.004 < (two - one > 0.01).mean() < 0.02 and (two - one < -0.01).mean() < 1e-4
	END
}

@test "the catalogue has measured magnitudes with their errors" {
	need_python numpy astropy
	mock -q --galaxies 2000 --density 2000 sky
	python - <<-'END'
		import numpy
		from astropy.table import Table
		t = Table.read("sky/catalogue.fits")
		for b in "ugriz":
		    pull = (t["mag_" + b] - t["true_" + b]) / t["err_" + b]
		    assert abs(numpy.std(pull) - 1) < 0.12 and abs(numpy.mean(pull)) < 0.12, b
		assert (t["mag_r"] == t["r"]).all() and numpy.median(t["err_u"]) > 3 * numpy.median(t["err_g"])
	END
}

@test "--spectra and --failures: redshifts that are missing, and wrong ones" {
	need_python numpy astropy
	mock -q --galaxies 3000 --density 3000 --survey cfhtls-wide --spectra 24 --failures 0.2 sky
	python - <<-'END'
		import numpy
		from astropy.table import Table
		t = Table.read("sky/catalogue.fits")
		z, true, mag = (numpy.array(t[c], float) for c in ("z", "true_redshift", "mag_i"))
		assert (numpy.isnan(z) == (mag > 24)).all() and 300 < (mag > 24).sum() < 700
		seen = mag <= 24
		wrong = seen & (z != true)
		for low, high, share in (23.5, 24, .2 * .84), (22, 23, .2 * .36):
		    here = (mag > low) & (mag <= high)
		    assert abs(wrong[here].mean() - share) < 4 * (share / here.sum()) ** .5
		lines = numpy.array([3727, 5007, 6563])
		ratios = (lines[:, None] / lines).ravel()
		known = abs(((1 + z) / (1 + true))[wrong][:, None] - ratios).min(1) < 1e-9
		assert 0.6 < known.mean() < 1 and (z[wrong] > 0.02).all() and (z[wrong] < 4).all()
	END
	stamps -q --galaxies 100 --survey cfhtls-wide --spectra 22 -o few
	python -c 'import msgpack; n = sum("z" in r for r in list(msgpack.Unpacker(open("few", "rb")))[1:-1]); assert 2 < n < 50, n'
	run -2 mock --failures 2 sky
	run -2 mock --failures 0.1 --from sky/catalogue.fits other
}

@test "--errors: what is painted differs from the catalogue by its errors" {
	need_python numpy astropy
	mock -q --galaxies 300 sky
	stamps -q --from sky/catalogue.fits --magnitudes mag_%b --sizes size -o exact
	stamps -q --from sky/catalogue.fits --magnitudes mag_%b --errors err_%b --sizes size -o true
	python - <<-'END'
		import msgpack, numpy
		exact, true = (list(msgpack.Unpacker(open(n, "rb")))[1:-1] for n in ("exact", "true"))
		assert [r["mag"] for r in exact] == [r["mag"] for r in true]
		u = [[numpy.frombuffer(r["img"], "<f4")[:256].sum() for r in s] for s in (exact, true)]
		change = 2.5 * numpy.log10(numpy.array(u[1]) / numpy.array(u[0]))
		assert 0.03 < numpy.nanmedian(abs(change)) < 0.2
	END
	printf 'id,zspec,m_u,m_g,m_r,m_i,m_z,e_u,e_g,e_r,e_i,e_z\n1,.1,19,18,17,16.6,16.3,-999,.01,.01,,.01\n2,.1,,18,17,16.6,16.3,,.01,.01,0.02,0\n' >few.csv
	run -0 --separate-stderr mock --stamps --size 8 --from few.csv --magnitudes m_%b --errors e_%b -o few
	[[ $stderr == *"few.csv: 3 magnitudes are taken as exact, because the error is missing"* ]]
	run -2 mock --errors err_%b sky
	run -2 --separate-stderr mock --from sky/catalogue.fits --magnitudes mag_%b --errors err sky
	[[ $stderr == *"--errors: expected a name with %b"* ]]
	run -1 --separate-stderr mock --from sky/catalogue.fits --magnitudes mag_%b --errors sigma_%b other
	[[ $stderr == *"sigma_u"* ]]
}

@test "--from: its mistakes are named" {
	printf 'id,z,true_r\n1,0.1,17\n' >few.csv
	run -1 --separate-stderr mock --from few.csv sky
	[[ $stderr == *few.csv*true_u* ]]
	run -1 --separate-stderr mock --from none.csv sky
	[[ $stderr == *none.csv* ]]
	printf 'id,z,true_u,true_g,true_r,true_i,true_z\n1,9,19,18,17,16,15\n' >far.csv
	run -1 --separate-stderr mock --from far.csv sky
	[[ $stderr == *"found none among 1 galaxy"* ]]
	run -2 mock --from far.csv --magnitudes mag sky
	run -2 mock --sizes radius sky
	[[ ! -e sky ]]
}

@test "--from reads its own catalogue back" {
	mock -q --galaxies 30 sky
	mock -q --from sky/catalogue.fits --sizes size --stamps --size 8 -o again
	stamps --galaxies 30 -o before
	python - <<-'END'
		import msgpack
		before, again = (list(msgpack.Unpacker(open(n, "rb")))[1:-1] for n in ("before", "again"))
		assert len(again) == 30
		for a, b in zip(before, again):
		    assert a["z"] == b["z"] and a["ebv"] == b["ebv"] and abs(a["size"] - b["size"]) < 0.01
		    assert abs(a["mag"] - b["mag"]) < 0.1
	END
}
