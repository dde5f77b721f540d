#!/usr/bin/env bats
# average.bats -- mean p(z) of several networks

# shellcheck disable=SC2034,SC2094,SC2154  # samples.bash sets and uses names
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 300 >a.pz
	good=a.pz empty=empty.pz
	make_predictions 0 >empty.pz
	# other networks: p(z) and estimates of other galaxies of the sample
	make_predictions 300 1000 >others.pz
	other 17 >b.pz
	other 101 >c.pz
}

# The galaxies of a.pz with the p(z) and estimates of those $1 places further on in others.pz.
other() {
	/usr/bin/python3 - <(records <a.pz) <(records <others.pz) "$1" <<'PY' | make_stream "$(header <a.pz)"
import json, sys
a, b = ([json.loads(line) for line in open(f)] for f in sys.argv[1:3])
for i, r in enumerate(a):
    o = b[(i + int(sys.argv[3])) % len(b)]
    print(json.dumps({**r, "pz": o["pz"], "zphot": o["zphot"]}))
PY
}

turned() { records <"$1" | tac | make_stream "$(header <"$1")"; }

@test "behaves as a filter" {
	behaves_as_a_filter average --common --with "$PWD/b.pz,$PWD/c.pz"
}

@test "means, their estimates and the spread are those of numpy" {
	need_python numpy
	average --with b.pz,c.pz a.pz -o mean.pz
	average --with b.pz,c.pz --combine harmonic a.pz -o harmonic.pz
	/usr/bin/python3 - <(for f in a b c mean harmonic; do records <$f.pz; done) <<'PY'
import json, sys
import numpy as np
rows = [json.loads(line) for line in open(sys.argv[1])]
n = len(rows) // 5
a, b, c, mean, harmonic = (rows[i * n:(i + 1) * n] for i in range(5))
def pz(r):
    return np.array(r["pz"])
w, centre = 0.4 / 80, (np.arange(80) + 0.5) * 0.4 / 80
def median(p):
    f = np.concatenate([[0], np.cumsum(p)]) / p.sum()
    i = np.searchsorted(f, 0.5) - 1
    return w * (i + (0.5 - f[i]) / (f[i + 1] - f[i]))
assert n == 300
for r, s, t, m, h in zip(a, b, c, mean, harmonic):
    p = np.array([pz(r), pz(s), pz(t)])
    with np.errstate(divide="ignore"):
        harm = 1 / (1 / p).sum(0)
    for found, expected in ((m, p.mean(0)), (h, harm / harm.sum())):
        q = pz(found)
        np.testing.assert_allclose(q, expected, rtol=1e-5, atol=1e-7)
        z = found["zphot"]
        assert abs(z["mode"] - centre[q.argmax()]) < 1e-9
        assert abs(z["mean"] - (q * centre).sum() / q.sum()) < 1e-9
        assert abs(z["median"] - median(q)) < 1e-6, (z, median(q))
        for key in ("mode", "mean", "median"):
            spread = np.std([x["zphot"][key] for x in (r, s, t)], ddof=1)
            assert abs(found["spread"][key] - spread) < 1e-9
    rest = {k: v for k, v in m.items() if k not in ("pz", "zphot", "spread")}
    assert rest == {k: v for k, v in r.items() if k not in ("pz", "zphot")}
PY
}

@test "the order of the galaxies does not matter" {
	average --with b.pz,c.pz a.pz | records >mean
	[ "$(wc -l <mean)" = 300 ]
	average --with <(turned b.pz),c.pz a.pz | records | cmp - mean
	turned a.pz | average --with b.pz,c.pz | records | tac | cmp - mean
}

@test "galaxies that not all streams have are an error, or left out and counted" {
	partition --keep train b.pz -o train.pz
	fails_with 1 "expected this galaxy in all streams, found none in train.pz" average --with train.pz a.pz
	fails_with 1 "a.pz: expected the galaxies of the first stream, found" average --with a.pz train.pz
	average --common --with train.pz,c.pz a.pz -o some.pz 2>said
	[ "$(count <some.pz)" = "$(count <train.pz)" ]
	grep -qx "average: $((300 - $(count <train.pz))) galaxies are not in all streams, and were left out" said
	cmp <(records <some.pz) <(average --common -q --with b.pz,c.pz <(partition --keep train a.pz) | records)
}

@test "a galaxy that occurs twice is an error" {
	fails_with 1 "id: expected one record for each galaxy, found another with this id" average --with b.pz a.pz a.pz
	cat b.pz b.pz >twice.pz
	fails_with 1 "id: expected one record for each galaxy, found another with this id" average --with twice.pz a.pz
}

@test "a galaxy without p(z) in one stream has none in the mean" {
	records <b.pz | sed '1s/, "pz".*/}/' | make_stream "$(header <b.pz)" >lacks.pz
	average --with lacks.pz a.pz 2>said -o mean.pz
	grep -qx "average: 1 galaxy has no p(z) in at least one stream, and has none now" said
	records <mean.pz | head -1 >first
	[ "$(grep -c '"pz"\|"zphot"' first)" = 0 ]
	records <mean.pz | sed 1d | cmp - <(average --with b.pz a.pz | records | sed 1d)
}

@test "streams that do not fit together, or were recalibrated" {
	fails_with 2 "--with: expected the streams of further networks" average a.pz
	fails_with 1 "no-such-file" average --with no-such-file a.pz
	records <b.pz | make_stream "${predictions_header/\"max\": 0.4/\"max\": 0.5}" >wide.pz
	fails_with 4 "wide.pz: grid: expected 'z' from 0 to 0.4 in 0+80+0 bins as in the first stream, found 'z' from 0 to 0.5" \
		average --with wide.pz a.pz
	make_stamps 300 >stamps.pz
	fails_with 4 "stamps.pz: " average --with stamps.pz a.pz
	recalibrate -q --train others.pz --intervals 68 a.pz -o calibrated.pz
	average --with b.pz calibrated.pz -o mean.pz
	[ "$(header <mean.pz | grep -c '"recalibrated"')" = 0 ]
	[ "$(records <mean.pz | grep -c '"interval"')" = 0 ]
}
