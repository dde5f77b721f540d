#!/usr/bin/env bats
# forms.bats -- p(z) in every form that fromtable reads, against integrals by scipy; files of qp's

# shellcheck disable=SC2154  # samples.bash sets names
load samples

bats_require_minimum_version 1.5.0

# Five galaxies whose p(z) is a mixture of two normal distributions, in all forms, and their
# integrals over the bins of --grid 0,2,40. (Python's numbers are in forms.npz.)
setup_file() {
	has_python numpy scipy h5py astropy || return 0 # bats 1.8 cannot skip here
	cd "$BATS_FILE_TMPDIR" || return
	cat >forms.py <<-'end'
		import numpy as np
		from scipy import integrate, stats
		N, edges = 5, np.linspace(0, 2, 41)
		mean = np.array([[.5 + .1 * i, 1.2 - .05 * i] for i in range(N)])
		sigma = np.array([[.05 + .01 * i, .1] for i in range(N)])
		weight = np.array([[.6, .4 - .02 * i] for i in range(N)])
		def pdf(i, z):
		    w = weight[i] / weight[i].sum()
		    return sum(w[k] * stats.norm.pdf(z, mean[i, k], sigma[i, k]) for k in (0, 1))
		def cdf(i, z):
		    w = weight[i] / weight[i].sum()
		    return sum(w[k] * stats.norm.cdf(z, mean[i, k], sigma[i, k]) for k in (0, 1))
		# each form: its numbers, and the cumulated probability that they mean, at the edges
		step = np.linspace(0, 2, 301)
		log = np.expm1(np.linspace(0, np.log(3), 120))
		uneven = np.concatenate([[0, .013], np.geomspace(.02, 1.99, 90), [2]])
		def of_points(x, y):
		    # the exact integral of what is linear between points
		    def F(z):
		        z = np.clip(z, x[0], x[-1])
		        k = np.clip(np.searchsorted(x, z, "right") - 1, 0, len(x) - 2)
		        below = np.concatenate([[0], integrate.cumulative_trapezoid(y, x)])
		        at = y[k] + (y[k + 1] - y[k]) * (z - x[k]) / (x[k + 1] - x[k])
		        return (below[k] + .5 * (y[k] + at) * (z - x[k])) / below[-1]
		    return F
		def of_bins(x, y):
		    below = np.concatenate([[0], np.cumsum(y * np.diff(x))])
		    return lambda z: np.interp(z, x, below) / below[-1]
		def normed(x, y):
		    return y / integrate.trapezoid(y, x)
		levels = np.array([0, .005, .05, .16, .25, .5, .75, .84, .95, .995, 1])
		from scipy.optimize import brentq
		points = {name: np.array([normed(x, pdf(i, x)) for i in range(N)])
		          for name, x in (("points", step), ("log_points", log), ("uneven", uneven))}
		def means(x):
		    return np.array([np.diff(cdf(i, x)) / np.diff(x) / (cdf(i, x[-1]) - cdf(i, x[0])) for i in range(N)])
		bins = {"bins": means(step), "log_bins": means(log), "edges": means(uneven)}
		quants = np.array([[0] + [brentq(lambda z: cdf(i, z) - q, -1, 3) for q in levels[1:-1]] + [2] for i in range(N)])
		samples = np.array([np.random.default_rng(i).normal(mean[i, 0], sigma[i, 0], 1000) for i in range(N)])
		places = dict(points=step, log_points=log, uneven=uneven, bins=step, log_bins=log, edges=uneven)
		want = {}
		for name, y in points.items():
		    want[name] = [of_points(places[name], y[i])(edges) for i in range(N)]
		for name, y in bins.items():
		    want[name] = [of_bins(places[name], y[i])(edges) for i in range(N)]
		want["quants"] = [np.interp(edges, q, levels) for q in quants]
		want["mixture"] = [cdf(i, edges) for i in range(N)]
		want["normal"] = [stats.norm.cdf(edges, mean[i, 0], sigma[i, 0]) for i in range(N)]
		want["samples"] = [np.searchsorted(np.sort(s), edges) / 1000 for s in samples]
		want = {name: np.diff(np.array(F)) for name, F in want.items()}
	end
	cat >check.py <<-'end'
		import json, sys
		import numpy as np
		want = np.load("want.npz")
		N, edges = 5, np.linspace(0, 2, 41)
		records = [json.loads(line) for line in sys.stdin]
		got = np.array([r["pz"] for r in records])
		assert got.shape == (N, 40), got.shape
		assert np.abs(got - want[sys.argv[1]]).max() < 3e-7, np.abs(got - want[sys.argv[1]]).max()
		assert [r["id"] for r in records] == [101, 102, 103, 104, 105]
		middle = (edges[:-1] + edges[1:]) / 2
		for r, p in zip(records, got):
		    assert r["zphot"]["mode"] == middle[p.argmax()].round(12) or abs(r["zphot"]["mode"] - middle[p.argmax()]) < 1e-12
	end
	PYTHONPATH=. /usr/bin/python3 - <<-'end'
		from forms import *
		from astropy.table import Table
		import h5py
		t = Table({"id": np.arange(101, 106), "z": np.linspace(.4, 1, 5)})
		t.write("t.csv")
		for k in (0, 1):
		    t[f"mean{k}"], t[f"sigma{k}"], t[f"weight{k}"] = mean[:, k], sigma[:, k], weight[:, k]
		for k in range(len(levels)):
		    t[f"q{k}"] = quants[:, k]
		t.write("wide.csv")
		everything = points | bins | {"quants": quants, "samples": samples, "means": mean, "sigmas": sigma, "weights": weight}
		for name, y in everything.items():
		    t[name] = y
		t.write("t.fits")
		with h5py.File("t.hdf5", "w") as f:
		    for name in t.colnames:
		        f[f"photometry/{name}"] = t[name]
		    f["z_uneven"] = uneven
		np.savez("want.npz", **want)
		np.savez("pz.npz", id=np.arange(101, 106), z_uneven=uneven, **everything)
		np.save("points.npy", points["points"])
		np.savetxt("points.txt", np.column_stack([np.arange(101, 106), points["points"]]), fmt=["%d"] + ["%.17g"] * 301)
	end
}

setup() {
	need_python numpy scipy h5py astropy
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/* .
	levels=0,0.005,0.05,0.16,0.25,0.5,0.75,0.84,0.95,0.995,1
}

# fromtable's p(z) are those of the form.
gives() {
	local form=$1
	shift
	fromtable -q --grid 0,2,40 "$@" | records | /usr/bin/python3 check.py "$form"
}

@test "a FITS table: points, bins, edges, log(1+z), quantiles, mean and sigma, mixtures, samples" {
	uneven=$(/usr/bin/python3 -c 'from forms import *; print(",".join(map(repr, map(float, uneven))))')
	gives points --pz points --pz-is density --pz-grid points:0,2,301 t.fits
	gives log_points --pz log_points --pz-is density --pz-grid log-points:0,2,120 t.fits
	gives uneven --pz uneven --pz-is density --pz-grid "$uneven" t.fits
	gives bins --pz bins --pz-is density --pz-grid bins:0,2,300 t.fits
	gives log_bins --pz log_bins --pz-is density --pz-grid log-bins:0,2,119 t.fits
	gives edges --pz edges --pz-is density --pz-grid "$uneven" t.fits
	gives quants --pz quants --pz-is quantiles --pz-grid "$levels" t.fits
	gives normal --pz mean0,sigma0 --pz-is normal t.fits
	gives mixture --scale-pz --pz means,sigmas,weights --pz-is normal t.fits
	gives samples --pz samples --pz-is samples t.fits
	# a chi squared at points
	/usr/bin/python3 -c "
from forms import *
from astropy.table import Table
t = Table.read('t.fits')
t['chi2'] = -2 * np.log(t['points']) + 7000
t['mass'] = t['bins'] * np.diff(step)
t.write('c.fits')"
	gives points --pz chi2 --pz-is chi2 --pz-grid points:0,2,301 c.fits
	gives bins --pz mass --pz-grid bins:0,2,300 c.fits
}

@test "the same from CSV, also in a pipe, from HDF5, .npz, .npy, and lines by id" {
	gives normal --pz mean0,sigma0 --pz-is normal wide.csv
	gives normal --pz mean0,sigma0 --pz-is normal <wide.csv
	gives mixture --pz mean0,mean1,sigma0,sigma1,weight0,weight1 --pz-is normal wide.csv
	gives quants --pz q0..q10 --pz-is quantiles --pz-grid "$levels" <wide.csv
	gives uneven --pz uneven --pz-is density --pz-grid z_uneven t.hdf5
	gives edges --pz edges --pz-is density --pz-grid z_uneven t.hdf5
	gives mixture --pz means,sigmas,weights --pz-is normal t.hdf5
	gives quants --pz 'quants[0:11]' --pz-is quantiles --pz-grid "$levels" t.hdf5
	gives samples --pz pz.npz --pz-columns samples --pz-is samples t.csv
	gives mixture --pz pz.npz --pz-columns means,sigmas,weights --pz-is normal t.csv
	gives uneven --pz pz.npz --pz-columns uneven --pz-is density --pz-grid z_uneven <t.csv
	gives points --pz points.npy --pz-is density --pz-grid points:0,2,301 t.csv
	gives points --pz points.txt --pz-is density --pz-grid points:0,2,301 t.csv
	gives normal --pz t.fits --pz-columns mean0,sigma0 --pz-is normal t.csv
	gives normal --pz wide.csv --pz-columns mean0,sigma0 --pz-is normal t.csv
}

@test "places that do not fit, and options that do not agree, are refused" {
	from() { fromtable -q --grid 0,2,40 --pz "$@" t.fits; }
	fails_with 2 "--pz-grid needs --pz" fromtable --pz-grid points:0,2,301 t.fits
	fails_with 2 "--pz-columns needs --pz" fromtable --pz-columns x t.fits
	fails_with 4 "expected 40 probabilities, as the grid has bins, found 301" from points
	fails_with 4 "expected a number for each point, found 301 numbers in a row and 300 in --pz-grid" from points --pz-is density --pz-grid points:0,2,300
	fails_with 4 "expected as many points as numbers, or one more edge of bins, found 301 numbers in a row and 3" from points --pz-is density --pz-grid 0,1,2
	fails_with 2 "--pz-grid has points: expected --pz-is density" from points --pz-grid points:0,2,301
	fails_with 2 "--pz-grid: expected MIN,MAX,N" from points --pz-is density --pz-grid points:2,0,301
	fails_with 2 "MIN above -1" from points --pz-is density --pz-grid log-points:-1,2,301
	fails_with 2 "--pz-grid: expected bins:MIN,MAX,N" from points --pz-is density --pz-grid zgrid
	fails_with 1 "--pz-grid: pz.npz has no array 'none'" fromtable --pz pz.npz --pz-columns points --pz-is density --pz-grid none t.csv
	fails_with 2 "--pz-is quantiles: expected the cumulated probabilities in --pz-grid" from quants --pz-is quantiles
	fails_with 2 "expected cumulated probabilities from 0 to 1 that ascend" from quants --pz-is quantiles --pz-grid 0,0.05,0.05,0.16,0.25,0.5,0.75,0.84,0.95,0.995,1
	fails_with 4 "--pz-is normal: expected a mean and a standard deviation" from samples --pz-is normal
	fails_with 2 "normal distributions and samples have none" from samples --pz-is samples --pz-grid 0,1
	fails_with 1 "no column 'none' for a vector; it has id, z" from none,mean0
	fails_with 1 "expected [FROM:TO] within 0 to 11, found 3:12" from 'quants[3:12]'
	fails_with 1 "expected column 'z' before 'id', found it behind" from z..id
	fails_with 2 "--pz pz.npz: expected one array with several numbers a row, found 11" fromtable --pz pz.npz t.csv
	fails_with 4 "points.npy: row 6: expected the galaxies of the table in its order, found the end" fromtable -q --scale-pz --grid 0,2,301 --pz points.npy <(cat t.csv; echo 106,1)
	fails_with 4 "row 1: expected the galaxies of the table in its order, found another id" fromtable --scale-pz --grid 0,2,301 --pz pz.npz --pz-columns points <(sed 2d t.csv)
	fails_with 4 "row 5: expected the galaxies of the table in its order, found a row more than the table has" fromtable -q --scale-pz --grid 0,2,301 --pz points.npy <(sed '$d' t.csv)
	# an integral that is not 1; a grid that holds only a part
	fails_with 1 "row 1: p(z): expected the integral 1 over --pz-grid, found 1.5" from points --pz-is density --pz-grid points:0,3,301
	fails_with 1 "row 1: p(z): expected all of it within the grid, from 0 to 0.6, found 0.382 of it outside" \
		fromtable -q --grid 0,0.6,40 --pz mean0,sigma0,weight0 --pz-is normal <(printf 'id,mean0,sigma0,weight0\n1,0.57,0.1,1\n')
	fails_with 0 "1 p(z) has more than 1 % outside of the grid, the most 38.2 %: what lies within was scaled" \
		fromtable --scale-pz --grid 0,0.6,40 --pz mean0,sigma0,weight0 --pz-is normal <(printf 'id,mean0,sigma0,weight0\n1,0.57,0.1,1\n')
	fails_with 0 "32 % of each p(z) lies beyond the first and the last quantile" \
		fromtable --grid 0,2,40 --pz a..c --pz-is quantiles --pz-grid 0.16,0.5,0.84 <(printf 'id,a,b,c\n1,0.4,0.5,0.6\n')
}

@test "galaxies whose numbers are no p(z) are counted by the reason" {
	cat >n.csv <<-end
		id,zphot,m,s
		1,0.5,0.5,0.1
		2,0.5,0.5,-0.1
		3,0.5,0.5,0
		4,0.5,,
		5,,nan,0.1
		6,0.5,inf,0.1
		7,0.5,9,0.1
	end
	fromtable --scale-pz --grid 0,2,40 --pz m,s --pz-is normal n.csv 2>said >n.pz
	grep -q "6 galaxies have numbers that are no p(z) (1 all NaN, 1 NaN in some bins, 1 an infinite number, 2 a standard deviation that is not above 0, 1 nothing within the grid): 1 without an estimate was left out, 5 with an estimate were kept without p(z)" said
	[ "$(count <n.pz)" = 6 ]
	fails_with 1 "row 2: p(z): expected one, because of --strict, found a standard deviation that is not above 0" \
		fromtable --strict --scale-pz --grid 0,2,40 --pz m,s --pz-is normal n.csv
	printf 'id,a,b,c\n1,0.4,0.5,0.6\n2,0.4,0.6,0.5\n3,0.5,0.5,0.5\n' >q.csv
	fails_with 1 "row 2: p(z): expected one, because of --strict, found redshifts that do not ascend" \
		fromtable -q --strict --grid 0,2,40 --pz a..c --pz-is quantiles --pz-grid 0,0.5,1 q.csv
	[ "$(fromtable -q --grid 0,2,40 --pz a..c --pz-is quantiles --pz-grid 0,0.5,1 q.csv | records | /usr/bin/python3 -c "
import json, sys
for r in map(json.loads, sys.stdin): print(r['id'], max(r['pz']))" | tr '\n' ' ')" = "1 0.25 3 1.0 " ]
	# -99 where --missing says so; samples and components of fewer
	printf 'id,a,b,c,d\n1,0.41,0.51,-99,0.51\n2,-99,-99,-99,-99\n' >s.csv
	fromtable --missing -99 --grid 0,1,10 --pz a..d --pz-is samples s.csv 2>said | records | grep -o '"pz".*zphot' |
		grep -qF '[0.0, 0.0, 0.0, 0.0, 0.3333333432674408, 0.6666666865348816, 0.0'
	grep -q "1 galaxy has numbers that are no p(z) (1 all NaN)" said
	printf 'id,m1,m2,s1,s2,w1,w2\n1,0.5,9,0.001,0,1,0\n2,0.5,nan,0.001,nan,3,nan\n' >m.csv
	[ "$(fromtable --grid 0,1,5 --pz m1..w2 --pz-is normal m.csv | records | grep -cF '"pz": [0.0, 0.0, 1.0, 0.0, 0.0]')" = 2 ]
}

# qp's file of one form, as qp 1.0 writes it.
make_qp() {
	/usr/bin/python3 - "$1" <<-'end'
		import sys
		from forms import *
		import h5py
		form = sys.argv[1]
		with h5py.File(form + ".hdf5", "w") as f:
		    f["meta/pdf_name"] = np.array([form.encode()])
		    f["meta/pdf_version"] = np.array([0])
		    if form == "hist":
		        f["meta/bins"], f["data/pdfs"] = uneven[None], bins["edges"]
		    if form == "interp":
		        f["meta/xvals"], f["data/yvals"] = step[None], points["points"] * 3
		    if form == "interp_irregular":
		        f["data/xvals"], f["data/yvals"] = np.tile(uneven, (N, 1)), points["uneven"]
		    if form == "quant":
		        f["meta/quants"], f["data/locs"] = levels, quants
		        f["meta/pdf_constructor_name"] = np.array([b"piecewise_linear"])
		        f["meta/ensure_extent"] = np.array([True])
		    if form == "norm":
		        f["data/loc"], f["data/scale"] = mean[:, :1], sigma[:, :1]
		    if form == "mixmod":
		        f["data/means"], f["data/stds"], f["data/weights"] = mean, sigma, weight
		    if form == "spline":
		        f["data/splx"] = mean
		    f["ancil/id"] = np.arange(101, 106)
		    f["ancil/zmode"] = np.linspace(.4, 1, N)[:, None]
		    f["ancil/redshift"] = np.linspace(.5, 1, N)
		    f["ancil/flag"] = np.arange(5, dtype="i2")
	end
}

@test "files of qp's: hist, interp, interp_irregular, quant, norm, mixmod, with their columns" {
	for pair in hist:edges interp:points interp_irregular:uneven quant:quants norm:normal mixmod:mixture; do
		make_qp "${pair%:*}"
		sed -i 's/^middle/sys.exit()\nmiddle/' check.py # the estimates are those of ancil
		gives "${pair#*:}" "${pair%:*}.hdf5"
		gives "${pair#*:}" --pz "${pair%:*}.hdf5" t.csv
	done
	fromtable --grid 0,2,40 --carry flag norm.hdf5 2>said | records | /usr/bin/python3 -c "
import json, sys
r = [json.loads(line) for line in sys.stdin]
assert [x['zphot']['mode'] for x in r] == [.4, .55, .7, .85, 1.0], r
assert [x['z'] for x in r] == [.5, .625, .75, .875, 1] and [x['flag'] for x in r] == list(range(5))"
	[ ! -s said ]
	[ "$(fromtable -q --columns z=ancil/zmode --grid 0,2,40 norm.hdf5 | records | grep -c '"z": 0.55')" = 1 ]
	fails_with 0 "interp.hdf5: the grid is that of the file: --grid 0,2,300" fromtable interp.hdf5
	fails_with 2 "a file of qp's says itself what its p(z) are" fromtable --pz hist.hdf5 --pz-is chi2 t.csv
	make_qp spline
	fails_with 1 "qp keeps these p(z) as 'spline'; expected hist, interp, interp_irregular, quant, norm or mixmod" fromtable spline.hdf5
	/usr/bin/python3 -c "
import h5py
with h5py.File('hist.hdf5', 'a') as f: del f['data/pdfs']"
	fails_with 1 "no column 'data/pdfs'" fromtable --grid 0,2,40 hist.hdf5
	# the galaxies of another table
	sed 's/101/99/' t.csv >u.csv
	fails_with 4 "row 1: expected the galaxies of the table in its order, found another id" fromtable --grid 0,2,40 --pz norm.hdf5 u.csv
	local tables=$PZ_SHARED/data/tables
	[ -d "$tables" ] || return 0
	fromtable -q "$tables/output_BPZ_lite.hdf5" | records | /usr/bin/python3 -c "
import h5py, json, sys, numpy as np
f = h5py.File('$tables/output_BPZ_lite.hdf5')
y, r = f['data/yvals'][...], [json.loads(line) for line in sys.stdin]
want = (y[:, 1:] + y[:, :-1]) / 2
assert np.abs(np.array([x['pz'] for x in r]) - want / want.sum(1)[:, None]).max() < 1e-7
assert [x['zphot']['mode'] for x in r] == list(f['ancil/zmode'][...])"
}
